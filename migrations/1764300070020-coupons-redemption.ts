import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APP_ROLE } from '../src/platform/database/role-names.js';

/**
 * The database books every discount itself, whoever writes it: a lock reserves, what ends a lock sets free, a redemption
 * spends, a reversal gives back. The checks on the two budgets refuse what would be one 分 too much (docs/adr/0028).
 */
export class CouponsRedemption1764300070020 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE coupons.redemptions ADD COLUMN booked_at timestamptz;
      COMMENT ON COLUMN coupons.redemptions.booked_at IS
        'when its discount was reserved, on whose day it counts; null: on no budget, it was redeemed in another system';
      -- squawk-ignore require-concurrent-index-creation
      CREATE INDEX coupons_order_idx ON coupons.coupons (corp_id, order_id) WHERE order_id IS NOT NULL;

      CREATE FUNCTION coupons.book_discount(corp uuid, batch uuid, at timestamptz, amount bigint) RETURNS void
      LANGUAGE plpgsql AS $$
      DECLARE
        terms record;
        today date;
      BEGIN
        SELECT b.budget, b.daily_budget, b.time_zone INTO terms FROM coupons.batches b WHERE b.corp_id = corp AND b.id = batch;
        today := (at AT TIME ZONE terms.time_zone)::date;
        IF terms.daily_budget IS NOT NULL AND amount > 0 AND NOT EXISTS (
             SELECT FROM coupons.batch_days WHERE corp_id = corp AND batch_id = batch AND day = today) THEN
          -- whoever is lowering the budget at this moment has seen no row of this day: what he leaves counts. He holds the
          -- batch and then takes the budgets, so nothing of them is taken here before
          SELECT b.daily_budget INTO terms.daily_budget FROM coupons.batches b WHERE b.corp_id = corp AND b.id = batch FOR SHARE;
        END IF;
        IF terms.budget IS NOT NULL THEN
          UPDATE coupons.batch_budgets SET spent = spent + amount WHERE corp_id = corp AND batch_id = batch;
        END IF;
        IF terms.daily_budget IS NULL THEN
          RETURN;
        END IF;
        -- a day that has begun keeps its own limit: what a lock was promised on it does not shrink with the days after it
        UPDATE coupons.batch_days SET spent = spent + amount WHERE corp_id = corp AND batch_id = batch AND day = today;
        IF NOT FOUND AND amount > 0 THEN
          INSERT INTO coupons.batch_days AS d (corp_id, batch_id, day, spent, limit_amount)
          VALUES (corp, batch, today, amount, terms.daily_budget)
          ON CONFLICT (corp_id, batch_id, day) DO UPDATE SET spent = d.spent + excluded.spent;
        END IF;
      END $$;

      CREATE FUNCTION coupons.book_lock() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF OLD.lock_discount > 0 THEN
          PERFORM coupons.book_discount(OLD.corp_id, OLD.batch_id, OLD.state_at, -OLD.lock_discount);
        END IF;
        IF NEW.lock_discount > 0 THEN
          PERFORM coupons.book_discount(NEW.corp_id, NEW.batch_id, NEW.state_at, NEW.lock_discount);
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER book_lock AFTER UPDATE ON coupons.coupons FOR EACH ROW
        WHEN ((OLD.state = 'locked' OR NEW.state = 'locked') AND OLD.version <> NEW.version)
        EXECUTE FUNCTION coupons.book_lock();

      CREATE FUNCTION coupons.book_redemption() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'INSERT' THEN
          PERFORM coupons.book_discount(NEW.corp_id, NEW.batch_id, NEW.booked_at, NEW.discount - NEW.reversed);
        ELSE
          PERFORM coupons.book_discount(NEW.corp_id, NEW.batch_id, NEW.booked_at, OLD.reversed - NEW.reversed);
        END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER book_redemption AFTER INSERT ON coupons.redemptions FOR EACH ROW
        WHEN (NEW.booked_at IS NOT NULL AND NEW.discount > NEW.reversed) EXECUTE FUNCTION coupons.book_redemption();
      CREATE TRIGGER book_reversal AFTER UPDATE ON coupons.redemptions FOR EACH ROW
        WHEN (NEW.booked_at IS NOT NULL AND OLD.reversed <> NEW.reversed) EXECUTE FUNCTION coupons.book_redemption();

      CREATE FUNCTION coupons.guard_redemption() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NOT OLD.open OR NEW.open <> (NEW.reversed < NEW.discount) THEN
          RAISE EXCEPTION 'redemption_closed: what was taken back as a whole is over, and nothing else is'
            USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.reversed <> (SELECT coalesce(sum(v.amount), 0) FROM coupons.reversals v
                             WHERE v.corp_id = NEW.corp_id AND v.redemption_id = NEW.id) THEN
          RAISE EXCEPTION 'redemption_reversed: % is not what its reversals took back', NEW.reversed
            USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER guard_redemption BEFORE UPDATE ON coupons.redemptions FOR EACH ROW
        WHEN ((OLD.reversed, OLD.open) IS DISTINCT FROM (NEW.reversed, NEW.open)) EXECUTE FUNCTION coupons.guard_redemption();

      REVOKE UPDATE ON coupons.redemptions FROM ${APP_ROLE};
      GRANT UPDATE (reversed, open) ON coupons.redemptions TO ${APP_ROLE};
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      GRANT UPDATE ON coupons.redemptions TO ${APP_ROLE};
      DROP TRIGGER guard_redemption ON coupons.redemptions;
      DROP TRIGGER book_reversal ON coupons.redemptions;
      DROP TRIGGER book_redemption ON coupons.redemptions;
      DROP TRIGGER book_lock ON coupons.coupons;
      DROP FUNCTION coupons.guard_redemption();
      DROP FUNCTION coupons.book_redemption();
      DROP FUNCTION coupons.book_lock();
      DROP FUNCTION coupons.book_discount(uuid, uuid, timestamptz, bigint);
      DROP INDEX coupons.coupons_order_idx;
      ALTER TABLE coupons.redemptions DROP COLUMN booked_at;
    `);
  }
}
