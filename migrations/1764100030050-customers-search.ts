import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

export class CustomersSearch1764100030050 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(NAMES);
    await queryRunner.query(VIEWS);
    for (const table of ['search_names', 'name_grams', 'name_positions', 'views']) {
      await tenantTable(queryRunner, `customers.${table}`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `DROP TABLE customers.views, customers.name_positions, customers.name_grams, customers.search_names`,
    );
  }
}

/**
 * The primary key of name_grams gives the customers of one gram in order of their ids. "C": grams are compared for equality
 * only. The planner must know common grams from rare ones, of which there are many thousands.
 */
const NAMES = `
  CREATE TABLE customers.search_names (
    corp_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    names text NOT NULL,
    CONSTRAINT search_names_pkey PRIMARY KEY (corp_id, customer_id),
    CONSTRAINT search_names_customer_fkey FOREIGN KEY (corp_id, customer_id)
      REFERENCES customers.customers (corp_id, id) ON DELETE CASCADE
  );
  CREATE TABLE customers.name_grams (
    corp_id uuid NOT NULL,
    gram text COLLATE "C" NOT NULL,
    customer_id uuid NOT NULL,
    CONSTRAINT name_grams_pkey PRIMARY KEY (corp_id, gram, customer_id)
  );
  ALTER TABLE customers.name_grams ALTER COLUMN gram SET STATISTICS 1000;
  CREATE TABLE customers.name_positions (
    corp_id uuid NOT NULL,
    version integer NOT NULL,
    updated_at timestamptz NOT NULL,
    customer_id uuid NOT NULL,
    CONSTRAINT name_positions_pkey PRIMARY KEY (corp_id)
  );`;

const VIEWS = `
  CREATE TABLE customers.views (
    corp_id uuid NOT NULL,
    id uuid NOT NULL,
    owner text NOT NULL,
    name text NOT NULL,
    filter jsonb NOT NULL,
    sort text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT views_pkey PRIMARY KEY (corp_id, id),
    CONSTRAINT views_name_key UNIQUE (corp_id, owner, name),
    CONSTRAINT views_sort_check CHECK (sort IN ('oldest', 'newest'))
  );`;
