import {
  type CustomerFilter,
  type CustomerKey,
  ListCustomers,
} from '../../../src/modules/customers/contacts/queries/list-customers.js';
import { Database } from '../../../src/platform/database/database.js';
import { CustomersWorld, type TestCorp } from './customers-world.js';

const CUSTOMERS = 100_000;
/** 8 kB each. Most pages touch a few hundred; the most do those that go through all relations of one staff. */
const BLOCKS_MAX = 8_000;

let world: CustomersWorld;
let corp: TestCorp;

beforeAll(async () => {
  world = await CustomersWorld.start();
  corp = await world.corp({ staff: 1, customers: 0 });
  await corp.sql(GENERATE_CUSTOMERS, [corp.id, CUSTOMERS]);
  await corp.sql(GENERATE_RELATIONS, [corp.id]);
  await corp.sql(GENERATE_TAGS, [corp.id]);
  await corp.sql('ANALYZE customers.customers, customers.follow_relations, customers.relation_tags');
}, 120_000);
afterAll(async () => world.close());

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

async function planOf(
  filter: CustomerFilter,
  after?: CustomerKey,
): Promise<{ nodes: PlanNode[]; blocks: number; rows: number }> {
  return corp.unit.read(corp.id, async () => {
    const { text, params } = world.http.get(ListCustomers).statement(filter, after, 51);
    const database = world.http.get(Database);
    const rows = await database.query(text, params);
    const plan = await database.one<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(
      `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${text}`,
      params,
    );
    const [root] = plan['QUERY PLAN'];
    if (!root) throw new Error('no plan');
    const blocks = root.Plan['Shared Hit Blocks'] + root.Plan['Shared Read Blocks'];
    return { nodes: flatten(root.Plan), blocks, rows: rows.length };
  });
}

function flatten(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}

const id = { sort: 'id' } as const;
const cases: [string, CustomerFilter, number][] = [
  ['nothing', id, 51],
  ['updatedAt', { sort: 'updatedAt' }, 51],
  ['updatedFrom', { ...id, updatedFrom: new Date('2026-11-22T00:00:00Z') }, 51],
  ['externalUserId', { ...id, externalUserId: 'wm77' }, 1],
  ['unionId', { ...id, unionId: 'o77' }, 1],
  ['staff', { ...id, staffUserId: 'staff7' }, 51],
  ['staff, newest first', { sort: 'followedAt', staffUserId: 'staff7' }, 51],
  ['staff and tag, newest first', { sort: 'followedAt', staffUserId: 'staff7', corpTagId: 'et7' }, 51],
  ['active', { ...id, relationState: 'active' }, 51],
  ['ended', { ...id, relationState: 'ended' }, 51],
  ['a common tag', { ...id, corpTagId: 'et1' }, 51],
  ['a rare tag', { ...id, corpTagId: 'et-rare' }, 3],
  ['a common way', { ...id, addWay: 1 }, 51],
  ['a rare way', { ...id, addWay: 201 }, 51],
  ['a channel', { ...id, state: 'channel7' }, 51],
  ['a rare channel of a staff', { ...id, state: 'rare', staffUserId: 'staff7' }, 0],
  [
    'a day of following',
    { ...id, followedFrom: new Date('2026-05-01'), followedTo: new Date('2026-05-02') },
    51,
  ],
  ['a phone', { ...id, phone: '13800001234' }, 0],
];

describe(`lists of ${CUSTOMERS} customers behind the tenant wall`, () => {
  it.each(cases)('by %s read no table from end to end', async (_, filter, rows) => {
    const plan = await planOf(filter);
    expect(
      plan.nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name']),
    ).toEqual([]);
    expect(plan.rows).toBe(rows);
    expect(plan.blocks).toBeLessThan(BLOCKS_MAX);
  });

  it('go on in the middle as cheaply as they begin', async () => {
    const [middle] = await corp.sql<{ id: string; at: string }>(
      `SELECT id, updated_at::text AS at FROM customers.customers WHERE corp_id = $1 ORDER BY id OFFSET 50000 LIMIT 1`,
      [corp.id],
    );
    for (const sort of ['id', 'updatedAt'] as const) {
      const plan = await planOf({ sort }, middle);
      expect(plan.rows).toBe(51);
      expect(plan.blocks).toBeLessThan(BLOCKS_MAX);
    }
  });
});

const GENERATE_CUSTOMERS = `
  INSERT INTO customers.customers (corp_id, id, external_user_id, name, type, gender, union_id, fetched_at, created_at, updated_at)
  SELECT $1, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'wm' || n, 'n' || n, 1, 0, 'o' || n, now(), now(),
         '2026-11-21T12:00:00Z'::timestamptz + n * interval '1 second'
    FROM generate_series(1, $2::int) AS n`;
/** 50 staff, every fifth customer has two; every tenth relation is ended, every fifth came by one of 40 channels, one in 500 by way 201. */
const GENERATE_RELATIONS = `
  INSERT INTO customers.follow_relations (corp_id, id, customer_id, staff_user_id, staff_key, followed_at, add_way, state,
         disappeared_at, ended_at, fetched_at, created_at, updated_at)
  SELECT $1, gen_random_uuid(), c.id, 'staff' || s, 'staff' || s,
         '2026-01-01'::timestamptz + (n % 300) * interval '1 day' + (n % 86400) * interval '1 second',
         CASE WHEN n % 500 = 0 THEN 201 ELSE n % 4 END, CASE WHEN n % 5 = 0 THEN 'channel' || (n / 5) % 40 END,
         CASE WHEN n % 10 = 0 THEN now() END, CASE WHEN n % 10 = 0 THEN now() END, now(), now(), now()
    FROM (SELECT id, substr(external_user_id, 3)::int AS n FROM customers.customers WHERE corp_id = $1) AS c,
         LATERAL (SELECT n % 50 AS s UNION SELECT (n / 3) % 50 WHERE n % 5 = 0) AS staff`;
const GENERATE_TAGS = `
  INSERT INTO customers.relation_tags (corp_id, relation_id, kind, tag, customer_id)
  SELECT $1, r.id, 'corp', t.tag, r.customer_id
    FROM (SELECT *, row_number() OVER (ORDER BY customer_id, id) AS n FROM customers.follow_relations WHERE corp_id = $1) AS r,
         LATERAL (SELECT 'et' || n % 10 AS tag UNION SELECT 'et-rare' WHERE n IN (5, 50000, 90000)) AS t`;
