import type { MigrationInterface, QueryRunner } from 'typeorm';
import { grantApp, tenantTable } from '../src/platform/database/migration-steps.js';

/** Links that lead to a batch. Whoever opens one brings a code and no key, so the code leads to the corp. */
export class CouponsClaimLinks1764300070011 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE platform.claim_codes (
        code text NOT NULL,
        corp_id uuid NOT NULL,
        link_id uuid NOT NULL,
        CONSTRAINT claim_codes_pkey PRIMARY KEY (code)
      );
      CREATE TABLE coupons.claim_links (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        code text NOT NULL,
        key text,
        batch_id uuid NOT NULL,
        customer_id uuid,
        channel text,
        expires_at timestamptz NOT NULL,
        switched_off_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT claim_links_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT claim_links_code_key UNIQUE (corp_id, code),
        CONSTRAINT claim_links_key_key UNIQUE (corp_id, key),
        CONSTRAINT claim_links_batch_fkey FOREIGN KEY (corp_id, batch_id) REFERENCES coupons.batches (corp_id, id)
      );
      CREATE INDEX claim_links_batch_idx ON coupons.claim_links (corp_id, batch_id, id);
      CREATE INDEX claim_links_customer_idx ON coupons.claim_links (corp_id, customer_id, id);
    `);
    await grantApp(queryRunner, 'platform.claim_codes', 'SELECT, INSERT');
    await tenantTable(queryRunner, 'coupons.claim_links', 'SELECT, INSERT, UPDATE (switched_off_at)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE coupons.claim_links; DROP TABLE platform.claim_codes');
  }
}
