import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/** The catalogue of benefits and what members took from it. */
export class LoyaltyExchange1764200060031 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE loyalty.benefits (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        program_id uuid NOT NULL,
        kind text NOT NULL,
        name_zh text NOT NULL,
        name_en text NOT NULL,
        cost bigint,
        stock integer,
        taken integer NOT NULL DEFAULT 0,
        limit_per_member integer,
        level_key text,
        honour_id uuid,
        coupon_batch_id uuid,
        starts_at timestamptz,
        ends_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT benefits_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT benefits_program_fkey FOREIGN KEY (corp_id, program_id) REFERENCES loyalty.programs (corp_id, id),
        CONSTRAINT benefits_honour_fkey FOREIGN KEY (corp_id, honour_id) REFERENCES loyalty.honours (corp_id, id),
        CONSTRAINT benefits_kind_check CHECK (kind IN ('coupon', 'physical', 'priority', 'title')),
        CONSTRAINT benefits_cost_check CHECK (cost > 0),
        CONSTRAINT benefits_stock_check CHECK (taken >= 0 AND (stock IS NULL OR taken <= stock)),
        CONSTRAINT benefits_limit_check CHECK (limit_per_member > 0),
        CONSTRAINT benefits_honour_check CHECK ((honour_id IS NOT NULL) = (kind IN ('priority', 'title'))),
        CONSTRAINT benefits_coupon_check CHECK ((coupon_batch_id IS NOT NULL) = (kind = 'coupon'))
      ) WITH (fillfactor = 70);
      CREATE INDEX benefits_program_idx ON loyalty.benefits (corp_id, program_id, id);
      CREATE TABLE loyalty.exchanges (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        benefit_id uuid NOT NULL,
        member_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        seq integer NOT NULL,
        cost bigint NOT NULL,
        transfer_id uuid,
        grant_id uuid,
        coupon_id text,
        source text NOT NULL,
        state text NOT NULL,
        state_at timestamptz NOT NULL,
        tracking_number text,
        cancelled_reason text,
        created_at timestamptz NOT NULL,
        CONSTRAINT exchanges_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT exchanges_benefit_fkey FOREIGN KEY (corp_id, benefit_id) REFERENCES loyalty.benefits (corp_id, id),
        CONSTRAINT exchanges_member_fkey FOREIGN KEY (corp_id, member_id) REFERENCES loyalty.members (corp_id, id),
        CONSTRAINT exchanges_grant_fkey FOREIGN KEY (corp_id, grant_id) REFERENCES loyalty.honour_grants (corp_id, id),
        CONSTRAINT exchanges_source_check CHECK (source IN ('points', 'check_in')),
        CONSTRAINT exchanges_state_check CHECK (state IN ('given', 'ordered', 'shipped', 'delivered', 'cancelled')),
        CONSTRAINT exchanges_cancelled_check CHECK ((state = 'cancelled') = (cancelled_reason IS NOT NULL)),
        CONSTRAINT exchanges_paid_check CHECK (cost >= 0 AND (cost > 0) = (transfer_id IS NOT NULL))
      );
      CREATE UNIQUE INDEX exchanges_once_idx ON loyalty.exchanges (corp_id, member_id, benefit_id, seq)
        WHERE state <> 'cancelled';
      CREATE INDEX exchanges_benefit_idx ON loyalty.exchanges (corp_id, benefit_id, id);
      CREATE INDEX exchanges_state_idx ON loyalty.exchanges (corp_id, state, id);
      CREATE INDEX exchanges_customer_idx ON loyalty.exchanges (corp_id, customer_id, id)`);
    for (const table of ['benefits', 'exchanges']) await tenantTable(queryRunner, `loyalty.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE loyalty.exchanges, loyalty.benefits');
  }
}
