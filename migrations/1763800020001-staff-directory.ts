import type { MigrationInterface, QueryRunner } from 'typeorm';
import { moduleSchema, tenantTable } from '../src/platform/database/migration-steps.js';

/** The mirror of the corp's directory: departments, and the staff that the app or the assistant can see. */
export class StaffDirectory1763800020001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await moduleSchema(queryRunner, 'staff');
    await queryRunner.query(`
      CREATE TABLE staff.departments (
        corp_id uuid NOT NULL,
        department_id bigint NOT NULL,
        name text,
        parent_id bigint NOT NULL,
        sort_order bigint NOT NULL,
        leader_user_ids text[] NOT NULL,
        deleted_at timestamptz,
        fetched_at timestamptz NOT NULL,
        CONSTRAINT departments_pkey PRIMARY KEY (corp_id, department_id)
      );

      CREATE TABLE staff.staff (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        staff_user_id text NOT NULL,
        staff_user_key text NOT NULL,
        name text,
        alias text,
        position text,
        avatar_url text,
        status text NOT NULL,
        direct_leader_user_ids text[] NOT NULL,
        is_follow_user boolean NOT NULL,
        left_at timestamptz,
        renamed_to text,
        fetched_at timestamptz NOT NULL,
        CONSTRAINT staff_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT staff_user_key_key UNIQUE (corp_id, staff_user_key),
        CONSTRAINT staff_user_key_check CHECK (staff_user_key = lower(staff_user_id)),
        CONSTRAINT staff_status_check
          CHECK (status IN ('active', 'disabled', 'not_activated', 'left', 'unknown'))
      );

      CREATE TABLE staff.staff_departments (
        corp_id uuid NOT NULL,
        staff_id uuid NOT NULL,
        department_id bigint NOT NULL,
        is_main boolean NOT NULL,
        is_leader boolean NOT NULL,
        CONSTRAINT staff_departments_pkey PRIMARY KEY (corp_id, staff_id, department_id),
        CONSTRAINT staff_departments_staff_fkey FOREIGN KEY (corp_id, staff_id)
          REFERENCES staff.staff (corp_id, id) ON DELETE CASCADE
      );
      CREATE INDEX staff_departments_department ON staff.staff_departments (corp_id, department_id, staff_id);
    `);
    for (const table of ['departments', 'staff', 'staff_departments']) {
      await tenantTable(queryRunner, `staff.${table}`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SCHEMA staff CASCADE');
  }
}
