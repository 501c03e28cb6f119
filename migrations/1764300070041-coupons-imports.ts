import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** Live coupons of another system, from a file. */
export class CouponsImports1764300070041 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE coupons.imports (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        batch_id uuid NOT NULL,
        name text NOT NULL,
        format text NOT NULL,
        state text NOT NULL,
        dry_run boolean NOT NULL,
        expected_rows integer NOT NULL,
        expected_claimable integer NOT NULL,
        expected_claimed integer NOT NULL,
        operation_id uuid,
        is_counted boolean NOT NULL,
        cursor bigint NOT NULL,
        done bigint NOT NULL,
        imported bigint NOT NULL,
        repeated bigint NOT NULL,
        refused bigint NOT NULL,
        error_code text,
        created_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT imports_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT imports_batch_fkey FOREIGN KEY (corp_id, batch_id) REFERENCES coupons.batches (corp_id, id),
        CONSTRAINT imports_state_check CHECK (state IN ('uploading', 'running', 'checked', 'done', 'failed', 'cancelled'))
      );
      CREATE INDEX imports_operation_idx ON coupons.imports (corp_id, operation_id);
      CREATE TABLE coupons.import_refusals (
        corp_id uuid NOT NULL,
        import_id uuid NOT NULL,
        number bigint NOT NULL,
        code text NOT NULL,
        CONSTRAINT import_refusals_pkey PRIMARY KEY (corp_id, import_id, number)
      )`);
    for (const table of ['imports', 'import_refusals']) await tenantTable(queryRunner, `coupons.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE coupons.import_refusals, coupons.imports');
  }
}
