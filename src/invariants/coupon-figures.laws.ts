import { type Law, spoil } from './law.js';

const COUNTED = 'issued, claimed, redeemed, reversed, cost, revenue';
/** What the figures must be, from coupons, their events, redemptions and reversals. */
const RECOUNT = `
  SELECT c.batch_id, (c.issued_at AT TIME ZONE b.time_zone)::date AS day, c.channel, NULL::uuid AS store_id,
         NULL::text AS staff_id, 1 AS issued, (c.holder_id IS NOT NULL AND e.coupon_id IS NULL)::int AS claimed,
         0 AS redeemed, 0 AS reversed, 0 AS cost, 0 AS revenue
    FROM coupons.coupons c JOIN coupons.batches b ON b.corp_id = $1 AND b.id = c.batch_id
    LEFT JOIN coupons.coupon_events e ON e.corp_id = $1 AND e.coupon_id = c.id
     AND e.from_state = 'claimable' AND e.to_state = 'claimed'
   WHERE c.corp_id = $1
  UNION ALL
  SELECT c.batch_id, (e.at AT TIME ZONE b.time_zone)::date, c.channel, NULL, NULL, 0, 1, 0, 0, 0, 0
    FROM coupons.coupon_events e JOIN coupons.coupons c ON c.corp_id = $1 AND c.id = e.coupon_id
    JOIN coupons.batches b ON b.corp_id = $1 AND b.id = c.batch_id
   WHERE e.corp_id = $1 AND e.from_state = 'claimable' AND e.to_state = 'claimed'
  UNION ALL
  SELECT r.batch_id, (r.recorded_at AT TIME ZONE b.time_zone)::date, r.channel, r.store_id, r.staff_id, 0, 0, 1, 0,
         r.discount, r.revenue
    FROM coupons.redemptions r JOIN coupons.batches b ON b.corp_id = $1 AND b.id = r.batch_id WHERE r.corp_id = $1
  UNION ALL
  SELECT r.batch_id, (v.at AT TIME ZONE b.time_zone)::date, r.channel, r.store_id, r.staff_id, 0, 0, 0, v.whole::int,
         -v.amount, -v.revenue
    FROM coupons.reversals v JOIN coupons.redemptions r ON r.corp_id = $1 AND r.id = v.redemption_id
    JOIN coupons.batches b ON b.corp_id = $1 AND b.id = r.batch_id WHERE v.corp_id = $1`;

const NEGATED = COUNTED.split(', ')
  .map((name) => `-${name}`)
  .join(', ');

export const couponFigureLaws: readonly Law[] = [
  {
    id: 'C-13',
    en: 'figures of coupons are what a recount finds, for each batch, day, channel, store and staff member',
    zh: '券数据与按批次、日期、渠道、门店、员工重新统计的结果一致',
    rows: `SELECT 'batch ' || batch_id || ' on ' || day || ' in ' || coalesce(channel, '-') || ' at '
                  || coalesce(store_id::text, '-') AS place,
                  (sum(issued), sum(claimed), sum(redeemed), sum(reversed), sum(cost), sum(revenue)) = (0, 0, 0, 0, 0, 0) AS ok
             FROM (SELECT batch_id, day, channel, store_id, staff_id, ${COUNTED} FROM coupons.figures WHERE corp_id = $1
                   UNION ALL
                   SELECT batch_id, day, channel, store_id, staff_id, ${NEGATED} FROM (${RECOUNT}) recount) both_of_them
            GROUP BY batch_id, day, channel, store_id, staff_id`,
    plant: [spoil('coupons.figures', 'claimed = claimed + 1')],
  },
  {
    id: 'C-13b',
    en: 'an order brings its total once, with one of its coupons, and what is taken back takes no more than that',
    zh: '一个订单的金额只计入其中一张券，冲正不超过已计入的金额',
    rows: `SELECT 'order ' || r.order_id AS place,
                  count(*) FILTER (WHERE r.open AND r.revenue > 0) <= 1
                    AND bool_and(r.revenue IN (0, r.order_total)
                      AND coalesce(v.revenue, 0) BETWEEN 0 AND r.revenue
                      AND (r.open OR coalesce(v.revenue, 0) = r.revenue)) AS ok
             FROM coupons.redemptions r
             LEFT JOIN LATERAL (SELECT sum(revenue) AS revenue FROM coupons.reversals
                                 WHERE corp_id = $1 AND redemption_id = r.id) v ON true
            WHERE r.corp_id = $1 GROUP BY r.order_id`,
    plant: [spoil('coupons.redemptions', 'revenue = revenue + 1')],
  },
  {
    id: 'C-13c',
    en: 'a daily closing of a store is what a recount of its day finds, and no day between two of them is missing',
    zh: '门店日结报表与当日重新统计的结果一致，且日期连续',
    rows: `SELECT 'store ' || k.store_id || ' on ' || k.day AS place,
                  (k.redeemed, k.discount, k.reversals, k.given_back, k.revenue) = (SELECT sum(n), sum(discount), sum(reversals), sum(given_back), sum(revenue)
                     FROM (SELECT 0 AS n, 0 AS discount, 0 AS reversals, 0 AS given_back, 0 AS revenue
                           UNION ALL
                           SELECT 1, r.discount, 0, 0, r.revenue FROM coupons.redemptions r
                            WHERE r.corp_id = $1 AND r.store_id = k.store_id AND r.booked_at IS NOT NULL
                              AND r.recorded_at >= k.day_from AND r.recorded_at < k.day_until
                           UNION ALL
                           SELECT 0, 0, 1, v.amount, -v.revenue FROM coupons.reversals v
                             JOIN coupons.redemptions r ON r.corp_id = $1 AND r.id = v.redemption_id
                            WHERE v.corp_id = $1 AND r.store_id = k.store_id AND r.booked_at IS NOT NULL
                              AND v.at >= k.day_from AND v.at < k.day_until) bookings) AS ok
             FROM coupons.closings k WHERE k.corp_id = $1
           UNION ALL
           SELECT 'store ' || r.store_id, (SELECT coalesce(max(k.day) - min(k.day) + 1, 0) = count(*) FROM coupons.closings k
                   WHERE k.corp_id = $1 AND k.store_id = r.store_id)
             FROM coupons.redemptions r WHERE r.corp_id = $1 AND r.store_id IS NOT NULL GROUP BY r.store_id`,
    plant: [
      `INSERT INTO coupons.closings (corp_id, store_id, day, day_from, day_until, redeemed, offline, discount, reversals,
              given_back, revenue, lines, closed_at)
       SELECT corp_id, store_id, current_date - 9, now() - interval '9 days', now() - interval '8 days', 1000000, 0, 0, 0, 0, 0,
              '[]', now()
         FROM coupons.redemptions WHERE store_id IS NOT NULL LIMIT 1`,
    ],
  },
];
