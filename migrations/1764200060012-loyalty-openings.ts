import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** Balances that members bring from another system: staged with control sums, booked as an operation, reversible as a whole. */
export class LoyaltyOpenings1764200060012 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE loyalty.openings (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        program_id uuid NOT NULL,
        name text NOT NULL,
        state text NOT NULL,
        dry_run boolean NOT NULL,
        expected_rows bigint NOT NULL,
        expected_points bigint NOT NULL,
        staged_rows bigint NOT NULL,
        staged_points bigint NOT NULL,
        operation_id uuid,
        cursor bigint NOT NULL,
        booked_rows bigint NOT NULL,
        booked_points bigint NOT NULL,
        repeated_rows bigint NOT NULL,
        refused_rows bigint NOT NULL,
        error_code text,
        created_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT openings_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT openings_program_fkey FOREIGN KEY (corp_id, program_id) REFERENCES loyalty.programs (corp_id, id),
        CONSTRAINT openings_state_check CHECK (state IN
          ('staging', 'running', 'checked', 'done', 'failed', 'cancelled', 'reversing', 'reversed'))
      );
      CREATE INDEX openings_operation_idx ON loyalty.openings (corp_id, operation_id);
      CREATE TABLE loyalty.opening_rows (
        corp_id uuid NOT NULL,
        opening_id uuid NOT NULL,
        number bigint NOT NULL,
        program_id uuid NOT NULL,
        key text NOT NULL,
        customer_id uuid NOT NULL,
        wallet text NOT NULL,
        points bigint NOT NULL,
        expires_at timestamptz,
        level_key text,
        level_since timestamptz,
        is_booked boolean NOT NULL DEFAULT false,
        transfer_id uuid,
        refusal text,
        CONSTRAINT opening_rows_pkey PRIMARY KEY (corp_id, opening_id, number),
        CONSTRAINT opening_rows_key_key UNIQUE (corp_id, opening_id, key),
        CONSTRAINT opening_rows_opening_fkey FOREIGN KEY (corp_id, opening_id)
          REFERENCES loyalty.openings (corp_id, id) ON DELETE CASCADE,
        CONSTRAINT opening_rows_points_check CHECK (points BETWEEN 0 AND 1000000000000),
        CONSTRAINT opening_rows_level_check CHECK ((level_key IS NULL) = (level_since IS NULL)),
        CONSTRAINT opening_rows_content_check CHECK (points > 0 OR level_key IS NOT NULL)
      );
      CREATE UNIQUE INDEX opening_rows_booked_key ON loyalty.opening_rows (corp_id, program_id, key) WHERE is_booked;
      CREATE INDEX opening_rows_level_idx ON loyalty.opening_rows (corp_id, opening_id, customer_id)
        WHERE level_key IS NOT NULL;
      CREATE INDEX opening_rows_refused_idx ON loyalty.opening_rows (corp_id, opening_id, number)
        WHERE refusal IS NOT NULL`);
    for (const table of ['openings', 'opening_rows']) await tenantTable(queryRunner, `loyalty.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE loyalty.opening_rows, loyalty.openings');
  }
}
