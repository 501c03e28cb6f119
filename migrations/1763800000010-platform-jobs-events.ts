import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantApp, tenantTable } from '../src/platform/database/migration-steps.js';

export class PlatformJobsEvents1763800000010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await createEvents(queryRunner);
    await createOperations(queryRunner);
    await createWorkers(queryRunner);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE platform.schedule_slots, platform.job_pools, platform.operations, platform.event_consumptions,
        platform.events`);
  }
}

/** Append-only, except that the purge deletes what all consumers have had. */
async function createEvents(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query(`
    CREATE TABLE platform.events (
      corp_id uuid NOT NULL,
      id uuid NOT NULL,
      name text NOT NULL,
      version integer NOT NULL,
      at timestamptz NOT NULL,
      payload jsonb NOT NULL,
      consumers text[] NOT NULL,
      actor text NOT NULL,
      request_id text,
      CONSTRAINT events_pkey PRIMARY KEY (corp_id, id)
    );
    CREATE INDEX events_at_idx ON platform.events (corp_id, at);
    CREATE TRIGGER append_only BEFORE UPDATE ON platform.events
      FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

    CREATE TABLE platform.event_consumptions (
      corp_id uuid NOT NULL,
      event_id uuid NOT NULL,
      consumer text NOT NULL,
      applied_at timestamptz NOT NULL,
      CONSTRAINT event_consumptions_pkey PRIMARY KEY (corp_id, event_id, consumer)
    );
  `);
  await tenantTable(queryRunner, 'platform.events', 'SELECT, INSERT, DELETE');
  await tenantTable(queryRunner, 'platform.event_consumptions', 'SELECT, INSERT, DELETE');
}

async function createOperations(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query(`
    CREATE TABLE platform.operations (
      corp_id uuid NOT NULL,
      id uuid NOT NULL,
      kind text NOT NULL,
      state text NOT NULL,
      done bigint NOT NULL,
      total bigint,
      started_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      finished_at timestamptz,
      result jsonb,
      error_code text,
      error_detail text,
      question jsonb,
      CONSTRAINT operations_pkey PRIMARY KEY (corp_id, id),
      CONSTRAINT operations_state_check CHECK (
        state IN ('queued', 'running', 'awaiting_confirmation', 'succeeded', 'failed', 'cancelled')),
      CONSTRAINT operations_done_check CHECK (done >= 0 AND total >= 0),
      CONSTRAINT operations_finished_check CHECK (
        (finished_at IS NOT NULL) = (state IN ('succeeded', 'failed', 'cancelled')))
    );
    CREATE UNIQUE INDEX operations_one_open_idx ON platform.operations (corp_id, kind) WHERE finished_at IS NULL;
  `);
  await tenantTable(queryRunner, 'platform.operations', 'SELECT, INSERT, UPDATE');
}

async function createWorkers(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query(`
    CREATE TABLE platform.job_pools (
      pool_id text NOT NULL,
      beat_at timestamptz NOT NULL,
      CONSTRAINT job_pools_pkey PRIMARY KEY (pool_id)
    );
    CREATE TABLE platform.schedule_slots (
      schedule text NOT NULL,
      slot bigint NOT NULL,
      ran_at timestamptz NOT NULL,
      CONSTRAINT schedule_slots_pkey PRIMARY KEY (schedule, slot)
    );
  `);
  await grantApp(queryRunner, 'platform.job_pools', 'SELECT, INSERT, UPDATE, DELETE');
  await grantApp(queryRunner, 'platform.schedule_slots', 'SELECT, INSERT, DELETE');
}
