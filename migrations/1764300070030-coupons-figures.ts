import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/**
 * Figures are rows that are added up. The database adds one in the transaction of whatever is counted, whoever writes it:
 * so they are exact at every instant, nobody waits for a counter, and folding many rows into one changes no sum.
 */
export class CouponsFigures1764300070030 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(FIGURES);
    await queryRunner.query(REVENUE);
    await queryRunner.query(COUNTING);
    await tenantTable(queryRunner, 'coupons.figures', 'SELECT, INSERT, DELETE');
    await tenantTable(queryRunner, 'coupons.rate_alarms', 'SELECT, INSERT');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TRIGGER count_reversed ON coupons.reversals;
      DROP TRIGGER take_back_revenue ON coupons.reversals;
      DROP TRIGGER count_redeemed ON coupons.redemptions;
      DROP TRIGGER attribute_order ON coupons.redemptions;
      DROP TRIGGER count_claimed ON coupons.coupon_events;
      DROP TRIGGER count_issued ON coupons.coupons;
      DROP TRIGGER keep_channel ON coupons.coupons;
      DROP FUNCTION coupons.count_reversed, coupons.take_back_revenue, coupons.count_redeemed, coupons.attribute_order,
        coupons.count_claimed, coupons.count_issued;
      ALTER TABLE coupons.reversals DROP COLUMN whole, DROP COLUMN revenue;
      ALTER TABLE coupons.redemptions DROP COLUMN recorded_at, DROP COLUMN revenue;
      DROP TABLE coupons.rate_alarms, coupons.figures`);
  }
}

/** `folded`: the sum of the rows of one place that were there when it was made; there may be several. */
const FIGURES = `
  CREATE TABLE coupons.figures (
    corp_id uuid NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    batch_id uuid NOT NULL,
    day date NOT NULL,
    channel text,
    store_id uuid,
    staff_id text,
    issued bigint NOT NULL DEFAULT 0,
    claimed bigint NOT NULL DEFAULT 0,
    redeemed bigint NOT NULL DEFAULT 0,
    reversed bigint NOT NULL DEFAULT 0,
    cost bigint NOT NULL DEFAULT 0,
    revenue bigint NOT NULL DEFAULT 0,
    folded boolean NOT NULL DEFAULT false,
    CONSTRAINT figures_pkey PRIMARY KEY (corp_id, id)
  );
  CREATE INDEX figures_day_idx ON coupons.figures (corp_id, day);
  CREATE INDEX figures_batch_idx ON coupons.figures (corp_id, batch_id, day);
  CREATE INDEX figures_loose_idx ON coupons.figures (corp_id, id) WHERE NOT folded;

  CREATE TABLE coupons.rate_alarms (
    corp_id uuid NOT NULL,
    batch_id uuid NOT NULL,
    day date NOT NULL,
    claimed bigint NOT NULL,
    redeemed bigint NOT NULL,
    raised_at timestamptz NOT NULL,
    CONSTRAINT rate_alarms_pkey PRIMARY KEY (corp_id, batch_id, day)
  );
  CREATE INDEX rate_alarms_day_idx ON coupons.rate_alarms (corp_id, day, batch_id);
`;

/** A connection that planned while a table was empty looks rows up along its index all the same. */
const BY_INDEX = `LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off`;

/**
 * An order counts once, with the first of its coupons. Two coupons of one order are redeemed one after the other: whoever
 * redeems holds the order. Of what is taken back in part, the same part of the revenue goes; with the rest, all of it.
 */
const REVENUE = `
  ALTER TABLE coupons.redemptions
    ADD COLUMN recorded_at timestamptz NOT NULL DEFAULT statement_timestamp(),
    ADD COLUMN revenue bigint NOT NULL DEFAULT 0;
  COMMENT ON COLUMN coupons.redemptions.recorded_at IS
    'when the database heard of it, on whose day figures and closings count it: a day that is over stays as it was';
  ALTER TABLE coupons.reversals
    ADD COLUMN revenue bigint NOT NULL DEFAULT 0,
    ADD COLUMN whole boolean NOT NULL DEFAULT false;

  CREATE FUNCTION coupons.attribute_order() RETURNS trigger ${BY_INDEX} AS $$
  BEGIN
    IF NEW.booked_at IS NULL THEN
      NEW.recorded_at := NEW.redeemed_at; -- in another system, whose days were another's
    END IF;
    NEW.revenue := CASE WHEN EXISTS (SELECT FROM (
                                SELECT r.open, r.revenue FROM coupons.redemptions r
                                 WHERE r.corp_id = NEW.corp_id AND r.order_id = NEW.order_id OFFSET 0) of_order
                               WHERE open AND revenue > 0) THEN 0
                        ELSE NEW.order_total END;
    RETURN NEW;
  END $$;
  CREATE TRIGGER attribute_order BEFORE INSERT ON coupons.redemptions
    FOR EACH ROW EXECUTE FUNCTION coupons.attribute_order();

  CREATE FUNCTION coupons.take_back_revenue() RETURNS trigger ${BY_INDEX} AS $$
  DECLARE
    redemption record;
    before record;
  BEGIN
    SELECT r.discount, r.revenue INTO redemption FROM coupons.redemptions r
     WHERE r.corp_id = NEW.corp_id AND r.id = NEW.redemption_id;
    SELECT coalesce(sum(v.amount), 0) AS amount, coalesce(sum(v.revenue), 0) AS revenue INTO before
      FROM coupons.reversals v WHERE v.corp_id = NEW.corp_id AND v.redemption_id = NEW.redemption_id;
    IF before.amount + NEW.amount > redemption.discount THEN
      RAISE EXCEPTION 'reversal_exceeds: % of %', before.amount + NEW.amount, redemption.discount
        USING ERRCODE = 'check_violation';
    END IF;
    NEW.whole := before.amount + NEW.amount >= redemption.discount;
    NEW.revenue := CASE WHEN NEW.whole THEN redemption.revenue - before.revenue
                        ELSE floor(redemption.revenue::numeric * (before.amount + NEW.amount) / redemption.discount)
                               - before.revenue END;
    RETURN NEW;
  END $$;
  CREATE TRIGGER take_back_revenue BEFORE INSERT ON coupons.reversals
    FOR EACH ROW EXECUTE FUNCTION coupons.take_back_revenue();
