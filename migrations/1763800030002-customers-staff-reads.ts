import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** Whose customers the last pass could read: only of those may anything be marked as disappeared. */
export class CustomersStaffReads1763800030002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE customers.staff_reads (
        corp_id uuid NOT NULL,
        staff_key text NOT NULL,
        staff_user_id text NOT NULL,
        read_at timestamptz NOT NULL,
        refusal integer,
        CONSTRAINT staff_reads_pkey PRIMARY KEY (corp_id, staff_key),
        CONSTRAINT staff_reads_staff_key_check CHECK (staff_key = lower(staff_user_id))
      );
    `);
    await tenantTable(queryRunner, 'customers.staff_reads');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE customers.staff_reads');
  }
}
