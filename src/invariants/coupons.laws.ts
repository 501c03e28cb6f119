import { couponFigureLaws } from './coupon-figures.laws.js';
import { type Law, spoil } from './law.js';

/** What each coupon has gone through, beside what its row says. */
const STEPS = `
  WITH step AS (
    SELECT e.coupon_id, e.version, e.from_state, e.to_state, e.order_id,
           lag(e.to_state) OVER w AS before, lag(e.order_id) OVER w AS order_before, lag(e.version) OVER w AS version_before,
           lead(e.version) OVER w IS NULL AS is_last
      FROM coupons.coupon_events e WHERE e.corp_id = $1 WINDOW w AS (PARTITION BY e.coupon_id ORDER BY e.version)
  )`;
/** Every discount that is booked, by batch and day of its zone: redeemed and not taken back, or reserved by a lock. */
const BOOKED = `
  WITH booked AS (
    SELECT r.batch_id, (r.booked_at AT TIME ZONE b.time_zone)::date AS day, r.discount - r.reversed AS amount
      FROM coupons.redemptions r JOIN coupons.batches b ON b.corp_id = $1 AND b.id = r.batch_id
     WHERE r.corp_id = $1 AND r.booked_at IS NOT NULL
    UNION ALL
    SELECT c.batch_id, (c.state_at AT TIME ZONE b.time_zone)::date, c.lock_discount
      FROM coupons.coupons c JOIN coupons.batches b ON b.corp_id = $1 AND b.id = c.batch_id
     WHERE c.corp_id = $1 AND c.state = 'locked'
  )`;

const LEGAL = `('claimable', 'claimed'), ('claimable', 'expired'), ('claimable', 'void'), ('claimed', 'locked'),
  ('claimed', 'redeemed'), ('claimed', 'expired'), ('claimed', 'void'), ('locked', 'claimed'), ('locked', 'locked'),
  ('locked', 'redeemed'), ('locked', 'expired'), ('locked', 'void'), ('redeemed', 'reversed'), ('redeemed', 'claimed')`;
const UNIQUE_CODE = 'ALTER TABLE coupons.coupons DROP CONSTRAINT coupons_code_key';

const issuing: readonly Law[] = [
  {
    id: 'C-1',
    en: 'of a batch never more was issued than its stock, and no unit is lost',
    zh: '任何批次发放不超过库存，库存也不会丢失',
    rows: `SELECT 'batch ' || b.id AS place, b.stock = (
                    SELECT sum(s.remaining) FROM coupons.batch_stock s WHERE s.corp_id = $1 AND s.batch_id = b.id)
                  + (SELECT count(*) FROM coupons.coupons c WHERE c.corp_id = $1 AND c.batch_id = b.id AND NOT c.returned) AS ok
             FROM coupons.batches b WHERE b.corp_id = $1 AND b.approved_by_owner IS NOT NULL`,
    plant: [spoil('coupons.batch_stock', 'remaining = remaining + 1')],
  },
  {
    id: 'C-2',
    en: 'nobody has more coupons of a batch than it allows a person',
    zh: '每人持有的同批次券不超过限领',
    rows: `SELECT 'batch ' || c.batch_id || ' holder ' || c.holder_id AS place, count(*) <= max(b.per_person)
                  AND count(DISTINCT c.seq) = count(*) AND bool_and(c.seq_limit = b.per_person) AS ok
             FROM coupons.coupons c JOIN coupons.batches b ON b.corp_id = $1 AND b.id = c.batch_id
            WHERE c.corp_id = $1 AND c.holder_id IS NOT NULL AND NOT c.returned GROUP BY c.batch_id, c.holder_id`,
    plant: [spoil('coupons.coupons', 'seq_limit = seq_limit + 1', 'seq IS NOT NULL AND NOT returned')],
  },
  {
    id: 'C-3',
    en: 'what was issued of a batch is claimable, claimed, locked, redeemed, reversed, expired or void: nothing else, nothing twice',
    zh: '已发放＝待领取＋已领取＋已锁定＋已核销＋已冲正＋已过期＋已作废',
    rows: `SELECT 'batch ' || b.id AS place, b.stock - (
                    SELECT sum(s.remaining) FROM coupons.batch_stock s WHERE s.corp_id = $1 AND s.batch_id = b.id) = (
                    SELECT count(*) FILTER (WHERE c.state = 'claimable') + count(*) FILTER (WHERE c.state = 'claimed')
                           + count(*) FILTER (WHERE c.state = 'locked') + count(*) FILTER (WHERE c.state = 'redeemed')
                           + count(*) FILTER (WHERE c.state = 'reversed') + count(*) FILTER (WHERE c.state = 'expired')
                           + count(*) FILTER (WHERE c.state = 'void' AND NOT c.returned)
                      FROM coupons.coupons c WHERE c.corp_id = $1 AND c.batch_id = b.id) AS ok
             FROM coupons.batches b WHERE b.corp_id = $1 AND b.approved_by_owner IS NOT NULL`,
    plant: [
      'ALTER TABLE coupons.coupons DROP CONSTRAINT coupons_state_check',
      spoil('coupons.coupons', `state = 'lost'`, `state IN ('claimed', 'claimable')`),
    ],
  },
  {
    id: 'C-4',
    en: 'a coupon made only transitions that exist, each written down, and is where the last one led',
    zh: '券的流转均合法且逐条留痕，状态与最后一次流转一致',
    rows: `${STEPS}
           SELECT 'coupon ' || s.coupon_id || ' version ' || s.version AS place,
                  (s.from_state, s.to_state) IN (${LEGAL}) AND s.version = coalesce(s.version_before, 0) + 1
                  AND s.from_state = coalesce(s.before, s.from_state)
                  AND (NOT s.is_last OR s.version = c.version AND s.to_state = c.state) AS ok
             FROM step s LEFT JOIN coupons.coupons c ON c.corp_id = $1 AND c.id = s.coupon_id
           UNION ALL
           SELECT 'coupon ' || c.id, EXISTS (SELECT FROM coupons.coupon_events e WHERE e.corp_id = $1 AND e.coupon_id = c.id)
             FROM coupons.coupons c WHERE c.corp_id = $1 AND c.version > 0`,
    plant: [spoil('coupons.coupons', `state = 'reversed'`, `state = 'void' AND NOT returned`)],
  },
];

