import { type Law, spoil } from './law.js';

/** What each account earned in each period of each board by the ledger alone, beside what stands there. */
const ON_BOARDS = `
  WITH expired AS (
    SELECT u.account_id, u.lot_seq, sum(u.amount - u.given_back) AS amount
      FROM loyalty.lot_uses u JOIN loyalty.entries e ON e.corp_id = $1 AND e.account_id = u.account_id AND e.seq = u.entry_seq
     WHERE u.corp_id = $1 AND e.kind = 'expire' GROUP BY u.account_id, u.lot_seq
  ), earned AS (
    SELECT p.id AS period_id, a.member_id, max(e.recorded_at) AS reached_at,
           sum(e.delta - e.debt_delta - t.reversed_amount - coalesce(x.amount, 0)) AS points
      FROM loyalty.board_periods p
      JOIN loyalty.boards b ON b.corp_id = $1 AND b.id = p.board_id
      JOIN loyalty.accounts a ON a.corp_id = $1 AND a.wallet_id = b.wallet_id
      JOIN loyalty.entries e ON e.corp_id = $1 AND e.account_id = a.id AND e.kind = 'earn'
       AND e.recorded_at >= p.starts_at AND e.recorded_at < p.ends_at AND e.recorded_at >= b.counts_from
      JOIN loyalty.transfers t ON t.corp_id = $1 AND t.id = e.transfer_id
      LEFT JOIN expired x ON x.account_id = a.id AND x.lot_seq = e.seq
     WHERE p.corp_id = $1 AND (b.rule_ids IS NULL OR EXISTS (
           SELECT FROM loyalty.earning_rule_versions v
            WHERE v.corp_id = $1 AND v.id = t.rule_version_id AND v.rule_id = ANY (b.rule_ids)))
     GROUP BY p.id, a.member_id
  ), standing AS (
    SELECT s.*, coalesce((SELECT sum(c.amount) FROM loyalty.board_corrections c
                           WHERE c.corp_id = $1 AND c.period_id = s.period_id AND c.member_id = s.member_id), 0) AS corrected
      FROM loyalty.board_standings s WHERE s.corp_id = $1
  )
  SELECT 'period ' || coalesce(e.period_id, s.period_id) || ' member ' || coalesce(e.member_id, s.member_id) AS place,`;
const STANDING = `
    FROM earned e FULL JOIN standing s ON s.period_id = e.period_id AND s.member_id = e.member_id
    JOIN loyalty.board_periods p ON p.corp_id = $1 AND p.id = coalesce(e.period_id, s.period_id)`;

/** The levels of the table in force, the lowest first; not of programs that are being moved to it. */
const LEVELS = `
  level AS (
    SELECT t.program_id, l.place, l.item->>'key' AS key, l.item->>'nameZh' AS name_zh, (l.item->>'threshold')::bigint AS threshold
      FROM loyalty.level_tables t CROSS JOIN LATERAL jsonb_array_elements(t.levels) WITH ORDINALITY AS l(item, place)
     WHERE t.corp_id = $1 AND t.state = 'active'
       AND NOT EXISTS (SELECT FROM loyalty.relevels r WHERE r.corp_id = $1 AND r.table_id = t.id AND NOT r.finished)
  )`;

