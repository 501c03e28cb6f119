import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';
import { dropMonthlyPartitions, monthlyPartitions } from '../src/platform/partitions/monthly-partitions.js';

/** What happened to a customer, and what other modules announce of them (docs/adr/0018). */
export class CustomersTimeline1764100030040 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(TIMELINE);
    await monthlyPartitions(queryRunner, 'customers.timeline_entries', 24);
    await queryRunner.query(ANNOUNCED);
    await tenantTable(queryRunner, 'customers.announced');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE customers.announced');
    await dropMonthlyPartitions(queryRunner, 'customers.timeline_entries');
  }
}

/**
 * The id is a hash of what the entry tells, so whoever tells it again meets the primary key, which is also the order in
 * which a timeline is read. No foreign key: each new month would lock the customers while it is attached.
 */
const TIMELINE = `
  CREATE TABLE customers.timeline_entries (
    corp_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    at timestamptz NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    facts jsonb NOT NULL,
    CONSTRAINT timeline_entries_pkey PRIMARY KEY (corp_id, customer_id, at, id)
  ) PARTITION BY RANGE (at);`;

/** Each value has the version that its module gave it: an older one never takes the place of a newer one. */
const ANNOUNCED = `
  CREATE TABLE customers.announced (
    corp_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    level text,
    level_version bigint,
    points_balance bigint,
    points_version bigint,
    last_event_id uuid,
    last_event_at timestamptz,
    CONSTRAINT announced_pkey PRIMARY KEY (corp_id, customer_id),
    CONSTRAINT announced_customer_fkey FOREIGN KEY (corp_id, customer_id)
      REFERENCES customers.customers (corp_id, id)
  ) WITH (fillfactor = 85);`;
