import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** Which corp tags show levels and bands of balance, and what of that each relation has, until WeCom has it or refused it. */
export class LoyaltyTags1764200060041 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE loyalty.tag_rules (
        corp_id uuid NOT NULL,
        program_id uuid NOT NULL,
        wecom_tag_id text NOT NULL,
        level text,
        balance_from bigint,
        balance_below bigint,
        CONSTRAINT tag_rules_pkey PRIMARY KEY (corp_id, program_id, wecom_tag_id),
        CONSTRAINT tag_rules_program_fkey FOREIGN KEY (corp_id, program_id) REFERENCES loyalty.programs (corp_id, id),
        CONSTRAINT tag_rules_kind_check CHECK ((level IS NULL) = (balance_from IS NOT NULL)),
        CONSTRAINT tag_rules_band_check CHECK (balance_below > balance_from)
      );
      CREATE UNIQUE INDEX tag_rules_level ON loyalty.tag_rules (corp_id, program_id, level) WHERE level IS NOT NULL;

      CREATE TABLE loyalty.tag_writes (
        corp_id uuid NOT NULL,
        program_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        staff_user_id text NOT NULL,
        external_user_id text NOT NULL,
        wished text[] NOT NULL,
        put text[] NOT NULL,
        state text NOT NULL,
        version integer NOT NULL,
        requested_at timestamptz NOT NULL,
        settled_at timestamptz,
        errcode integer,
        problem text,
        CONSTRAINT tag_writes_pkey PRIMARY KEY (corp_id, program_id, customer_id, staff_user_id),
        CONSTRAINT tag_writes_state_check CHECK (state IN ('waiting', 'calling', 'done', 'refused')),
        CONSTRAINT tag_writes_settled_check CHECK ((settled_at IS NOT NULL) = (state IN ('done', 'refused')))
      );
      CREATE INDEX tag_writes_open ON loyalty.tag_writes (corp_id, requested_at) WHERE settled_at IS NULL`);
    for (const table of ['tag_rules', 'tag_writes']) await tenantTable(queryRunner, `loyalty.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE loyalty.tag_writes, loyalty.tag_rules');
  }
}
