import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** When each callback URL was last verified and last heard of, for the diagnosis of a connection. */
export class WecomCallbackSightings1764000010001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE wecom.callback_sightings (
        corp_id uuid NOT NULL,
        app_id uuid NOT NULL,
        kind text NOT NULL,
        seen_at timestamptz NOT NULL,
        CONSTRAINT callback_sightings_pkey PRIMARY KEY (corp_id, app_id, kind),
        CONSTRAINT callback_sightings_kind_check
          CHECK (kind IN ('url_verification', 'customer_event', 'directory_event', 'other_event')),
        CONSTRAINT callback_sightings_app_fkey FOREIGN KEY (corp_id, app_id)
          REFERENCES wecom.apps (corp_id, id) ON DELETE CASCADE
      )
    `);
    await tenantTable(queryRunner, 'wecom.callback_sightings');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE wecom.callback_sightings');
  }
}