export const levelsAndBoardsLaws: readonly Law[] = [
  {
    id: 'L-1',
    en: 'a member has a level of the table in force, and his score is what the ledger says',
    zh: '会员等级属于现行等级表，成长值与账本一致',
    rows: `WITH ${LEVELS}
           SELECT 'member ' || m.member_id AS place, m.score = coalesce(a.posted, 0)
                  AND EXISTS (SELECT FROM level l WHERE l.program_id = m.program_id AND l.key = m.level) AS ok
             FROM loyalty.member_levels m
             JOIN loyalty.wallets w ON w.corp_id = $1 AND w.program_id = m.program_id AND w.key = 'growth'
             LEFT JOIN loyalty.accounts a ON a.corp_id = $1 AND a.member_id = m.member_id AND a.wallet_id = w.id
            WHERE m.corp_id = $1 AND EXISTS (SELECT FROM level l WHERE l.program_id = m.program_id)`,
    plant: [spoil('loyalty.member_levels', 'score = score + 1')],
  },
  {
    id: 'L-2',
    en: 'nobody who is not locked stands below the level that his score reaches',
    zh: '未锁定会员的等级不低于成长值所达等级',
    rows: `WITH ${LEVELS}
           SELECT 'member ' || m.member_id AS place, has.place >= reached.place AS ok
             FROM loyalty.member_levels m
             JOIN level has ON has.program_id = m.program_id AND has.key = m.level
             JOIN LATERAL (SELECT max(l.place) AS place FROM level l
                            WHERE l.program_id = m.program_id AND l.threshold <= greatest(m.score - m.uncounted, 0)) reached ON true
            WHERE m.corp_id = $1 AND NOT m.is_locked`,
    plant: [
      'ALTER TABLE loyalty.member_levels DROP CONSTRAINT member_levels_score_check',
      spoil(
        'loyalty.member_levels',
        'score = 1000000000000, uncounted = 0',
        `NOT is_locked AND level = 'bronze'`,
      ),
    ],
  },
  {
    id: 'L-3',
    en: 'the levels of a member follow one another without a gap up to the present one',
    zh: '会员等级历史首尾相接',
    rows: `SELECT 'member ' || h.member_id || ' from ' || h.started_at AS place,
                  h.from_level IS NOT DISTINCT FROM lag(h.level) OVER w
                  AND (lead(h.level) OVER w IS NOT NULL OR h.level = m.level AND h.started_at = m.changed_at) AS ok
             FROM loyalty.level_history h LEFT JOIN loyalty.member_levels m ON m.corp_id = $1 AND m.member_id = h.member_id
            WHERE h.corp_id = $1 WINDOW w AS (PARTITION BY h.member_id ORDER BY h.started_at)`,
    plant: [spoil('loyalty.level_history', `from_level = 'planted'`)],
  },
  {
    id: 'L-4',
    en: 'a benefit is granted once for a member, level and period',
    zh: '同一会员、等级、期间的权益只发放一次',
    rows: `SELECT 'member ' || member_id || ' ' || benefit || ' ' || period AS place,
                  count(*) OVER (PARTITION BY member_id, level, benefit, period) = 1 AS ok
             FROM loyalty.level_grants WHERE corp_id = $1`,
    plant: [
      'ALTER TABLE loyalty.level_grants DROP CONSTRAINT level_grants_pkey',
      `INSERT INTO loyalty.level_grants (corp_id, member_id, level, benefit, period, table_id, granted_at)
       SELECT corp_id, member_id, level, benefit, period, table_id, granted_at FROM loyalty.level_grants LIMIT 1`,
    ],
  },
  {
    id: 'L-5',
    en: 'what stands on an open board is the sum of the counted entries, reached with the last of them',
    zh: '进行中的榜单等于计入流水之和',
    rows: `${ON_BOARDS} coalesce(s.points, 0) = coalesce(e.points, 0) AND s.reached_at = e.reached_at AS ok
           ${STANDING} WHERE p.closed_at IS NULL`,
    plant: [
      `UPDATE loyalty.board_standings s SET points = points + 1 FROM loyalty.board_periods p
        WHERE p.corp_id = s.corp_id AND p.id = s.period_id AND p.closed_at IS NULL`,
    ],
  },
  {
    id: 'L-6',
    en: 'a closed board stands as it was closed, its ranks were stored, and what came late is a correction',
    zh: '已结束的榜单不变，事后变动记为更正',
    rows: `${ON_BOARDS} coalesce(s.points, 0) + coalesce(s.corrected, 0) = coalesce(e.points, 0) AS ok
           ${STANDING} WHERE p.closed_at IS NOT NULL AND s.member_id IS NOT NULL
           UNION ALL
           SELECT 'period ' || r.period_id || ' rank ' || r.rank, s.rank = r.rank AND s.points = r.points
             FROM loyalty.board_results r JOIN (
               SELECT period_id, member_id, points,
                      row_number() OVER (PARTITION BY period_id ORDER BY minus_points, reached_at, member_id) AS rank
                 FROM loyalty.board_standings WHERE corp_id = $1 AND points > 0) s
               ON s.period_id = r.period_id AND s.member_id = r.member_id
            WHERE r.corp_id = $1`,
    plant: [
      `UPDATE loyalty.board_standings s SET points = points + 1 FROM loyalty.board_periods p
        WHERE p.corp_id = s.corp_id AND p.id = s.period_id AND p.closed_at IS NOT NULL`,
    ],
  },
  {
    id: 'T-2',
    en: 'the level that a customer’s page shows is the one that he has',
    zh: '客户页显示的等级与会员等级一致',
    rows: `WITH ${LEVELS}
           SELECT 'member ' || m.member_id AS place, CASE WHEN n.level_version = m.version
                    THEN n.level = l.name_zh
                    ELSE coalesce(n.level_version, 0) < m.version AND m.changed_at > now() - interval '10 minutes' END AS ok
             FROM loyalty.member_levels m
             JOIN loyalty.programs g ON g.corp_id = $1 AND g.id = m.program_id AND g.key = 'default'
             JOIN level l ON l.program_id = m.program_id AND l.key = m.level
             LEFT JOIN customers.announced n ON n.corp_id = $1 AND n.customer_id = m.customer_id
            WHERE m.corp_id = $1`,
    plant: [spoil('customers.announced', `level = 'planted'`, 'level_version IS NOT NULL')],
  },
];
