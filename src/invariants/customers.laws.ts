import { type Law, spoil } from './law.js';

export const customersLaws: readonly Law[] = [
  {
    id: 'S-8',
    en: 'a person is named after the least of his customers, in whatever order they were found to be one',
    zh: '自然人以其最小的客户编号命名，与合并次序无关',
    rows: `SELECT 'customer ' || customer_id AS place, person_id = first_value(customer_id) OVER w
                  AND count(*) OVER (PARTITION BY person_id) > 1 AS ok
             FROM customers.person_links WHERE corp_id = $1 WINDOW w AS (PARTITION BY person_id ORDER BY customer_id)`,
    plant: [spoil('customers.person_links', 'person_id = gen_random_uuid()')],
  },
  {
    id: 'S-9',
    en: 'what was booked on a customer stays with one that exists, who is of one person only',
    zh: '积分等记录始终指向存在且唯一归属的客户',
    rows: `SELECT 'member ' || m.id AS place, EXISTS (
                    SELECT FROM customers.customers c WHERE c.corp_id = $1 AND c.id = m.customer_id) AS ok
             FROM loyalty.members m WHERE m.corp_id = $1
           UNION ALL
           SELECT 'account ' || a.id, a.customer_id = m.customer_id AND a.program_id = m.program_id
             FROM loyalty.accounts a LEFT JOIN loyalty.members m ON m.corp_id = $1 AND m.id = a.member_id WHERE a.corp_id = $1
           UNION ALL
           SELECT 'customer ' || customer_id, count(*) OVER (PARTITION BY customer_id) = 1
             FROM customers.person_links WHERE corp_id = $1`,
    plant: [spoil('loyalty.members', 'customer_id = gen_random_uuid()')],
  },
  {
    id: 'S-10',
    en: 'of what sources say of a field one is believed, which the rules prefer to every other',
    zh: '每个字段的采用值由来源与规则版本解释',
    rows: `WITH rule AS (
             SELECT coalesce((SELECT ranking FROM customers.survivorship_rules WHERE corp_id = $1 ORDER BY version DESC LIMIT 1),
                             '["staff", "customer", "crm", "shop", "import", "wecom", "rule"]') AS ranking
           ), told AS (
             SELECT v.customer_id, v.field_key, v.wins, row_number() OVER (
                      PARTITION BY v.customer_id, v.field_key
                      ORDER BY coalesce(r.place, 100), v.confidence DESC, v.observed_at DESC, v.source COLLATE "C") AS place
               FROM customers.field_values v CROSS JOIN rule
               LEFT JOIN LATERAL jsonb_array_elements_text(rule.ranking) WITH ORDINALITY AS r(source, place) ON r.source = v.source
              WHERE v.corp_id = $1 AND v.value IS NOT NULL
           )
           SELECT 'customer ' || customer_id || ' field ' || field_key AS place, wins = (place = 1) AS ok FROM told`,
    plant: [spoil('customers.field_values', 'wins = false', 'wins')],
  },
  {
    id: 'S-11',
    en: 'every table with rows of a corp is behind the wall of its corp, for its owner, too',
    zh: '所有企业数据表均受行级安全隔离',
    rows: `SELECT c.oid::regclass::text AS place, c.relrowsecurity AND c.relforcerowsecurity AND (
                    SELECT count(*) = 1 AND bool_and(pg_get_expr(p.polqual, p.polrelid) LIKE '%app.corp_id%'
                             AND pg_get_expr(p.polwithcheck, p.polrelid) LIKE '%app.corp_id%')
                      FROM pg_policy p WHERE p.polrelid = c.oid) AS ok
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'corp_id'
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname <> 'platform' AND n.nspname NOT LIKE 'pg\\_%'
              AND n.nspname NOT IN ('information_schema', 'graphile_worker') AND $1::uuid IS NOT NULL`,
    plant: ['ALTER TABLE customers.customers NO FORCE ROW LEVEL SECURITY'],
  },
  {
    id: 'T-1',
    en: 'the points that a customer’s page shows are those of his account',
    zh: '客户页显示的积分与账户一致',
    rows: `SELECT 'account ' || a.id AS place, CASE WHEN n.points_version = a.version
                    THEN n.points_balance = a.posted
                    ELSE coalesce(n.points_version, 0) < a.version AND a.recorded_at > now() - interval '10 minutes' END AS ok
             FROM loyalty.accounts a
             JOIN loyalty.programs g ON g.corp_id = $1 AND g.id = a.program_id AND g.key = 'default'
             JOIN loyalty.wallets w ON w.corp_id = $1 AND w.id = a.wallet_id AND w.key = 'points'
             LEFT JOIN customers.announced n ON n.corp_id = $1 AND n.customer_id = a.customer_id
            WHERE a.corp_id = $1 AND a.version > 0`,
    plant: [
      spoil('customers.announced', 'points_balance = points_balance + 1', 'points_version IS NOT NULL'),
    ],
  },
];
