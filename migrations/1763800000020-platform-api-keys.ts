import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantApp } from '../src/platform/database/migration-steps.js';

export class PlatformApiKeys1763800000020 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE platform.api_keys (
        id uuid NOT NULL,
        kind text NOT NULL,
        corp_id uuid,
        lineage_id uuid NOT NULL,
        slot smallint NOT NULL,
        owner text NOT NULL,
        name text NOT NULL,
        scopes text[] NOT NULL,
        hash bytea NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz,
        rotated_from uuid,
        CONSTRAINT api_keys_pkey PRIMARY KEY (id),
        CONSTRAINT api_keys_corp_fkey FOREIGN KEY (corp_id) REFERENCES platform.corps (id),
        CONSTRAINT api_keys_rotated_from_fkey FOREIGN KEY (rotated_from) REFERENCES platform.api_keys (id),
        CONSTRAINT api_keys_kind_check CHECK ((kind = 'corp') = (corp_id IS NOT NULL) AND kind IN ('operator', 'corp')),
        CONSTRAINT api_keys_slot_check CHECK (slot IN (1, 2)),
        CONSTRAINT api_keys_hash_check CHECK (octet_length(hash) = 32)
      );
      CREATE UNIQUE INDEX api_keys_two_live ON platform.api_keys (lineage_id, slot) WHERE revoked_at IS NULL;
      CREATE INDEX api_keys_corp ON platform.api_keys (corp_id, id);
    `);
    await grantApp(
      queryRunner,
      'platform.api_keys',
      'SELECT, INSERT, UPDATE (expires_at, revoked_at, last_used_at)',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE platform.api_keys');
  }
}
