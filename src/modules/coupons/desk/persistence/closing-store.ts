import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { CLOSE_AFTER_MINUTES, type Closing } from '../domain/closing.js';

export interface StoreDay {
  readonly storeId: string;
  readonly timeZone: string;
}

/** Days of stores. Inside an open unit of work. */
@Injectable()
export class ClosingStore {
  constructor(private readonly database: Database) {}

  /** Every day of these stores that is over and not closed, from the first one with a redemption on. Closed stays closed. */
  close(stores: readonly StoreDay[]): Promise<number> {
    return this.database.execute(CLOSE, [
      this.database.corpId,
      stores.map(({ storeId }) => storeId),
      stores.map(({ timeZone }) => timeZone),
      CLOSE_AFTER_MINUTES,
    ]);
  }

  find(storeId: string, day: string): Promise<Closing | undefined> {
    return this.database.maybeOne<Closing>(
      `SELECT ${COLUMNS} FROM coupons.closings WHERE corp_id = $1 AND store_id = $2 AND day = $3`,
      [this.database.corpId, storeId, day],
    );
  }

  /** The newest first. */
  list(storeId: string, beforeDay: string | undefined, limit: number): Promise<Closing[]> {
    return this.database.query<Closing>(
      `SELECT ${COLUMNS} FROM coupons.closings
        WHERE corp_id = $1 AND store_id = $2 AND ($3::date IS NULL OR day < $3) ORDER BY day DESC LIMIT $4`,
      [this.database.corpId, storeId, beforeDay ?? null, limit],
    );
  }

  /** A day that is not closed, as far as it has come; undefined when it has not begun. */
  count({ storeId, timeZone }: StoreDay, day: string): Promise<Closing | undefined> {
    return this.database.maybeOne<Closing>(COUNT, [this.database.corpId, storeId, timeZone, day]);
  }
}

const COLUMNS = `store_id AS "storeId", day::text AS day, day_from AS "from", day_until AS "until", redeemed, offline, discount,
  reversals, given_back AS "givenBack", revenue, lines, closed_at AS "closedAt"`;

/**
 * Of each of the `days` (store_id, day, day_from, day_until) what was recorded in it, by the indexes of redemptions of a store
 * and of the time of reversals. What another system redeemed stands in its closings.
 */
const COUNTED = `
  bookings AS (
    SELECT d.store_id, d.day, r.batch_id, r.staff_id, 1 AS redeemed,
           (r.redeemed_at < r.recorded_at - interval '1 minute')::int AS offline, r.discount, 0 AS reversals,
           0::bigint AS given_back, r.revenue
      FROM days d JOIN coupons.redemptions r ON r.corp_id = $1 AND r.store_id = d.store_id
       AND r.recorded_at >= d.day_from AND r.recorded_at < d.day_until AND r.booked_at IS NOT NULL
    UNION ALL
    SELECT d.store_id, d.day, r.batch_id, r.staff_id, 0, 0, 0, 1, v.amount, -v.revenue
      FROM days d JOIN coupons.reversals v ON v.corp_id = $1 AND v.at >= d.day_from AND v.at < d.day_until
      JOIN coupons.redemptions r ON r.corp_id = $1 AND r.id = v.redemption_id AND r.store_id = d.store_id
       AND r.booked_at IS NOT NULL
  ), lines AS (
    SELECT store_id, day, batch_id, staff_id, sum(redeemed)::bigint AS redeemed, sum(offline)::bigint AS offline,
           sum(discount)::bigint AS discount, sum(reversals)::bigint AS reversals, sum(given_back)::bigint AS given_back,
           sum(revenue)::bigint AS revenue
      FROM bookings GROUP BY store_id, day, batch_id, staff_id
  ), counted AS (
    SELECT d.store_id, d.day, d.day_from, d.day_until, coalesce(sum(l.redeemed), 0)::bigint AS redeemed,
           coalesce(sum(l.offline), 0)::bigint AS offline, coalesce(sum(l.discount), 0)::bigint AS discount,
           coalesce(sum(l.reversals), 0)::bigint AS reversals, coalesce(sum(l.given_back), 0)::bigint AS given_back,
           coalesce(sum(l.revenue), 0)::bigint AS revenue,
           coalesce(jsonb_agg(jsonb_build_object('batchId', l.batch_id, 'staffId', l.staff_id, 'redeemed', l.redeemed,
             'offline', l.offline, 'discount', l.discount, 'reversals', l.reversals, 'givenBack', l.given_back,
             'revenue', l.revenue) ORDER BY l.batch_id, l.staff_id) FILTER (WHERE l.batch_id IS NOT NULL), '[]') AS lines
      FROM days d LEFT JOIN lines l ON l.store_id = d.store_id AND l.day = d.day
     GROUP BY d.store_id, d.day, d.day_from, d.day_until
  )`;

/** A new store has no first day before it has redeemed something. */
const CLOSE = `
  WITH stores AS (
    SELECT s.id, s.zone, ((clock_timestamp() - make_interval(mins => $4)) AT TIME ZONE s.zone)::date AS today,
           coalesce((SELECT max(k.day) + 1 FROM coupons.closings k WHERE k.corp_id = $1 AND k.store_id = s.id),
                    (SELECT (min(r.recorded_at) AT TIME ZONE s.zone)::date FROM coupons.redemptions r
                      WHERE r.corp_id = $1 AND r.store_id = s.id AND r.booked_at IS NOT NULL)) AS first_day
      FROM unnest($2::uuid[], $3::text[]) AS s(id, zone)
  ), days AS (
    SELECT s.id AS store_id, d::date AS day, d AT TIME ZONE s.zone AS day_from,
           (d + interval '1 day') AT TIME ZONE s.zone AS day_until
      FROM stores s CROSS JOIN LATERAL generate_series(s.first_day::timestamp, s.today - interval '1 day', '1 day') AS d
  ), ${COUNTED}
  INSERT INTO coupons.closings (corp_id, store_id, day, day_from, day_until, redeemed, offline, discount, reversals, given_back,
         revenue, lines, closed_at)
  SELECT $1, store_id, day, day_from, day_until, redeemed, offline, discount, reversals, given_back, revenue, lines,
         clock_timestamp()
    FROM counted
      ON CONFLICT (corp_id, store_id, day) DO NOTHING`;

const COUNT = `
  WITH days AS (
    SELECT $2::uuid AS store_id, $4::date AS day, $4::date::timestamp AT TIME ZONE $3 AS day_from,
           ($4::date + interval '1 day') AT TIME ZONE $3 AS day_until
     WHERE $4::date <= (clock_timestamp() AT TIME ZONE $3)::date
  ), ${COUNTED}
  SELECT ${COLUMNS.replace('closed_at', 'NULL::timestamptz')} FROM counted`;
