import type { MigrationInterface, QueryRunner } from 'typeorm';
import { refuseChanges, tenantTable } from '../src/platform/database/migration-steps.js';

/** What each store redeemed on a day that is over. Stored once: nothing can be recorded any more for that day. */
export class CouponsClosings1764300070031 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE coupons.closings (
        corp_id uuid NOT NULL,
        store_id uuid NOT NULL,
        day date NOT NULL,
        day_from timestamptz NOT NULL,
        day_until timestamptz NOT NULL,
        redeemed bigint NOT NULL,
        offline bigint NOT NULL,
        discount bigint NOT NULL,
        reversals bigint NOT NULL,
        given_back bigint NOT NULL,
        revenue bigint NOT NULL,
        lines jsonb NOT NULL,
        closed_at timestamptz NOT NULL,
        CONSTRAINT closings_pkey PRIMARY KEY (corp_id, store_id, day),
        CONSTRAINT closings_day_check CHECK (day_from <= day_until AND day_until <= closed_at)
      );
      -- squawk-ignore require-concurrent-index-creation
      CREATE INDEX redemptions_store_idx ON coupons.redemptions (corp_id, store_id, recorded_at) WHERE store_id IS NOT NULL;
      -- squawk-ignore require-concurrent-index-creation
      CREATE INDEX reversals_at_idx ON coupons.reversals (corp_id, at);
    `);
    await tenantTable(queryRunner, 'coupons.closings', 'SELECT, INSERT');
    await refuseChanges(queryRunner, 'coupons.closings');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX coupons.reversals_at_idx;
      DROP INDEX coupons.redemptions_store_idx;
      DROP TABLE coupons.closings`);
  }
}
