import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

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
    `);
    for (const table of ['identifiers', 'person_links']) await tenantTable(queryRunner, `customers.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE customers.person_links, customers.identifiers');
  }
}
