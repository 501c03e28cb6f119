import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** What somebody here wants a relation's remark to be, until WeCom has it or has refused it: one row, the newest wish. */
export class CustomersRemarkWrites1764100030071 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE customers.remark_writes (
        corp_id uuid NOT NULL,
        relation_id uuid NOT NULL,
        version integer NOT NULL,
        state text NOT NULL,
        remark text,
        description text,
        remark_corp_name text,
        phones_sealed text,
        phones_masked text[],
        requested_at timestamptz NOT NULL,
        settled_at timestamptz,
        errcode integer,
        problem text,
        CONSTRAINT remark_writes_pkey PRIMARY KEY (corp_id, relation_id),
        CONSTRAINT remark_writes_relation_fkey FOREIGN KEY (corp_id, relation_id)
          REFERENCES customers.follow_relations (corp_id, id) ON DELETE CASCADE,
        CONSTRAINT remark_writes_state_check CHECK (state IN ('waiting', 'calling', 'accepted', 'done', 'refused')),
        CONSTRAINT remark_writes_settled_check CHECK ((settled_at IS NOT NULL) = (state IN ('done', 'refused')))
      )`);
    await tenantTable(queryRunner, 'customers.remark_writes');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE customers.remark_writes');
  }
}
