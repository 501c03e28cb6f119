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
  /** Once, before it. */
  readonly before?: string;
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

/** What a field of a customer holds, each in the columns that its type fills. */
const FIELDS = [
  {
    key: 'birthday',
    source: 'customer',
    value: `to_jsonb(born::text)`,
    time: `born::timestamp AT TIME ZONE 'UTC'`,
  },
  {
    key: 'region',
    source: 'staff',
    value: `to_jsonb(ARRAY[province, city])`,
    text: `province || '/' || city`,
  },
  { key: 'stage', source: 'staff', value: `to_jsonb(ARRAY[stage])`, text: 'stage' },
  { key: 'life_stage', source: 'rule', value: 'to_jsonb(life)', text: 'life' },
  { key: 'score', source: 'rule', value: 'to_jsonb(n % 101)', number: 'n % 101' },
  { key: 'source_channel', source: 'crm', value: 'to_jsonb(channel)', text: 'channel' },
  { key: 'budget', source: 'crm', value: 'to_jsonb(budget)', number: 'budget' },
  { key: 'vip', source: 'crm', value: 'to_jsonb(n % 20 = 0)', text: `(n % 20 = 0)::text` },
  { key: 'hobbies', source: 'customer', value: 'to_jsonb(ARRAY[hobby, other_hobby])' },
  { key: 'member_no', source: 'crm', value: `to_jsonb('M' || n)`, text: `'M' || n` },
] as const satisfies readonly WorldField[];

interface WorldField {
  readonly key: string;
  readonly source: string;
  readonly value: string;
  readonly text?: string;
  readonly number?: string;
  readonly time?: string;
}

const HOBBIES = ['running', 'reading', 'cooking', 'travel', 'music', 'films', 'games'];
const PLACES = [
  '广东省/深圳市',
  '广东省/广州市',
  '浙江省/杭州市',
  '江苏省/南京市',
  '四川省/成都市',
  '湖北省/武汉市',
];
/** The words that the values are made of. */
const facts = (from: number, to: number): string => `${people(from, to)},
  LATERAL (SELECT date '1960-01-01' + (n * 37 % 18000) AS born, ${pickSql(PLACES, 'n * 7')} AS place,
                  ${pickSql(['new', 'contacted', 'interested', 'won'], 'n * 3')} AS stage,
                  ${pickSql(['potential', 'new', 'active', 'dormant', 'lost'], 'n')} AS life,
                  ${pickSql(['expo', 'shop', 'web', 'store'], 'n / 3')} AS channel, n * 97 % 1000000 AS budget,
                  ${pickSql(HOBBIES, 'n')} AS hobby, ${pickSql(HOBBIES, 'n + 1 + n % 6')} AS other_hobby) f,
  LATERAL (SELECT split_part(place, '/', 1) AS province, split_part(place, '/', 2) AS city) p`;
const fieldRow = ({ key, source, value, text, number, time }: WorldField): string =>
  `('${key}', '${source}', ${value}, ${text ?? 'NULL'}, (${number ?? 'NULL'})::float8, (${time ?? 'NULL'})::timestamptz)`;

const DEFINITIONS = `
  INSERT INTO customers.field_definitions (corp_id, id, key, type, label_zh, label_en, required, is_unique, personal,
         whole_path, default_value, choices, position, version, created_at, updated_at)
    SELECT '${CORP}', ${idSql(5, 'd.position')}, d.key, d.type, d.zh, d.en, false, false, false, false, NULL,
           CASE d.key WHEN 'hobbies' THEN '${JSON.stringify(HOBBIES.map((key) => ({ key, zh: key, en: key })))}' ELSE '[]' END::jsonb,
           d.position, 1, now(), now()
      FROM (VALUES ('budget', 'amount', '预算', 'Budget', 1001), ('vip', 'boolean', '贵宾', 'VIP', 1002),
                   ('hobbies', 'choices', '爱好', 'Hobbies', 1003), ('member_no', 'text', '会员号', 'Member number', 1004))
        AS d(key, type, zh, en, position)`;