const using: readonly Law[] = [
  {
    id: 'C-5',
    en: 'a coupon is redeemed once between reversals: it has an open redemption exactly while it is redeemed',
    zh: '两次冲正之间一张券只核销一次',
    rows: `SELECT 'coupon ' || c.id AS place, count(*) FILTER (WHERE r.open) = (c.state = 'redeemed')::int
                  AND bool_and(r.reversed = coalesce((SELECT sum(v.amount) FROM coupons.reversals v
                                                       WHERE v.corp_id = $1 AND v.redemption_id = r.id), 0)) AS ok
             FROM coupons.redemptions r JOIN coupons.coupons c ON c.corp_id = $1 AND c.id = r.coupon_id
            WHERE r.corp_id = $1 GROUP BY c.id, c.state`,
    plant: [spoil('coupons.redemptions', 'open = NOT open')],
  },
  {
    id: 'C-6',
    en: 'a coupon was redeemed for the order that held it, and no lock reaches beyond its validity',
    zh: '券只为锁定它的订单核销，锁定不超过有效期',
    rows: `${STEPS}
           SELECT 'coupon ' || c.id AS place, c.order_id = r.order_id AS ok
             FROM coupons.coupons c JOIN coupons.redemptions r ON r.corp_id = $1 AND r.coupon_id = c.id AND r.open
            WHERE c.corp_id = $1 AND c.state = 'redeemed'
           UNION ALL
           SELECT 'coupon ' || c.id, c.order_id IS NOT NULL AND c.locked_until <= c.valid_until
             FROM coupons.coupons c WHERE c.corp_id = $1 AND c.state = 'locked'
           UNION ALL
           SELECT 'coupon ' || s.coupon_id || ' version ' || s.version, s.order_id IS NOT NULL
             FROM step s WHERE s.from_state = 'locked' AND s.to_state = 'redeemed'`,
    plant: [spoil('coupons.coupons', `order_id = 'another'`, `state = 'redeemed'`)],
  },
  {
    id: 'C-7',
    en: 'nothing was redeemed before or after its validity',
    zh: '核销时间均在有效期内',
    rows: `SELECT 'redemption ' || r.id AS place, r.redeemed_at >= c.valid_from AND r.redeemed_at < c.valid_until AS ok
             FROM coupons.redemptions r JOIN coupons.coupons c ON c.corp_id = $1 AND c.id = r.coupon_id WHERE r.corp_id = $1`,
    plant: [spoil('coupons.redemptions', `redeemed_at = redeemed_at + interval '100 years'`)],
  },
  {
    id: 'C-8',
    en: 'what discounts cost is within the budget of the batch and of the day, to the cent',
    zh: '优惠总额不超过批次预算与每日预算，精确到分',
    rows: `${BOOKED}
           SELECT 'batch ' || g.batch_id AS place, g.limit_amount = b.budget AND g.spent <= g.limit_amount AND g.spent = coalesce((
                    SELECT sum(k.amount) FROM booked k WHERE k.batch_id = g.batch_id), 0) AS ok
             FROM coupons.batch_budgets g JOIN coupons.batches b ON b.corp_id = $1 AND b.id = g.batch_id WHERE g.corp_id = $1
           UNION ALL
           SELECT 'batch ' || d.batch_id || ' on ' || d.day, d.spent <= d.limit_amount AND d.spent = coalesce((
                    SELECT sum(k.amount) FROM booked k WHERE k.batch_id = d.batch_id AND k.day = d.day), 0)
             FROM coupons.batch_days d WHERE d.corp_id = $1`,
    plant: [spoil('coupons.batch_budgets', 'spent = spent - 1', 'spent > 0')],
  },
  {
    id: 'C-9',
    en: 'codes are unique in a corp, and the table holds their keyed hashes and sealed copies only',
    zh: '券码在企业内唯一，库中只存密钥摘要与密文',
    rows: `SELECT 'coupon ' || id AS place, count(*) OVER (PARTITION BY code_hash) = 1 AND octet_length(code_hash) = 32
                  AND octet_length(code_cipher) > 28 AS ok
             FROM coupons.coupons WHERE corp_id = $1`,
    plant: [
      UNIQUE_CODE,
      'UPDATE coupons.coupons SET code_hash = (SELECT code_hash FROM coupons.coupons LIMIT 1)',
    ],
  },
  {
    id: 'C-10',
    en: 'each member of an audience gets exactly as many coupons as it gives each, or as many as his refusal left him',
    zh: '人群发券：每人恰好领到应得张数，不多不少',
    rows: `SELECT 'audience ' || coalesce(m.audience_id::text, c.source_id) || ' customer ' || coalesce(m.customer_id, c.customer_id) AS place,
                  CASE a.state WHEN 'done' THEN coalesce(c.count, 0) = coalesce(m.issued, a.each)
                               ELSE coalesce(c.count, 0) <= a.each END AS ok
             FROM (SELECT * FROM coupons.audience_members WHERE corp_id = $1) m
             JOIN coupons.audiences a ON a.corp_id = $1 AND a.id = m.audience_id
             FULL JOIN (SELECT source_id, customer_id, count(*) AS count FROM coupons.coupons
                         WHERE corp_id = $1 AND source = 'audience' GROUP BY source_id, customer_id) c
               ON c.source_id = m.audience_id::text AND c.customer_id = m.customer_id`,
    plant: [spoil('coupons.audience_members', 'customer_id = gen_random_uuid()')],
  },
  {
    id: 'C-11',
    en: 'what was redeemed had been promised: channel, minimum and state of the batch are those of its terms',
    zh: '每次核销都符合券规则（渠道、门槛、批次）',
    rows: `SELECT 'redemption ' || r.id AS place, r.order_total >= coalesce((v.terms ->> 'minimumSpend')::bigint, 0)
                  AND (v.terms #> '{conditions,channels}' IS NULL OR coalesce(v.terms #> '{conditions,channels}' ? r.channel, false))
                  AND (v.terms #> '{conditions,stores}' IS NULL OR r.store_id IS NOT NULL)
                  AND b.state NOT IN ('draft', 'approved') AND r.batch_id = c.batch_id AS ok
             FROM coupons.redemptions r JOIN coupons.coupons c ON c.corp_id = $1 AND c.id = r.coupon_id
             JOIN coupons.batches b ON b.corp_id = $1 AND b.id = r.batch_id
             JOIN coupons.template_versions v ON v.corp_id = $1 AND v.id = b.version_id
            WHERE r.corp_id = $1 AND r.booked_at IS NOT NULL`,
    plant: [spoil('coupons.redemptions', 'channel = NULL')],
  },
  {
    id: 'C-12',
    en: 'no order is worth less than nothing: its coupons take no more than its total',
    zh: '叠加优惠后订单金额不为负',
    rows: `SELECT 'order ' || md5(order_id) AS place, sum(discount) <= max(order_total) AND min(discount) >= 0 AS ok
             FROM coupons.redemptions WHERE corp_id = $1 AND open GROUP BY order_id`,
    plant: [
      'ALTER TABLE coupons.redemptions DROP CONSTRAINT redemptions_amounts_check',
      spoil('coupons.redemptions', 'discount = order_total + 1', 'open'),
    ],
  },
];

export const couponsLaws: readonly Law[] = [...issuing, ...using, ...couponFigureLaws];