`;

/** Days are those of the batch's zone. What is issued counts once a statement, all other things come one by one. */
const COUNTING = `
  CREATE FUNCTION coupons.count_issued() RETURNS trigger ${BY_INDEX} AS $$
  BEGIN
    INSERT INTO coupons.figures (corp_id, batch_id, day, channel, issued, claimed)
    SELECT i.corp_id, i.batch_id, (i.issued_at AT TIME ZONE b.time_zone)::date, i.channel, count(*), count(i.holder_id)
      FROM issued i JOIN coupons.batches b ON b.corp_id = i.corp_id AND b.id = i.batch_id
     GROUP BY 1, 2, 3, 4;
    RETURN NULL;
  END $$;
  CREATE TRIGGER count_issued AFTER INSERT ON coupons.coupons REFERENCING NEW TABLE AS issued
    FOR EACH STATEMENT EXECUTE FUNCTION coupons.count_issued();
  CREATE TRIGGER keep_channel BEFORE UPDATE OF channel ON coupons.coupons FOR EACH ROW
    WHEN (NEW.channel IS DISTINCT FROM OLD.channel) EXECUTE FUNCTION platform.refuse_change();

  CREATE FUNCTION coupons.count_claimed() RETURNS trigger ${BY_INDEX} AS $$
  BEGIN
    INSERT INTO coupons.figures (corp_id, batch_id, day, channel, claimed)
    SELECT NEW.corp_id, b.id, (NEW.at AT TIME ZONE b.time_zone)::date, c.channel, 1
      FROM coupons.coupons c JOIN coupons.batches b ON b.corp_id = NEW.corp_id AND b.id = c.batch_id
     WHERE c.corp_id = NEW.corp_id AND c.id = NEW.coupon_id;
    RETURN NULL;
  END $$;
  CREATE TRIGGER count_claimed AFTER INSERT ON coupons.coupon_events FOR EACH ROW
    WHEN (NEW.from_state = 'claimable' AND NEW.to_state = 'claimed') EXECUTE FUNCTION coupons.count_claimed();

  CREATE FUNCTION coupons.count_redeemed() RETURNS trigger ${BY_INDEX} AS $$
  BEGIN
    INSERT INTO coupons.figures (corp_id, batch_id, day, channel, store_id, staff_id, redeemed, cost, revenue)
    SELECT NEW.corp_id, b.id, (NEW.recorded_at AT TIME ZONE b.time_zone)::date, NEW.channel, NEW.store_id, NEW.staff_id, 1,
           NEW.discount, NEW.revenue
      FROM coupons.batches b WHERE b.corp_id = NEW.corp_id AND b.id = NEW.batch_id;
    RETURN NULL;
  END $$;
  CREATE TRIGGER count_redeemed AFTER INSERT ON coupons.redemptions
    FOR EACH ROW EXECUTE FUNCTION coupons.count_redeemed();

  CREATE FUNCTION coupons.count_reversed() RETURNS trigger ${BY_INDEX} AS $$
  BEGIN
    INSERT INTO coupons.figures (corp_id, batch_id, day, channel, store_id, staff_id, reversed, cost, revenue)
    SELECT NEW.corp_id, b.id, (NEW.at AT TIME ZONE b.time_zone)::date, r.channel, r.store_id, r.staff_id, NEW.whole::int,
           -NEW.amount, -NEW.revenue
      FROM coupons.redemptions r JOIN coupons.batches b ON b.corp_id = NEW.corp_id AND b.id = r.batch_id
     WHERE r.corp_id = NEW.corp_id AND r.id = NEW.redemption_id;
    RETURN NULL;
  END $$;
  CREATE TRIGGER count_reversed AFTER INSERT ON coupons.reversals
    FOR EACH ROW EXECUTE FUNCTION coupons.count_reversed();
`;
