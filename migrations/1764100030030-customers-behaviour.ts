import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';
import { dropMonthlyPartitions, monthlyPartitions } from '../src/platform/partitions/monthly-partitions.js';

/**
 * What customers did elsewhere. The keys that make a repeated event one event stand in a table that is not cut into
 * months, since a unique key over months would have to hold the time, which a correction may change.
 */
export class CustomersBehaviour1764100030030 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE customers.event_types (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        key text NOT NULL,
        name text NOT NULL,
        fields jsonb NOT NULL,
        enabled boolean NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT event_types_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT event_types_key_key UNIQUE (corp_id, key)
      );

      CREATE TABLE customers.behaviour_secrets (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        secret_sealed text NOT NULL,
        CONSTRAINT behaviour_secrets_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT behaviour_secrets_corp_key UNIQUE (corp_id)
      );

      CREATE TABLE customers.behaviour_keys (
        corp_id uuid NOT NULL,
        source text NOT NULL,
        external_id text NOT NULL,
        event_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        body_hash text NOT NULL,
        revision integer NOT NULL,
        at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT behaviour_keys_pkey PRIMARY KEY (corp_id, source, external_id)
      );
      CREATE INDEX behaviour_keys_recorded_at_idx ON customers.behaviour_keys (corp_id, recorded_at);

      CREATE TABLE customers.behaviour_revisions (
        corp_id uuid NOT NULL,
        event_id uuid NOT NULL,
        revision integer NOT NULL,
        body_hash text NOT NULL,
        customer_id uuid NOT NULL,
        type text NOT NULL,
        at timestamptz NOT NULL,
        data jsonb NOT NULL,
        recorded_at timestamptz NOT NULL,
        replaced_at timestamptz NOT NULL,
        CONSTRAINT behaviour_revisions_pkey PRIMARY KEY (corp_id, event_id, revision)
      );
      CREATE INDEX behaviour_revisions_replaced_at_idx ON customers.behaviour_revisions (corp_id, replaced_at);

      CREATE TABLE customers.behaviour_events (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        at timestamptz NOT NULL,
        customer_id uuid NOT NULL,
        type text NOT NULL,
        source text NOT NULL,
        external_id text NOT NULL,
        revision integer NOT NULL,
        data jsonb NOT NULL,
        order_id text,
        amount bigint,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT behaviour_events_pkey PRIMARY KEY (corp_id, id, at)
      ) PARTITION BY RANGE (at);
      CREATE INDEX behaviour_events_customer_idx ON customers.behaviour_events (corp_id, customer_id, at, id);
      CREATE INDEX behaviour_events_orders_idx ON customers.behaviour_events (corp_id, customer_id, at)
        WHERE order_id IS NOT NULL;
    `);
    for (const table of ['event_types', 'behaviour_secrets', 'behaviour_keys']) {
      await tenantTable(queryRunner, `customers.${table}`);
    }
    await tenantTable(queryRunner, 'customers.behaviour_revisions');
    await monthlyPartitions(queryRunner, 'customers.behaviour_events', 36);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropMonthlyPartitions(queryRunner, 'customers.behaviour_events');
    await queryRunner.query(`
      DROP TABLE customers.behaviour_revisions, customers.behaviour_keys, customers.behaviour_secrets,
        customers.event_types`);
  }
}
