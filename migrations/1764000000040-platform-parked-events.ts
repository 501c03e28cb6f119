import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** Events that one consumer has failed to apply as often as it may, each with its own reason. */
export class PlatformParkedEvents1764000000040 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE platform.parked_events (
        corp_id uuid NOT NULL,
        event_id uuid NOT NULL,
        consumer text NOT NULL,
        event_name text NOT NULL,
        event_at timestamptz NOT NULL,
        reason text NOT NULL,
        attempts integer NOT NULL,
        parked_at timestamptz NOT NULL,
        CONSTRAINT parked_events_pkey PRIMARY KEY (corp_id, event_id, consumer)
      );
      CREATE INDEX parked_events_at_idx ON platform.parked_events (corp_id, event_at, event_id, consumer);
    `);
    await tenantTable(queryRunner, 'platform.parked_events');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE platform.parked_events');
  }
}
