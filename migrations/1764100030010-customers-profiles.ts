import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** Own fields of customers: what each source says of them, which of it is believed, and what was said before. */
export class CustomersProfiles1764100030010 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DEFINITIONS);
    await queryRunner.query(VALUES);
    await queryRunner.query(RECORDS);
    for (const table of ['field_definitions', 'stages', 'profiles', 'field_values', 'field_items']) {
      await tenantTable(queryRunner, `customers.${table}`);
    }
    await tenantTable(queryRunner, 'customers.survivorship_rules', 'SELECT, INSERT');
    // removed on request of the person only
    await tenantTable(queryRunner, 'customers.field_history', 'SELECT, INSERT, DELETE');
    await tenantTable(queryRunner, 'customers.consents', 'SELECT, INSERT, DELETE');
    await tenantTable(queryRunner, 'customers.blacklist_entries');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE customers.blacklist_entries, customers.consents, customers.field_history, customers.field_items,
        customers.field_values, customers.profiles, customers.survivorship_rules, customers.stages,
        customers.field_definitions`);
  }
}

const DEFINITIONS = `
  CREATE TABLE customers.field_definitions (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    key text NOT NULL,
    type text NOT NULL,
    label_zh text NOT NULL,
    label_en text NOT NULL,
    required boolean NOT NULL,
    is_unique boolean NOT NULL,
    personal boolean NOT NULL,
    whole_path boolean NOT NULL,
    default_value jsonb,
    choices jsonb NOT NULL,
    position integer NOT NULL,
    version integer NOT NULL,
    archived_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT field_definitions_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT field_definitions_key_key UNIQUE (corp_id, key),
    CONSTRAINT field_definitions_type_check CHECK (type IN ('text', 'number', 'amount', 'date', 'boolean', 'choice',
      'choices', 'multi_level'))
  );

  CREATE TABLE customers.stages (
    corp_id uuid NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    label_zh text NOT NULL,
    label_en text NOT NULL,
    reasons jsonb NOT NULL,
    position integer NOT NULL,
    archived_at timestamptz,
    updated_at timestamptz NOT NULL,
    CONSTRAINT stages_pkey PRIMARY KEY (corp_id, key),
    CONSTRAINT stages_kind_check CHECK (kind IN ('open', 'won', 'invalid', 'abandoned'))
  );

  CREATE TABLE customers.survivorship_rules (
    corp_id uuid NOT NULL,
    version integer NOT NULL,
    ranking jsonb NOT NULL,
    made_by text NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT survivorship_rules_pkey PRIMARY KEY (corp_id, version)
  );`;

/**
 * Who writes values holds the row of profiles, so field_values needs no foreign key of its own: checking one for each of
 * ten values would cost an import more than writing them.
 */
const VALUES = `
  CREATE TABLE customers.profiles (
    corp_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    version integer NOT NULL,
    CONSTRAINT profiles_pkey PRIMARY KEY (corp_id, customer_id),
    CONSTRAINT profiles_customer_fkey FOREIGN KEY (corp_id, customer_id) REFERENCES customers.customers (corp_id, id)
  );

  CREATE TABLE customers.field_values (
    corp_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    field_key text NOT NULL,
    source text NOT NULL,
    value jsonb,
    text_value text,
    number_value double precision,
    time_value timestamptz,
    unique_value text,
    confidence integer NOT NULL,
    observed_at timestamptz NOT NULL,
    written_at timestamptz NOT NULL,
    written_by text NOT NULL,
    wins boolean NOT NULL,
    CONSTRAINT field_values_pkey PRIMARY KEY (corp_id, customer_id, field_key, source),
    CONSTRAINT field_values_wins_check CHECK (value IS NOT NULL OR NOT wins)
  );
  CREATE INDEX field_values_text_idx ON customers.field_values (corp_id, field_key, text_value, customer_id)
    WHERE wins AND text_value IS NOT NULL;
  CREATE INDEX field_values_number_idx ON customers.field_values (corp_id, field_key, number_value, customer_id)
    WHERE wins AND number_value IS NOT NULL;
  CREATE INDEX field_values_time_idx ON customers.field_values (corp_id, field_key, time_value, customer_id)
    WHERE wins AND time_value IS NOT NULL;
  CREATE INDEX field_values_unique_idx ON customers.field_values (corp_id, field_key, unique_value)
    WHERE unique_value IS NOT NULL;

  CREATE TABLE customers.field_items (
    corp_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    field_key text NOT NULL,
    item text NOT NULL,
    CONSTRAINT field_items_pkey PRIMARY KEY (corp_id, customer_id, field_key, item)
  );
  CREATE INDEX field_items_item_idx ON customers.field_items (corp_id, field_key, item, customer_id);

  CREATE TABLE customers.field_history (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    field_key text NOT NULL,
    source text NOT NULL,
    value jsonb,
    confidence integer NOT NULL,
    observed_at timestamptz NOT NULL,
    written_at timestamptz NOT NULL,
    written_by text NOT NULL,
    replaced_at timestamptz NOT NULL,
    replaced_by text NOT NULL,
    CONSTRAINT field_history_pkey PRIMARY KEY (corp_id, id)
  );
  CREATE INDEX field_history_customer_idx ON customers.field_history (corp_id, customer_id, id);`;

const RECORDS = `
  CREATE TABLE customers.consents (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    purpose text NOT NULL,
    state text NOT NULL,
    evidence text NOT NULL,
    happened_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL,
    CONSTRAINT consents_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT consents_customer_fkey FOREIGN KEY (corp_id, customer_id) REFERENCES customers.customers (corp_id, id),
    CONSTRAINT consents_state_check CHECK (state IN ('granted', 'withdrawn'))
  );
  CREATE INDEX consents_customer_idx ON customers.consents (corp_id, customer_id, id);

  CREATE TABLE customers.blacklist_entries (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    reason text NOT NULL,
    placed_at timestamptz NOT NULL,
    placed_by text NOT NULL,
    lift_reason text,
    lifted_at timestamptz,
    lifted_by text,
    CONSTRAINT blacklist_entries_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT blacklist_entries_customer_fkey FOREIGN KEY (corp_id, customer_id)
      REFERENCES customers.customers (corp_id, id),
    CONSTRAINT blacklist_entries_lift_check CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
  );
  CREATE INDEX blacklist_entries_customer_idx ON customers.blacklist_entries (corp_id, customer_id, id);
  CREATE UNIQUE INDEX blacklist_entries_open_key ON customers.blacklist_entries (corp_id, customer_id)
    WHERE lifted_at IS NULL;`;