/** Each hundredth customer is busy. */
const ENTRIES_OF_THE_BUSIEST = 100;
const entryCount = `CASE WHEN n % 100 = 0 THEN ${ENTRIES_OF_THE_BUSIEST} ELSE n % 5 END`;
const ENTRY_TYPES = [
  'customers.behaviour',
  'customers.relation_started',
  'customers.tag_put',
  'group-chats.joined',
];

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
  {
    table: 'customers.person_links',
    note: 'each hundredth customer is one person with the next',
    fill: (from, to) => `
      INSERT INTO customers.person_links (corp_id, customer_id, person_id)
      SELECT '${CORP}', ${customerIdSql('n + i')}, ${customerIdSql('n')}
        FROM ${people(from, to)}, generate_series(0, 1) i WHERE n % 100 = 50 AND n < ${to}`,
  },
  {
    table: 'customers.identifiers',
    note: 'hashes and sealed values are made up: nothing is found or opened by them',
    fill: (from, to) => `
      INSERT INTO customers.identifiers (corp_id, id, customer_id, kind, namespace, value_id, value_hash, value_sealed,
             value_masked, placeholder, source, observed_at)
      SELECT '${CORP}', ${idSql(6, 'n::bigint * 2 + i')}, ${customerIdSql('n')}, k.kind, k.namespace,
             ${idSql(7, 'n::bigint * 2 + i')}, 'hash ' || i || ' ' || n, 'sealed', k.masked, false, 'crm', now()
        FROM ${people(from, to)}, (VALUES (0, 'phone', '', '138****1234'), (1, 'external_id', 'crm', 'C***'))
          AS k(i, kind, namespace, masked) WHERE i = 0 OR n % 3 = 0`,
  },
  {
    table: 'customers.profiles',
    fill: (from, to) => `
      INSERT INTO customers.profiles (corp_id, customer_id, version)
      SELECT '${CORP}', ${customerIdSql('n')}, 1 FROM ${people(from, to)}`,
  },
  {
    table: 'customers.field_values',
    before: DEFINITIONS,
    fill: (from, to) => `
      INSERT INTO customers.field_values (corp_id, customer_id, field_key, source, value, text_value, number_value,
             time_value, confidence, observed_at, written_at, written_by, wins)
      SELECT '${CORP}', ${customerIdSql('n')}, v.*, 100, ${LONG_AGO}, ${LONG_AGO}, 'bench', true
        FROM ${facts(from, to)}, LATERAL (VALUES ${FIELDS.map(fieldRow).join(', ')}) v`,
  },
  {
    table: 'customers.field_items',
    fill: (from, to) => `
      INSERT INTO customers.field_items (corp_id, customer_id, field_key, item)
      SELECT '${CORP}', ${customerIdSql('n')}, i.*
        FROM ${facts(from, to)}, LATERAL (VALUES ('region', province), ('region', place), ('stage', stage),
             ('hobbies', hobby), ('hobbies', other_hobby)) i`,
  },
  {
    table: 'customers.timeline_entries',
    note: `${ENTRIES_OF_THE_BUSIEST} entries of each hundredth customer, two of the others, over 65 days`,
    fill: (from, to) => `
      INSERT INTO customers.timeline_entries (corp_id, customer_id, at, id, type, facts)
      SELECT '${CORP}', ${customerIdSql('n')}, date_trunc('day', now()) - k * interval '15 hours' - n % 1000 * interval '1 second',
             ${idSql(8, `n::bigint * ${ENTRIES_OF_THE_BUSIEST} + k - 1`)}, ${pickSql(ENTRY_TYPES, 'k')},
             jsonb_build_object('eventType', 'page_viewed', 'staffUserId', 'staff.1', 'addWay', 1, 'wecomTagId', 'tag1')
        FROM ${people(from, to)}, LATERAL generate_series(1, ${entryCount}) k`,
  },
  {
    table: 'customers.announced',
    note: 'generated values',
    fill: (from, to) => `
      INSERT INTO customers.announced (corp_id, customer_id, level, level_version, points_balance, points_version,
             last_event_at)
      SELECT '${CORP}', ${customerIdSql('n')}, ${pickSql(['普卡', '银卡', '金卡'], 'n')}, 1, n * 13 % 20000, 1, now()
        FROM ${people(from, to)}`,
  },
];
