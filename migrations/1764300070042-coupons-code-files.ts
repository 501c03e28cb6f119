import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** Codes that are handed out as a file, once, and find their holders at first use. */
export class CouponsCodeFiles1764300070042 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE coupons.code_files (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        batch_id uuid NOT NULL,
        name text NOT NULL,
        wanted integer NOT NULL,
        channel text,
        bind_until timestamptz NOT NULL,
        state text NOT NULL,
        made integer NOT NULL,
        operation_id uuid NOT NULL,
        error_code text,
        owner text NOT NULL,
        created_at timestamptz NOT NULL,
        finished_at timestamptz,
        handed_out_at timestamptz,
        handed_out_to text,
        CONSTRAINT code_files_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT code_files_batch_fkey FOREIGN KEY (corp_id, batch_id) REFERENCES coupons.batches (corp_id, id),
        CONSTRAINT code_files_state_check CHECK (state IN ('making', 'ready', 'handed_out')),
        CONSTRAINT code_files_made_check CHECK (made BETWEEN 0 AND wanted),
        CONSTRAINT code_files_once_check CHECK ((state = 'handed_out') = (handed_out_at IS NOT NULL))
      );
      CREATE INDEX code_files_operation_idx ON coupons.code_files (corp_id, operation_id);
      -- squawk-ignore require-concurrent-index-creation
      CREATE INDEX coupons_code_file_idx ON coupons.coupons (corp_id, source_id, id) WHERE source = 'code_file'`);
    await tenantTable(queryRunner, 'coupons.code_files', 'SELECT, INSERT, UPDATE');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX coupons.coupons_code_file_idx; DROP TABLE coupons.code_files');
  }
}
