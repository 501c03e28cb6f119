import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** What an open sync pass still has to read, so that a killed process goes on where it was. */
export class PlatformSyncPasses1763800000090 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE platform.sync_passes (
        corp_id uuid NOT NULL,
        kind text NOT NULL,
        operation_id uuid NOT NULL,
        started_at timestamptz NOT NULL,
        done integer NOT NULL,
        total integer NOT NULL,
        inserted integer NOT NULL,
        changed integer NOT NULL,
        ended integer NOT NULL,
        asked_at timestamptz,
        confirmed boolean NOT NULL,
        CONSTRAINT sync_passes_pkey PRIMARY KEY (corp_id, kind)
      );

      CREATE TABLE platform.sync_items (
        corp_id uuid NOT NULL,
        kind text NOT NULL,
        stage integer NOT NULL,
        key text NOT NULL,
        args jsonb NOT NULL,
        CONSTRAINT sync_items_pkey PRIMARY KEY (corp_id, kind, stage, key),
        CONSTRAINT sync_items_pass_fkey FOREIGN KEY (corp_id, kind)
          REFERENCES platform.sync_passes (corp_id, kind) ON DELETE CASCADE
      );
    `);
    await tenantTable(queryRunner, 'platform.sync_passes');
    await tenantTable(queryRunner, 'platform.sync_items');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE platform.sync_items; DROP TABLE platform.sync_passes');
  }
}
