/**
 * `GET /v1/customers/{id}` with a key, in CPU time of the server process, against a bare Fastify route with one statement
 * and the same answer. The database's own CPU counts on neither side.
 */
import { deepStrictEqual } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { createTestDatabase } from '../test/support/database.js';
import { toPublicId } from '../src/platform/context/typed-id.js';
import { alternate, printComparison, printFigure, quantile } from './compare.js';
import { load, startBenchServer, type BenchServer, type LoadRequest } from './server.js';

const TARGET = 0.4;
/** So many that the p95 is not the slowest of them: one hiccup of the machine would decide it. */
const ROUNDS = 25;
const REQUESTS = 800;
const CONNECTIONS = 8;
const CUSTOMERS = 5_000;
const WARM_UPS = 8;
const CORP_ID = '01930000-0000-7000-8000-000000000001';

/** 1.5 relations and, for each of them, 3 corp tags; every third relation has a number. */
const WORLD = `
  INSERT INTO platform.corps (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
    VALUES ('${CORP_ID}', 'wwbench', 'Bench', 'Asia/Shanghai', '{zh-CN}', 'per_day_1', 'active', now(), now());
  INSERT INTO staff.staff (corp_id, id, staff_user_id, staff_user_key, name, status, direct_leader_user_ids, is_follow_user, fetched_at)
    SELECT '${CORP_ID}', gen_random_uuid(), 'staff.' || n, 'staff.' || n, '成员' || n, 'active', '{}', true, now()
      FROM generate_series(0, 199) n;
  INSERT INTO segments.corp_tag_groups (corp_id, id, wecom_group_id, name, sort_order, created_at, fetched_at)
    VALUES ('${CORP_ID}', '${CORP_ID}', 'group', '意向', 0, now(), now());
  INSERT INTO segments.corp_tags (corp_id, id, group_id, wecom_tag_id, name, sort_order, created_at, fetched_at)
    SELECT '${CORP_ID}', gen_random_uuid(), '${CORP_ID}', 'tag' || n, '标签' || n, n, now(), now() FROM generate_series(0, 199) n;
  INSERT INTO customers.customers (corp_id, id, external_user_id, name, type, gender, avatar_url, union_id, fetched_at, created_at, updated_at)
    SELECT '${CORP_ID}', gen_random_uuid(), 'wm' || n, '客户' || n, 1, n % 3, 'https://wx.qlogo.cn/mmhead/' || n || '/0', 'o' || n,
           now(), now(), now() FROM generate_series(1, ${CUSTOMERS}) n;
  INSERT INTO customers.follow_relations (corp_id, id, customer_id, staff_user_id, staff_key, remark, description, followed_at,
         add_way, state, fetched_at, created_at, updated_at)
    SELECT '${CORP_ID}', gen_random_uuid(), c.id, 'staff.' || k, 'staff.' || k, '备注' || k, '对两居室感兴趣', now(), 1, 'expo', now(), now(), now()
      FROM (SELECT id, substr(external_user_id, 3)::int AS n FROM customers.customers) c,
           LATERAL (SELECT (n + i * 7) % 200 AS k FROM generate_series(0, n % 2) i) s;
  INSERT INTO customers.relation_tags (corp_id, relation_id, kind, tag, name, customer_id)
    SELECT r.corp_id, r.id, 'corp', 'tag' || ((substr(r.staff_key, 7)::int + i * 11) % 200), NULL, r.customer_id
      FROM customers.follow_relations r, generate_series(0, 2) i;
  INSERT INTO customers.relation_phones (corp_id, id, relation_id, customer_id, number_sealed, number_blind_index, number_masked)
    SELECT r.corp_id, gen_random_uuid(), r.id, r.customer_id, 'sealed', 'blind', '138****1234'
      FROM customers.follow_relations r WHERE substr(r.staff_key, 7)::int % 3 = 0;`;

const dataDir = mkdtempSync(path.join(tmpdir(), 'scrm-bench-'));
const database = await createTestDatabase();
const ids = await fillWorld();
const env = { DATABASE_URL: database.appUrl, BENCH_CORP_ID: CORP_ID, PORT: '0' };
const reference = await startBenchServer('bench/reference/point-read.ts', env);
const own = await startBenchServer('bench/point-read.own.ts', {
  ...env,
  ROLE: 'api',
  DATA_DIR: dataDir,
  MASTER_KEYS: `bench:${randomBytes(32).toString('base64')}`,
});
try {
  await compare();
} finally {
  await Promise.all([own.stop(), reference.stop()]);
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function compare(): Promise<void> {
  const keys = own.ready['keys'] as string[]; // reason: bench/point-read.own.ts says so
  let turn = 0;
  const next = (): LoadRequest => ({
    path: `/v1/customers/${ids[turn++ % ids.length]}`,
    headers: { authorization: `Bearer ${keys[turn % keys.length]}` },
  });
  await expectSameAnswer(next());
  const durations: number[] = [];
  const round = (server: BenchServer, times: number[]) => async (): Promise<number> => {
    const before = await server.cpuSeconds();
    times.push(...(await load(server.url, { connections: CONNECTIONS, count: REQUESTS, next })));
    return (((await server.cpuSeconds()) - before) / REQUESTS) * 1e6;
  };
  const sides = { own: round(own, durations), reference: round(reference, []) };
  for (let done = 0; done < WARM_UPS; done++) await alternateOnce(sides);
  durations.length = 0;
  const comparison = await alternate(sides, ROUNDS);
  printFigure('point-read own', quantile(comparison.own, 0.5), 'µs CPU a request');
  printFigure('point-read reference', quantile(comparison.reference, 0.5), 'µs CPU a request');
  printFigure('point-read p99', quantile(durations, 0.99), `ms, ${CONNECTIONS} connections`);
  printComparison('point-read', comparison, TARGET);
}

/** Both compile what is hot before anything counts. */
async function alternateOnce(sides: {
  own: () => Promise<number>;
  reference: () => Promise<number>;
}): Promise<void> {
  await sides.reference();
  await sides.own();
}

async function expectSameAnswer({ path: place, headers }: LoadRequest): Promise<void> {
  const [ours, theirs] = await Promise.all(
    [own, reference].map(async ({ url }) =>
      (await fetch(`${url}${place}`, { headers: headers ?? {} })).json(),
    ),
  );
  deepStrictEqual(ours, theirs);
}

async function fillWorld(): Promise<string[]> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    await client.query(`SET app.corp_id = '${CORP_ID}'`);
    await client.query(WORLD);
    await client.query('ANALYZE');
    const { rows } = await client.query<{ id: string }>('SELECT id FROM customers.customers');
    return rows.map(({ id }) => toPublicId('cus', id));
  } finally {
    await client.end();
  }
}
