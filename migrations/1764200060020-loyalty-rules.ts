import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/**
 * Earning rules in versions, what each event earned by each rule, the counters of their caps, and the payments and refunds
 * of orders (docs/adr/0023).
 */
export class LoyaltyRules1764200060020 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE loyalty.earning_rules (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        program_id uuid NOT NULL,
        name text NOT NULL,
        preset text,
        created_at timestamptz NOT NULL,
        CONSTRAINT earning_rules_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT earning_rules_preset_key UNIQUE (corp_id, program_id, preset),
        CONSTRAINT earning_rules_program_fkey FOREIGN KEY (corp_id, program_id) REFERENCES loyalty.programs (corp_id, id)
      );

      CREATE TABLE loyalty.earning_rule_versions (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        rule_id uuid NOT NULL,
        version integer NOT NULL,
        trigger text NOT NULL,
        content jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        in_force_from timestamptz,
        in_force_to timestamptz,
        CONSTRAINT earning_rule_versions_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT earning_rule_versions_version_key UNIQUE (corp_id, rule_id, version),
        CONSTRAINT earning_rule_versions_rule_fkey FOREIGN KEY (corp_id, rule_id)
          REFERENCES loyalty.earning_rules (corp_id, id),
        CONSTRAINT earning_rule_versions_in_force_check CHECK (in_force_to IS NULL OR in_force_from <= in_force_to)
      );
      CREATE UNIQUE INDEX earning_rule_versions_in_force ON loyalty.earning_rule_versions (corp_id, rule_id)
        WHERE in_force_from IS NOT NULL AND in_force_to IS NULL;
      CREATE INDEX earning_rule_versions_trigger ON loyalty.earning_rule_versions (corp_id, trigger, in_force_from)
        WHERE in_force_from IS NOT NULL;

      CREATE TABLE loyalty.rule_awards (
        corp_id uuid NOT NULL,
        event_id uuid NOT NULL,
        rule_id uuid NOT NULL,
        rule_version_id uuid NOT NULL,
        program_id uuid NOT NULL,
        revision integer NOT NULL,
        event_at timestamptz NOT NULL,
        event_customer_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        verdict text NOT NULL,
        wanted bigint NOT NULL,
        granted bigint NOT NULL,
        inputs jsonb NOT NULL,
        counters jsonb NOT NULL,
        order_source text,
        order_id text,
        due_at timestamptz,
        claw_back_until timestamptz,
        clawed_back_at timestamptz,
        bookings jsonb NOT NULL,
        booked_times integer NOT NULL,
        refusal text,
        CONSTRAINT rule_awards_pkey PRIMARY KEY (corp_id, event_id, rule_id),
        CONSTRAINT rule_awards_granted_check CHECK (granted >= 0 AND granted <= wanted)
      );
      CREATE INDEX rule_awards_member ON loyalty.rule_awards (corp_id, rule_id, customer_id, event_at);
      CREATE INDEX rule_awards_order ON loyalty.rule_awards (corp_id, order_id, order_source) WHERE order_id IS NOT NULL;
      CREATE INDEX rule_awards_due ON loyalty.rule_awards (corp_id, due_at) WHERE due_at IS NOT NULL;
      CREATE INDEX rule_awards_event_customer ON loyalty.rule_awards (corp_id, event_customer_id);

      CREATE TABLE loyalty.rule_counters (
        corp_id uuid NOT NULL,
        owner_id uuid NOT NULL,
        counter text NOT NULL,
        used bigint NOT NULL,
        id bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        over_at timestamptz,
        CONSTRAINT rule_counters_pkey PRIMARY KEY (corp_id, owner_id, counter),
        CONSTRAINT rule_counters_used_check CHECK (used >= 0)
      ) WITH (fillfactor = 70);
      CREATE INDEX rule_counters_newest ON loyalty.rule_counters (corp_id, owner_id, id);
      CREATE INDEX rule_counters_over ON loyalty.rule_counters (corp_id, over_at) WHERE over_at IS NOT NULL;

      CREATE TABLE loyalty.rule_orders (
        corp_id uuid NOT NULL,
        event_id uuid NOT NULL,
        source text NOT NULL,
        order_id text NOT NULL,
        kind text NOT NULL,
        amount bigint NOT NULL,
        revision integer NOT NULL,
        CONSTRAINT rule_orders_pkey PRIMARY KEY (corp_id, event_id),
        CONSTRAINT rule_orders_kind_check CHECK (kind IN ('paid', 'refunded', 'none')),
        CONSTRAINT rule_orders_amount_check CHECK (amount >= 0)
      );
      CREATE INDEX rule_orders_order ON loyalty.rule_orders (corp_id, order_id, source);
    `);
    await tenantTable(queryRunner, 'loyalty.earning_rules');
    // what a version says is said for ever: entries name it
    await tenantTable(
      queryRunner,
      'loyalty.earning_rule_versions',
      'SELECT, INSERT, UPDATE (in_force_from, in_force_to)',
    );
    for (const table of ['rule_awards', 'rule_counters', 'rule_orders'])
      await tenantTable(queryRunner, `loyalty.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE loyalty.rule_orders, loyalty.rule_counters, loyalty.rule_awards, loyalty.earning_rule_versions,
        loyalty.earning_rules`);
  }
}
