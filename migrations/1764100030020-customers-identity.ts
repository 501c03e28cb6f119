import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

const TABLES = [
  'identifiers',
  'person_links',
  'person_decisions',
  'identity_cases',
  'blocked_identifiers',
  'identity_positions',
];

/**
 * What leads to a customer, and which customers are one person (docs/adr/0016). Rows of one value share value_id, which
 * outlives the rotation of keys; value_hash finds them and must not be unique for the same reason.
 */
export class CustomersIdentity1764100030020 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE customers.identifiers (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        customer_id uuid NOT NULL,
        kind text NOT NULL,
        namespace text NOT NULL,
        value_id uuid NOT NULL,
        value_hash text NOT NULL,
        value_sealed text NOT NULL,
        value_masked text NOT NULL,
        placeholder boolean NOT NULL,
        source text NOT NULL,
        observed_at timestamptz NOT NULL,
        CONSTRAINT identifiers_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT identifiers_holder_key UNIQUE (corp_id, value_id, customer_id, source),
        CONSTRAINT identifiers_customer_fkey FOREIGN KEY (corp_id, customer_id)
          REFERENCES customers.customers (corp_id, id)
      );
      CREATE INDEX identifiers_value_hash_idx ON customers.identifiers (corp_id, value_hash, customer_id);
      CREATE INDEX identifiers_customer_idx ON customers.identifiers (corp_id, customer_id);

      CREATE TABLE customers.person_links (
        corp_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        person_id uuid NOT NULL,
        CONSTRAINT person_links_pkey PRIMARY KEY (corp_id, customer_id),
        CONSTRAINT person_links_customer_fkey FOREIGN KEY (corp_id, customer_id)
          REFERENCES customers.customers (corp_id, id)
      );
      CREATE INDEX person_links_person_idx ON customers.person_links (corp_id, person_id, customer_id);

      -- what humans decided of two customers, the last word of each pair
      CREATE TABLE customers.person_decisions (
        corp_id uuid NOT NULL,
        customer_a uuid NOT NULL,
        customer_b uuid NOT NULL,
        together boolean NOT NULL,
        decided_at timestamptz NOT NULL,
        CONSTRAINT person_decisions_pkey PRIMARY KEY (corp_id, customer_a, customer_b),
        CONSTRAINT person_decisions_a_fkey FOREIGN KEY (corp_id, customer_a)
          REFERENCES customers.customers (corp_id, id),
        CONSTRAINT person_decisions_b_fkey FOREIGN KEY (corp_id, customer_b)
          REFERENCES customers.customers (corp_id, id),
        CONSTRAINT person_decisions_order_check CHECK (customer_a < customer_b)
      );
      CREATE INDEX person_decisions_b_idx ON customers.person_decisions (corp_id, customer_b);

      -- links that were not followed: a human decides
      CREATE TABLE customers.identity_cases (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        customer_a uuid NOT NULL,
        customer_b uuid NOT NULL,
        kind text NOT NULL,
        doubt text NOT NULL,
        found_at timestamptz NOT NULL,
        CONSTRAINT identity_cases_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT identity_cases_customers_key UNIQUE (corp_id, customer_a, customer_b),
        CONSTRAINT identity_cases_a_fkey FOREIGN KEY (corp_id, customer_a)
          REFERENCES customers.customers (corp_id, id),
        CONSTRAINT identity_cases_b_fkey FOREIGN KEY (corp_id, customer_b)
          REFERENCES customers.customers (corp_id, id)
      );
      CREATE INDEX identity_cases_b_idx ON customers.identity_cases (corp_id, customer_b);

      CREATE TABLE customers.blocked_identifiers (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        kind text NOT NULL,
        value_id uuid NOT NULL,
        value_hash text NOT NULL,
        value_sealed text NOT NULL,
        value_masked text NOT NULL,
        reason text NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT blocked_identifiers_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT blocked_identifiers_value_key UNIQUE (corp_id, value_id)
      );
      CREATE INDEX blocked_identifiers_value_hash_idx ON customers.blocked_identifiers (corp_id, value_hash);

      -- how far what WeCom tells of customers has become identifiers
      CREATE TABLE customers.identity_positions (
        corp_id uuid NOT NULL,
        updated_at timestamptz NOT NULL,
        customer_id uuid NOT NULL,
        CONSTRAINT identity_positions_pkey PRIMARY KEY (corp_id)
      );
    `);
    for (const table of TABLES) await tenantTable(queryRunner, `customers.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE ${TABLES.map((table) => `customers.${table}`).join(', ')}`);
  }
}
