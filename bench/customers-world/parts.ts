import {
  customerIdSql,
  idSql,
  nameSql,
  pickSql,
  relationIdSql,
  staffNumberSql,
  WORLD_CORP_ID as CORP,
  WORLD_STAFF,
  WORLD_TAGS,
} from './sql.js';

/** One table of the world. */
export interface WorldPart {
  readonly table: string;
  /** Fills it for customers `from` to `to`, both included. */
  readonly fill: (from: number, to: number) => string;
  /** Said when the world is made. */
  readonly note?: string;
}

const people = (from: number, to: number): string => `generate_series(${from}, ${to}) n`;
/** 1.5 relations on average: each second customer has two. */
const relations = (from: number, to: number): string =>
  `${people(from, to)}, LATERAL generate_series(0, n % 2) i`;
const LONG_AGO = `timestamptz '2026-01-01 00:00:00+00'`;

export const CORP_WORLD = `
  INSERT INTO platform.corps (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
    VALUES ('${CORP}', 'wwbench', 'Bench', 'Asia/Shanghai', '{zh-CN}', 'per_day_1', 'active', now(), now());
  INSERT INTO staff.staff (corp_id, id, staff_user_id, staff_user_key, name, status, direct_leader_user_ids, is_follow_user, fetched_at)
    SELECT '${CORP}', ${idSql(3, 'n')}, 'staff.' || n, 'staff.' || n, '成员' || n, 'active', '{}', true, now()
      FROM generate_series(0, ${WORLD_STAFF - 1}) n;
  INSERT INTO segments.corp_tag_groups (corp_id, id, wecom_group_id, name, sort_order, created_at, fetched_at)
    VALUES ('${CORP}', '${CORP}', 'group', '意向', 0, now(), now());
  INSERT INTO segments.corp_tags (corp_id, id, group_id, wecom_tag_id, name, sort_order, created_at, fetched_at)
    SELECT '${CORP}', ${idSql(4, 'n')}, '${CORP}', 'tag' || n, '标签' || n, n, now(), now()
      FROM generate_series(0, ${WORLD_TAGS - 1}) n;`;

/** In the order of their foreign keys. */
export const WORLD_PARTS: readonly WorldPart[] = [
  {
    table: 'customers.customers',
    fill: (from, to) => `
      INSERT INTO customers.customers (corp_id, id, external_user_id, name, type, gender, avatar_url, union_id,
             fetched_at, created_at, updated_at)
      SELECT '${CORP}', ${customerIdSql('n')}, 'wm' || n, ${nameSql('n')}, 1, n % 3,
             'https://wx.qlogo.cn/mmhead/' || n || '/0', 'o' || n, now(),
             ${LONG_AGO} + n * interval '7 seconds', ${LONG_AGO} + n * interval '11 seconds'
        FROM ${people(from, to)}`,
  },
  {
    table: 'customers.follow_relations',
    fill: (from, to) => `
      INSERT INTO customers.follow_relations (corp_id, id, customer_id, staff_user_id, staff_key, remark, description,
             followed_at, add_way, state, deleted_by_customer_at, ended_at, fetched_at, created_at, updated_at)
      SELECT '${CORP}', ${relationIdSql('n', 'i')}, ${customerIdSql('n')}, staff, staff, ${nameSql('n')} || '-' || i,
             '对两居室感兴趣', followed, n % 9, ${pickSql(['expo', 'shop', 'web', 'store'], 'n / 3')}, ended, ended,
             now(), now(), now()
        FROM ${relations(from, to)},
             LATERAL (SELECT 'staff.' || ${staffNumberSql('n', 'i')} AS staff,
                             ${LONG_AGO} + n * interval '7 seconds' AS followed) s,
             LATERAL (SELECT CASE WHEN (n + i) % 10 = 0 THEN followed + interval '30 days' END AS ended) e`,
  },
  {
    table: 'customers.relation_tags',
    fill: (from, to) => `
      INSERT INTO customers.relation_tags (corp_id, relation_id, kind, tag, name, customer_id)
      SELECT '${CORP}', ${relationIdSql('n', 'i')}, 'corp', 'tag' || ((n + i * 7 + k * 11) % ${WORLD_TAGS}), NULL,
             ${customerIdSql('n')}
        FROM ${relations(from, to)}, generate_series(0, 2) k`,
  },
];
