import type { MigrationInterface, QueryRunner } from 'typeorm';
import { refuseChanges, tenantTable } from '../src/platform/database/migration-steps.js';

/** Coupons granted by rule on an event, once for each rule, customer and event. */
export class CouponsGrants1764300070043 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE coupons.grant_rules (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        name text NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT grant_rules_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT grant_rules_version_check CHECK (version >= 1)
      );
      CREATE TABLE coupons.grant_rule_versions (
        corp_id uuid NOT NULL,
        rule_id uuid NOT NULL,
        version integer NOT NULL,
        batch_id uuid NOT NULL,
        enabled boolean NOT NULL,
        trigger text NOT NULL,
        condition jsonb NOT NULL,
        owner text NOT NULL,
        in_force_from timestamptz NOT NULL,
        CONSTRAINT grant_rule_versions_pkey PRIMARY KEY (corp_id, rule_id, version),
        CONSTRAINT grant_rule_versions_rule_fkey FOREIGN KEY (corp_id, rule_id) REFERENCES coupons.grant_rules (corp_id, id),
        CONSTRAINT grant_rule_versions_batch_fkey FOREIGN KEY (corp_id, batch_id) REFERENCES coupons.batches (corp_id, id),
        CONSTRAINT grant_rule_versions_trigger_check CHECK (trigger IN ('level', 'streak', 'purchase', 'tag'))
      );
      CREATE INDEX grant_rule_versions_trigger_idx ON coupons.grant_rule_versions (corp_id, trigger, rule_id, version);
      CREATE TABLE coupons.grants (
        corp_id uuid NOT NULL,
        rule_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        event_key text NOT NULL,
        id uuid NOT NULL,
        version integer NOT NULL,
        coupon_id uuid,
        refusal text,
        granted_at timestamptz NOT NULL,
        CONSTRAINT grants_pkey PRIMARY KEY (corp_id, rule_id, customer_id, event_key)
      );
      CREATE UNIQUE INDEX grants_rule_idx ON coupons.grants (corp_id, rule_id, id)`);
    await tenantTable(queryRunner, 'coupons.grant_rules', 'SELECT, INSERT, UPDATE');
    await tenantTable(queryRunner, 'coupons.grant_rule_versions', 'SELECT, INSERT');
    await refuseChanges(queryRunner, 'coupons.grant_rule_versions');
    await tenantTable(queryRunner, 'coupons.grants', 'SELECT, INSERT, UPDATE');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE coupons.grants, coupons.grant_rule_versions, coupons.grant_rules');
  }
}
