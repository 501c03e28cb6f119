import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantApp, tenantTable } from '../src/platform/database/migration-steps.js';

/** Links that tell who opened them. Whoever opens one brings a code and no key, so the code leads to the corp. */
export class CustomersTrackedLinks1764100030031 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE platform.link_codes (
        code text NOT NULL,
        corp_id uuid NOT NULL,
        link_id uuid NOT NULL,
        CONSTRAINT link_codes_pkey PRIMARY KEY (code)
      );

      CREATE TABLE customers.link_domains (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        host text NOT NULL,
        subdomains boolean NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT link_domains_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT link_domains_host_key UNIQUE (corp_id, host)
      );

      CREATE TABLE customers.tracked_links (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        code text NOT NULL,
        target text NOT NULL,
        title text,
        customer_id uuid,
        enabled boolean NOT NULL,
        expires_at timestamptz,
        opens bigint NOT NULL,
        last_opened_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT tracked_links_pkey PRIMARY KEY (corp_id, id)
      );
      CREATE INDEX tracked_links_customer_idx ON customers.tracked_links (corp_id, customer_id, id);
    `);
    await grantApp(queryRunner, 'platform.link_codes', 'SELECT, INSERT');
    await tenantTable(queryRunner, 'customers.link_domains');
    await tenantTable(queryRunner, 'customers.tracked_links');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP TABLE customers.tracked_links, customers.link_domains, platform.link_codes',
    );
  }
}
