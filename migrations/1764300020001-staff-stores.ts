import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

export class StaffStores1764300020001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE staff.stores (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        time_zone text NOT NULL,
        department_ids bigint[] NOT NULL,
        external_id text,
        closed_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT stores_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT stores_code_key UNIQUE (corp_id, code),
        CONSTRAINT stores_external_id_key UNIQUE (corp_id, external_id)
      )`);
    // what days and figures of a store were counted under stays what it was
    await tenantTable(
      queryRunner,
      'staff.stores',
      'SELECT, INSERT, UPDATE (name, department_ids, external_id, closed_at)',
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE staff.stores');
  }
}
