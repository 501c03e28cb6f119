import { APP_ROLE } from '../platform/database/role-names.js';
import { type Law, spoil } from './law.js';

const IS_CREDIT = `(t.kind IN ('earn', 'opening') OR t.kind = 'adjust' AND t.amount > 0)`;

export const pointsLaws: readonly Law[] = [
  {
    id: 'P-1',
    en: 'what an account holds and owes is the sum of its entries',
    zh: '账户的积分与欠款等于其流水之和',
    rows: `SELECT 'account ' || a.id AS place,
                  a.posted = coalesce(sum(e.delta), 0) AND a.debt = coalesce(sum(e.debt_delta), 0) AS ok
             FROM loyalty.accounts a LEFT JOIN loyalty.entries e ON e.corp_id = $1 AND e.account_id = a.id
            WHERE a.corp_id = $1 GROUP BY a.id, a.posted, a.debt`,
    plant: [spoil('loyalty.accounts', 'posted = posted + 1')],
  },
  {
    id: 'P-2',
    en: 'the entries of a transfer are its amount, no more and no less',
    zh: '每笔交易的流水之和等于其金额',
    // taking an earning back may take what has left the balance already: there the lots and the debt make the amount
    rows: `SELECT 'transfer ' || t.id AS place, CASE
                    WHEN ${IS_CREDIT} THEN moved = t.amount
                    WHEN t.kind <> 'reverse' THEN moved = -abs(t.amount)
                    WHEN is_of_credit THEN used + owed = t.amount
                    ELSE moved = t.amount END AS ok
             FROM loyalty.transfers t CROSS JOIN LATERAL (
               SELECT coalesce(sum(e.delta - e.debt_delta), 0) AS moved, coalesce(sum(e.debt_delta), 0) AS owed,
                      coalesce(sum((SELECT sum(u.amount) FROM loyalty.lot_uses u WHERE u.corp_id = $1
                                      AND u.account_id = e.account_id AND u.entry_seq = e.seq)), 0) AS used
                 FROM loyalty.entries e WHERE e.corp_id = $1 AND e.transfer_id = t.id) s
             LEFT JOIN LATERAL (
               SELECT o.kind IN ('earn', 'opening') OR o.kind = 'adjust' AND o.amount > 0 AS is_of_credit
                 FROM loyalty.transfers o WHERE o.corp_id = $1 AND o.id = t.reverses) r ON true
            WHERE t.corp_id = $1`,
    plant: [spoil('loyalty.transfers', 'amount = amount + 1', `kind = 'earn'`)],
  },
  {
    id: 'P-3',
    en: 'entries are numbered without a gap, and each goes on from the balance before it',
    zh: '流水序号连续，余额逐笔衔接',
    rows: `SELECT 'account ' || account_id || ' entry ' || seq AS place,
                  seq = row_number() OVER w AND balance_after = lag(balance_after, 1, 0::bigint) OVER w + delta
                  AND debt_after = lag(debt_after, 1, 0::bigint) OVER w + debt_delta AS ok
             FROM loyalty.entries WHERE corp_id = $1 WINDOW w AS (PARTITION BY account_id ORDER BY seq)`,
    plant: [spoil('loyalty.entries', 'seq = seq + 1000')],
  },
  {
    id: 'P-3 hash',
    en: 'each entry carries the hash of all before it, and the account that of its last',
    zh: '流水哈希链完整',
    rows: `SELECT 'account ' || e.account_id || ' entry ' || e.seq AS place,
                  e.hash = loyalty.entry_hash(lag(e.hash, 1, ''::bytea) OVER w, e.corp_id, e.account_id, e.seq, e.transfer_id,
                                              e.kind, e.delta, e.balance_after, e.debt_delta, e.debt_after, e.recorded_at)
                  AND (e.seq < a.version OR e.hash = a.chain_head) AS ok
             FROM loyalty.entries e JOIN loyalty.accounts a ON a.corp_id = $1 AND a.id = e.account_id
            WHERE e.corp_id = $1 WINDOW w AS (PARTITION BY e.account_id ORDER BY e.seq)`,
    plant: [spoil('loyalty.entries', `recorded_at = recorded_at + interval '1 microsecond'`)],
  },
  {
    id: 'P-4',
    en: 'a business key has one transfer in its program',
    zh: '同一计划内业务键唯一',
    rows: `SELECT 'transfer ' || id AS place, count(*) OVER (PARTITION BY program_id, key) = 1 AS ok
             FROM loyalty.transfers WHERE corp_id = $1`,
    plant: [
      'ALTER TABLE loyalty.transfers DROP CONSTRAINT transfers_key_key',
      spoil(
        'loyalty.transfers',
        `key = (SELECT o.key FROM loyalty.transfers o WHERE o.corp_id = transfers.corp_id
                   AND o.program_id = transfers.program_id AND o.id <> transfers.id LIMIT 1)`,
      ),
    ],
  },
  {
    id: 'P-5',
    en: 'the application cannot change or remove an entry, and nobody can past the triggers',
    zh: '应用无法修改或删除流水',
    rows: `SELECT 'privilege ' || p AS place, NOT has_table_privilege('${APP_ROLE}', 'loyalty.entries', p) AS ok
             FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS p WHERE $1::uuid IS NOT NULL
           UNION ALL
           SELECT 'columns', NOT has_any_column_privilege('${APP_ROLE}', 'loyalty.entries', 'UPDATE')
           UNION ALL
           SELECT 'trigger ' || n, EXISTS (SELECT FROM pg_trigger WHERE tgrelid = 'loyalty.entries'::regclass AND tgname = n
                                              AND tgenabled IN ('O', 'A'))
             FROM unnest(ARRAY['append_only', 'append_only_truncate']) AS n`,
    plant: [`GRANT UPDATE (delta) ON loyalty.entries TO ${APP_ROLE}`],
  },
  {
    id: 'P-6',
    en: 'open lots are what the account holds',
    zh: '未用批次之和等于账户积分',
    rows: `SELECT 'account ' || a.id AS place,
                  a.posted = coalesce(sum(l.remaining), 0) AND a.held = coalesce(sum(l.held), 0) AS ok
             FROM loyalty.accounts a LEFT JOIN loyalty.lots l ON l.corp_id = $1 AND l.account_id = a.id
            WHERE a.corp_id = $1 GROUP BY a.id, a.posted, a.held`,
    plant: [spoil('loyalty.lots', 'remaining = remaining - 1', 'remaining > held')],
  },
  {
    id: 'P-7',
    en: 'a lot has left what was not taken from it, and a reversal gave back to the very lots',
    zh: '批次余量等于发放减使用，冲正退回原批次',
    rows: `SELECT 'account ' || l.account_id || ' lot ' || l.seq AS place,
                  l.remaining = l.amount - sum(u.amount - u.given_back) AS ok
             FROM loyalty.lots l JOIN loyalty.lot_uses u ON u.corp_id = $1 AND u.account_id = l.account_id AND u.lot_seq = l.seq
            WHERE l.corp_id = $1 GROUP BY l.account_id, l.seq, l.remaining, l.amount
           UNION ALL
           SELECT 'transfer ' || t.id, t.reversed_amount = coalesce(sum(u.given_back), 0)
             FROM loyalty.transfers t JOIN loyalty.entries e ON e.corp_id = $1 AND e.transfer_id = t.id
             JOIN loyalty.lot_uses u ON u.corp_id = $1 AND u.account_id = e.account_id AND u.entry_seq = e.seq
            WHERE t.corp_id = $1 AND t.kind IN ('spend', 'expire', 'hold_post') GROUP BY t.id, t.reversed_amount`,
    plant: [spoil('loyalty.lot_uses', 'given_back = given_back + 1', 'given_back < amount')],
  },
  {
    id: 'P-8',
    en: 'no transfer is taken back beyond its amount, and what says so is the sum of its reversals',
    zh: '冲正合计不超过原金额',
    // taking an earning back turns an expiry of it into the taking, which counts as reversed there, too
    rows: `SELECT 'transfer ' || t.id AS place, t.reversed_amount <= abs(t.amount)
                  AND (t.reversed_amount = sum(r.amount) OR t.kind = 'expire' AND t.reversed_amount > sum(r.amount)) AS ok
             FROM loyalty.transfers t JOIN loyalty.transfers r ON r.corp_id = $1 AND r.reverses = t.id
            WHERE t.corp_id = $1 GROUP BY t.id, t.reversed_amount, t.amount, t.kind`,
    plant: [
      spoil(
        'loyalty.transfers',
        'reversed_amount = reversed_amount - 1',
        `kind = 'earn' AND reversed_amount > 0`,
      ),
    ],
  },
  {
    id: 'P-9',
    en: 'a hold is resolved at most once and posts what it says; open holds are what their lots hold',
    zh: '冻结最多解决一次，未解决冻结与批次一致',
    rows: `SELECT 'hold ' || h.id AS place, (h.state = 'posted') = (t.id IS NOT NULL)
                  AND (t.id IS NULL OR t.kind = 'hold_post' AND t.amount = h.posted_amount) AS ok
             FROM loyalty.holds h LEFT JOIN loyalty.transfers t ON t.corp_id = $1 AND t.id = h.transfer_id
            WHERE h.corp_id = $1
           UNION ALL
           SELECT 'account ' || l.account_id || ' lot ' || l.seq, l.held = coalesce((
                    SELECT sum(hl.amount) FROM loyalty.hold_lots hl JOIN loyalty.holds h ON h.corp_id = $1 AND h.id = hl.hold_id
                     WHERE hl.corp_id = $1 AND hl.account_id = l.account_id AND hl.lot_seq = l.seq AND h.state = 'open'), 0)
             FROM loyalty.lots l
            WHERE l.corp_id = $1 AND (l.held > 0 OR EXISTS (SELECT FROM loyalty.hold_lots hl WHERE hl.corp_id = $1
                                                 AND hl.account_id = l.account_id AND hl.lot_seq = l.seq))`,
    plant: [spoil('loyalty.lots', 'held = held + 1', 'held < remaining')],
  },
  {
    id: 'P-10',
    en: 'no counter of a cap is beyond the largest limit that its rules ever had',
    zh: '规则上限计数不超过上限',
    rows: `SELECT 'counter of ' || c.owner_id || ' ' || split_part(c.counter, '/', 3) AS place, c.used <= (
                    SELECT max((cap->>'points')::bigint)
                      FROM loyalty.earning_rules r
                      JOIN loyalty.earning_rule_versions v ON v.corp_id = $1 AND v.rule_id = r.id
                      CROSS JOIN LATERAL jsonb_array_elements(v.content->'caps') AS cap
                     WHERE r.corp_id = $1 AND cap->>'period' = split_part(c.counter, '/', 2)
                       AND cap->>'per' = split_part(c.counter, '/', 4)
                       AND (r.id = c.owner_id AND cap->>'of' = 'rule' OR r.program_id = c.owner_id AND cap->>'of' = 'program')) AS ok
             FROM loyalty.rule_counters c WHERE c.corp_id = $1`,
    plant: [spoil('loyalty.rule_counters', 'used = used + 1000000000000')],
  },
  {
    id: 'P-11',
    en: 'an entry that a rule made names the version, of a rule of its own program',
    zh: '规则产生的流水注明同一计划的规则版本',
    rows: `SELECT 'transfer ' || t.id AS place, EXISTS (
                    SELECT FROM loyalty.earning_rule_versions v JOIN loyalty.earning_rules r ON r.corp_id = $1 AND r.id = v.rule_id
                     WHERE v.corp_id = $1 AND v.id = t.rule_version_id AND r.program_id = t.program_id) AS ok
             FROM loyalty.transfers t WHERE t.corp_id = $1 AND t.rule_version_id IS NOT NULL`,
    plant: [spoil('loyalty.transfers', 'rule_version_id = gen_random_uuid()', 'rule_version_id IS NOT NULL')],
  },
  {
    id: 'P-12',
    en: 'a lot expires once, and not before its time',
    zh: '批次只到期一次，且不早于到期时间',
    rows: `SELECT 'account ' || l.account_id || ' lot ' || l.seq AS place,
                  sum(u.amount - u.given_back) <= l.amount AND min(e.recorded_at) >= l.expires_at AS ok
             FROM loyalty.lot_uses u
             JOIN loyalty.entries e ON e.corp_id = $1 AND e.account_id = u.account_id AND e.seq = u.entry_seq
             JOIN loyalty.lots l ON l.corp_id = $1 AND l.account_id = u.account_id AND l.seq = u.lot_seq
            WHERE u.corp_id = $1 AND e.kind = 'expire' GROUP BY l.account_id, l.seq, l.amount, l.expires_at`,
    plant: [
      `UPDATE loyalty.lot_uses u SET amount = u.amount + l.amount FROM loyalty.lots l, loyalty.entries e
        WHERE l.corp_id = u.corp_id AND l.account_id = u.account_id AND l.seq = u.lot_seq AND e.corp_id = u.corp_id
          AND e.account_id = u.account_id AND e.seq = u.entry_seq AND e.kind = 'expire'`,
    ],
  },
  {
    id: 'P-13',
    en: 'an exchange has the points that it cost, and a cancelled one gave them back',
    zh: '兑换与扣减积分同时成立或同时取消',
    rows: `SELECT 'exchange ' || x.id AS place, t.id IS NOT NULL AND t.kind = 'spend' AND t.amount = x.cost
                  AND t.reversed_amount = CASE x.state WHEN 'cancelled' THEN x.cost ELSE 0 END AS ok
             FROM loyalty.exchanges x LEFT JOIN loyalty.transfers t ON t.corp_id = $1 AND t.id = x.transfer_id
            WHERE x.corp_id = $1 AND x.cost > 0
           UNION ALL
           SELECT 'transfer ' || t.id, EXISTS (SELECT FROM loyalty.exchanges x WHERE x.corp_id = $1 AND x.transfer_id = t.id)
             FROM loyalty.transfers t WHERE t.corp_id = $1 AND t.kind = 'spend' AND starts_with(t.key, 'exchange:')`,
    plant: [spoil('loyalty.exchanges', 'cost = cost + 1', 'cost > 0')],
  },
  {
    id: 'P-14',
    en: 'a frozen member spends nothing',
    zh: '冻结期间会员不消耗积分',
    rows: `SELECT 'member ' || m.id AS place, NOT EXISTS (
                    SELECT FROM loyalty.accounts a JOIN loyalty.entries e ON e.corp_id = $1 AND e.account_id = a.id
                     WHERE a.corp_id = $1 AND a.member_id = m.id AND e.kind IN ('spend', 'hold_post')
                       AND e.recorded_at > m.frozen_at) AS ok
             FROM loyalty.members m WHERE m.corp_id = $1 AND m.frozen_at IS NOT NULL`,
    plant: [
      `UPDATE loyalty.members m SET frozen_at = '2000-01-01', frozen_reason = 'planted'
        WHERE EXISTS (SELECT FROM loyalty.accounts a JOIN loyalty.entries e ON e.corp_id = a.corp_id AND e.account_id = a.id
                       WHERE a.corp_id = m.corp_id AND a.member_id = m.id AND e.kind = 'spend')`,
    ],
  },
];
