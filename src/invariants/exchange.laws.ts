import { type Law, spoil } from './law.js';

export const exchangeLaws: readonly Law[] = [
  {
    id: 'E-1',
    en: 'of a benefit with a stock as many pieces are gone as members have',
    zh: '限量权益的已兑数量等于会员持有的数量',
    rows: `SELECT 'benefit ' || b.id AS place, b.taken = (SELECT count(*) FROM loyalty.exchanges x
                   WHERE x.corp_id = $1 AND x.benefit_id = b.id AND x.state <> 'cancelled') AS ok
             FROM loyalty.benefits b WHERE b.corp_id = $1 AND b.stock IS NOT NULL`,
    plant: [spoil('loyalty.benefits', 'taken = taken - 1', 'taken > 0')],
  },
  {
    id: 'E-2',
    en: 'a check-in has the points that it brought, and points of a check-in have their day',
    zh: '每次签到与其积分一一对应',
    rows: `SELECT 'member ' || c.member_id || ' on ' || c.day AS place, t.id IS NOT NULL AND t.amount = c.points AS ok
             FROM loyalty.check_ins c JOIN loyalty.members m ON m.corp_id = $1 AND m.id = c.member_id
             LEFT JOIN loyalty.transfers t ON t.corp_id = $1 AND t.program_id = m.program_id
              AND t.key = 'check-in:' || c.member_id || ':' || c.day
            WHERE c.corp_id = $1 AND c.points > 0
           UNION ALL
           SELECT 'transfer ' || t.id, EXISTS (SELECT FROM loyalty.check_ins c WHERE c.corp_id = $1
                   AND c.member_id::text = split_part(t.key, ':', 2) AND c.day::text = split_part(t.key, ':', 3))
             FROM loyalty.transfers t WHERE t.corp_id = $1 AND t.kind = 'earn'
              AND t.key ~ '^check-in:[0-9a-f-]{36}:[0-9-]{10}(:|$)'`,
    plant: [spoil('loyalty.check_ins', 'points = points + 1', 'points > 0')],
  },
  {
    id: 'E-3',
    en: 'nobody holds an honour twice in one period',
    zh: '同一荣誉在同一周期内不会重复持有',
    rows: `SELECT 'member ' || g.member_id || ' honour ' || g.honour_id AS place, count(*) = 1 AS ok
             FROM loyalty.honour_grants g WHERE g.corp_id = $1 AND g.revoked_at IS NULL
            GROUP BY g.member_id, g.honour_id, g.period`,
    plant: [
      'DROP INDEX loyalty.honour_grants_once_idx',
      `INSERT INTO loyalty.honour_grants (corp_id, id, honour_id, member_id, period, source, actor_kind, actor_id, granted_at)
       SELECT corp_id, gen_random_uuid(), honour_id, member_id, period, source, actor_kind, actor_id, granted_at
         FROM loyalty.honour_grants WHERE revoked_at IS NULL LIMIT 1`,
    ],
  },
];
