import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { RATE_CLAIMED_MIN, RATE_LOW_PERCENT } from '../domain/figures.js';

/** A batch of which too few coupons are redeemed. */
export interface LowRate {
  readonly batchId: string;
  /** Of the batch's zone. */
  readonly day: string;
  /** Before this day. */
  readonly claimed: number;
  /** Less those taken back as a whole. */
  readonly redeemed: number;
}

/** Inside an open unit of work. */
@Injectable()
export class FigureStore {
  constructor(private readonly database: Database) {}

  /**
   * Puts the sums of rows in their place, in one statement that adds nothing and loses nothing: whoever folds the same
   * rows meanwhile takes only those that this one did not delete.
   * @returns how many rows were loose, at most `limit`
   */
  async fold(limit: number): Promise<number> {
    const { loose } = await this.database.one<{ loose: number }>(FOLD, [this.database.corpId, limit]);
    return loose;
  }

  /** @returns those that were not known to be low today. */
  noteLowRates(): Promise<LowRate[]> {
    return this.database.query<LowRate>(NOTE_LOW_RATES, [
      this.database.corpId,
      RATE_CLAIMED_MIN,
      RATE_LOW_PERCENT,
    ]);
  }

  /** As far as it was looked at today, which happens each hour. */
  async isLowToday(batchId: string): Promise<boolean> {
    const row = await this.database.maybeOne(
      `SELECT 1 FROM coupons.rate_alarms a JOIN coupons.batches b ON b.corp_id = $1 AND b.id = a.batch_id
        WHERE a.corp_id = $1 AND a.batch_id = $2 AND a.day = (now() AT TIME ZONE b.time_zone)::date`,
      [this.database.corpId, batchId],
    );
    return row !== undefined;
  }

  /** The newest first. */
  listLowRates(
    after: { day: string; batchId: string } | undefined,
    limit: number,
  ): Promise<(LowRate & { raisedAt: Date })[]> {
    return this.database.query<LowRate & { raisedAt: Date }>(
      `SELECT batch_id AS "batchId", day::text AS day, claimed, redeemed, raised_at AS "raisedAt"
         FROM coupons.rate_alarms
        WHERE corp_id = $1 AND ($2::date IS NULL OR day < $2 OR day = $2 AND batch_id < $3)
        ORDER BY day DESC, batch_id DESC LIMIT $4`,
      [this.database.corpId, after?.day ?? null, after?.batchId ?? null, limit],
    );
  }
}

/** The loose rows by their index, the sums that are there by the batch's. */
const FOLD = `
  WITH loose AS (
    DELETE FROM coupons.figures WHERE corp_id = $1 AND id IN (
      SELECT id FROM coupons.figures WHERE corp_id = $1 AND NOT folded ORDER BY id LIMIT $2)
    RETURNING batch_id, day, channel, store_id, staff_id, issued, claimed, redeemed, reversed, cost, revenue
  ), sums AS (
    DELETE FROM coupons.figures f USING (SELECT DISTINCT batch_id, day, channel, store_id, staff_id FROM loose) p
     WHERE f.corp_id = $1 AND f.folded AND f.batch_id = p.batch_id AND f.day = p.day
       AND (f.channel, f.store_id, f.staff_id) IS NOT DISTINCT FROM (p.channel, p.store_id, p.staff_id)
    RETURNING f.batch_id, f.day, f.channel, f.store_id, f.staff_id, f.issued, f.claimed, f.redeemed, f.reversed, f.cost,
              f.revenue
  ), folded AS (
    INSERT INTO coupons.figures (corp_id, batch_id, day, channel, store_id, staff_id, issued, claimed, redeemed, reversed,
           cost, revenue, folded)
    SELECT $1, batch_id, day, channel, store_id, staff_id, sum(issued), sum(claimed), sum(redeemed), sum(reversed),
           sum(cost), sum(revenue), true
      FROM (TABLE loose UNION ALL TABLE sums) r GROUP BY batch_id, day, channel, store_id, staff_id)
  SELECT count(*)::int AS loose FROM loose`;

/** A coupon counts against its batch from the day after it was claimed. What somebody can still change is looked at. */
const NOTE_LOW_RATES = `
  WITH watched AS (
    SELECT b.id, (now() AT TIME ZONE b.time_zone)::date AS today
      FROM coupons.batches b WHERE b.corp_id = $1 AND b.state IN ('running', 'paused')
  ), counted AS (
    SELECT w.id, w.today, coalesce(sum(f.claimed) FILTER (WHERE f.day < w.today), 0) AS claimed,
           sum(f.redeemed - f.reversed) AS redeemed
      FROM watched w JOIN coupons.figures f ON f.corp_id = $1 AND f.batch_id = w.id
     WHERE NOT EXISTS (SELECT FROM coupons.rate_alarms a WHERE a.corp_id = $1 AND a.batch_id = w.id AND a.day = w.today)
     GROUP BY w.id, w.today)
  INSERT INTO coupons.rate_alarms (corp_id, batch_id, day, claimed, redeemed, raised_at)
  SELECT $1, id, today, claimed, redeemed, now() FROM counted WHERE claimed >= $2 AND redeemed * 100 < claimed * $3
      ON CONFLICT (corp_id, batch_id, day) DO NOTHING
  RETURNING batch_id AS "batchId", day::text AS day, claimed, redeemed`;
