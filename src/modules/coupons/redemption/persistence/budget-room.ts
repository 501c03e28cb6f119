import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { Coupon } from '../../life/domain/coupon.js';
import type { Room } from '../domain/share.js';

export type RoomNow = Room & {
  /** 分 of it that locks reserve whose time is over, until somebody sets them free. */
  readonly stale: number;
};

interface RoomRow {
  /** null: no limit. */
  readonly total: number | null;
  readonly day: number | null;
  readonly stale: number;
  /** Of both, what the lock of the coupon itself reserves. */
  readonly ownTotal: number;
  readonly ownDay: number;
  readonly date: string;
}

/** What the budgets of a batch still have. Inside an open unit of work. */
@Injectable()
export class BudgetRoom {
  constructor(private readonly database: Database) {}

  /**
   * With what is reserved for this coupon itself, and by locks that have ended. By primary keys and the index of locked ones.
   * @param at on whose day a discount would count
   */
  async of({ id, batchId }: Coupon, at: Date): Promise<RoomNow> {
    const { total, day, stale, ownTotal, ownDay, date } = await this.database.one<RoomRow>(
      `WITH batch AS (
         SELECT b.id, b.daily_budget, b.time_zone, ($4::timestamptz AT TIME ZONE b.time_zone)::date AS day
           FROM coupons.batches b WHERE b.corp_id = $1 AND b.id = $2
       ), freed AS (
         SELECT coalesce(sum(l.lock_discount), 0)::bigint AS total,
                coalesce(sum(l.lock_discount) FILTER (WHERE (l.state_at AT TIME ZONE b.time_zone)::date = b.day), 0)::bigint AS day,
                coalesce(sum(l.lock_discount) FILTER (WHERE l.id <> $3), 0)::bigint AS stale,
                coalesce(sum(l.lock_discount) FILTER (WHERE l.locked_until > clock_timestamp()), 0)::bigint AS own_total,
                coalesce(sum(l.lock_discount) FILTER (WHERE l.locked_until > clock_timestamp()
                           AND (l.state_at AT TIME ZONE b.time_zone)::date = b.day), 0)::bigint AS own_day
           FROM batch b JOIN coupons.coupons l ON l.corp_id = $1 AND l.batch_id = b.id AND l.state = 'locked'
            AND (l.id = $3 OR l.locked_until <= clock_timestamp())
       )
       SELECT s.limit_amount - s.spent + f.total AS total,
              coalesce(d.limit_amount - d.spent, b.daily_budget) + f.day AS day, f.stale,
              f.own_total AS "ownTotal", f.own_day AS "ownDay", b.day::text AS date
         FROM batch b CROSS JOIN freed f
         LEFT JOIN coupons.batch_budgets s ON s.corp_id = $1 AND s.batch_id = b.id
         LEFT JOIN coupons.batch_days d ON d.corp_id = $1 AND d.batch_id = b.id AND d.day = b.day`,
      [this.database.corpId, batchId, id, at],
    );
    const own = { total: ownTotal, day: ownDay };
    return { total: total ?? Infinity, day: day ?? Infinity, own, date, stale };
  }
}
