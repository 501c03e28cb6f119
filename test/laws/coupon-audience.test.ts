import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from '@jest/globals';
import { Client } from 'pg';
import { BATCH, batchParams } from '../modules/coupons/batch-sql.js';
import { eventually } from '../support/eventually.js';
import { law } from '../support/law.js';
import { Mortals } from '../support/mortals.js';
import { startStoppableDatabase } from '../support/stoppable-database.js';

const CORP = randomUUID();
const BATCH_ID = randomUUID();
const AUDIENCE = randomUUID();
/** More than they get: what is left must add up, too. */
const SPARE = 100;
/** Of each pair that is one person, one customer gets the coupons and the other one nothing. */
const PAIRS = 20;
/** Of undisturbed work before a death. */
const PAUSE_MS = 200;
const closers: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

law(
  'coupon-audience',
  {
    // so slowly that the work lasts for longer than the deaths
    small: { customers: 1_500, each: 2, kills: 2, crashes: 1, stepCoupons: 30, paceMs: 150 },
    full: { customers: 100_000, each: 3, kills: 50, crashes: 10, stepCoupons: 90, paceMs: 300 },
  },
  async ({ figures, random, note }) => {
    const { customers, each, kills, crashes, stepCoupons, paceMs } = figures;
    const database = await startStoppableDatabase();
    closers.push(() => database.drop());
    await withOwner(database.ownerUrl, (owner) => makeWorld(owner, customers, each));
    const mortals = new Mortals();
    closers.push(() => mortals.close());
    const env = {
      DATABASE_URL: database.appUrl,
      CORP_ID: CORP,
      AUDIENCE_ID: AUDIENCE,
      STEP_COUPONS: String(stepCoupons),
      PACE_MS: String(paceMs),
    };
    const kind = { name: 'issuer', file: 'test/support/processes/coupon-issuer.ts', env, othersMin: 0 };
    await Promise.all([mortals.start(kind), mortals.start(kind)]);

    const deaths = [...Array<string>(kills).fill('app'), ...Array<string>(crashes).fill('database')];
    for (const death of deaths.toSorted(() => random() - 0.5)) {
      await sleep(random() * PAUSE_MS);
      if (death === 'database') {
        await database.end('crash');
        await database.start();
      } else while (!(await mortals.killOne('issuer', random))) await sleep(20);
    }
    await withOwner(database.ownerUrl, async (owner) => {
      note('doneAtLastDeath', (await audienceOf(owner)).done);
      env.PACE_MS = '0';
      mortals.tell({ type: 'hurry' });
      await eventually(async () => expect((await audienceOf(owner)).state).toBe('done'), 600_000);
      expect(mortals.crashes).toEqual([]);
      const issued = (customers - PAIRS) * each;
      expect(await audienceOf(owner)).toEqual({ state: 'done', done: customers, issued, refused: PAIRS });
      expect(await countsOf(owner)).toEqual({
        holders: customers - PAIRS, // C-10: exactly so many, each exactly k
        least: each,
        most: each,
        left: SPARE + PAIRS * each,
        told: issued,
        toldOnce: issued,
        operation: 'succeeded',
      });
      note('issued', issued);
      note('deaths', kills + crashes);
    });
  },
);

async function audienceOf(owner: Client): Promise<{ state: string; done: number }> {
  const { rows } = await owner.query<{ state: string; done: number }>(
    'SELECT state, done::int, issued::int, refused::int FROM coupons.audiences WHERE id = $1',
    [AUDIENCE],
  );
  return rows[0] ?? { state: 'gone', done: 0 };
}

async function countsOf(owner: Client): Promise<unknown> {
  const { rows } = await owner.query(
    `WITH held AS (SELECT customer_id, count(*)::int AS count FROM coupons.coupons WHERE batch_id = $1 GROUP BY 1),
          told AS (SELECT c ->> 'couponId' AS id FROM platform.events e, jsonb_array_elements(e.payload -> 'coupons') c
                    WHERE e.name = 'coupons.issued')
     SELECT (SELECT count(*)::int FROM held) AS holders, (SELECT min(count) FROM held) AS least,
            (SELECT max(count) FROM held) AS most, (SELECT count(*)::int FROM told) AS told,
            (SELECT count(DISTINCT id)::int FROM told) AS "toldOnce",
            (SELECT sum(remaining)::int FROM coupons.batch_stock WHERE batch_id = $1) AS left,
            (SELECT state FROM platform.operations) AS operation`,
    [BATCH_ID],
  );
  return rows[0];
}

async function makeWorld(owner: Client, customers: number, each: number): Promise<void> {
  await owner.query(`
    INSERT INTO platform.corps (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
      VALUES ('${CORP}', 'wwlaw', 'Law', 'Asia/Shanghai', '{zh-CN}', 'per_day_1', 'active', now(), now());
    INSERT INTO customers.customers (corp_id, id, created_at, updated_at)
      SELECT '${CORP}', gen_random_uuid(), now(), now() FROM generate_series(1, ${customers});
    INSERT INTO customers.person_links (corp_id, customer_id, person_id)
      SELECT '${CORP}', id, first_value(id) OVER (PARTITION BY n % ${PAIRS} ORDER BY id)
        FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM customers.customers) c WHERE n <= ${2 * PAIRS}`);
  const stock = customers * each + SPARE;
  await owner.query(BATCH, batchParams(CORP, BATCH_ID, { stock, perPerson: each }));
  await owner.query(`
    INSERT INTO platform.operations (corp_id, id, kind, state, done, started_at, updated_at, alongside)
      VALUES ('${CORP}', '${AUDIENCE}', 'coupons.issue_audience', 'queued', 0, now(), now(), true);
    INSERT INTO coupons.audiences (corp_id, id, batch_id, name, source, each, state, customers, operation_id, only_refused, done,
           issued, refused, created_at)
      VALUES ('${CORP}', '${AUDIENCE}', '${BATCH_ID}', 'all', 'list', ${each}, 'running', ${customers}, '${AUDIENCE}', false, 0, 0,
              0, now());
    INSERT INTO coupons.audience_members (corp_id, audience_id, customer_id)
      SELECT '${CORP}', '${AUDIENCE}', id FROM customers.customers`);
}

async function withOwner(url: string, work: (owner: Client) => Promise<void>): Promise<void> {
  const owner = new Client({ connectionString: url });
  await owner.connect();
  try {
    await owner.query(`SELECT set_config('app.corp_id', '${CORP}', false)`);
    await work(owner);
  } finally {
    await owner.end();
  }
}
