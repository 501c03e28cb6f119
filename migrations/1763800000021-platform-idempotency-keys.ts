import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantApp } from '../src/platform/database/migration-steps.js';

export class PlatformIdempotencyKeys1763800000021 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE platform.idempotency_keys (
        owner text NOT NULL,
        key text NOT NULL,
        fingerprint text NOT NULL,
        status smallint NOT NULL,
        body text,
        body_kept boolean NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (owner, key),
        CONSTRAINT idempotency_keys_body_check CHECK (body_kept OR body IS NULL)
      );
      CREATE INDEX idempotency_keys_created ON platform.idempotency_keys (created_at);
    `);
    await grantApp(queryRunner, 'platform.idempotency_keys', 'SELECT, INSERT, DELETE');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE platform.idempotency_keys');
  }
}
