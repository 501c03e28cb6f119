import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantApp, refuseChanges, tenantTable } from '../src/platform/database/migration-steps.js';

const COLUMNS = `
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  actor_label text NOT NULL,
  action text NOT NULL,
  target jsonb NOT NULL,
  request_id text,
  status smallint`;

export class PlatformAudit1763800000022 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE platform.audit_entries (
        corp_id uuid NOT NULL, ${COLUMNS},
        CONSTRAINT audit_entries_pkey PRIMARY KEY (corp_id, id)
      );
      CREATE INDEX audit_entries_at ON platform.audit_entries (corp_id, at);
      CREATE TABLE platform.operator_audit_entries (
        ${COLUMNS},
        CONSTRAINT operator_audit_entries_pkey PRIMARY KEY (id)
      );
    `);
    await refuseChanges(queryRunner, 'platform.audit_entries');
    await refuseChanges(queryRunner, 'platform.operator_audit_entries');
    await tenantTable(queryRunner, 'platform.audit_entries', 'SELECT, INSERT');
    await grantApp(queryRunner, 'platform.operator_audit_entries', 'SELECT, INSERT');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE platform.audit_entries; DROP TABLE platform.operator_audit_entries');
  }
}
