/**
 * `coupon-issue`: a batch issued to everybody by an audience, as an operation that goes on behind the last part committed:
 * who they are frozen, codes made, hashed and sealed, stock taken, limits kept, events told; against one bare INSERT … SELECT
 * of the very same rows into the same table. Both begin with an empty table. `COUPONS=20000` makes it smaller while one works
 * on it.
 */
import { APP_ROLE } from '../src/platform/database/role-names.js';
import { RunAudience } from '../src/modules/coupons/audiences/use-cases/run-audience.js';
import { parsePublicId, toPublicId } from '../src/platform/context/typed-id.js';
import { startIssueWorld } from '../test/modules/coupons/issue-world.js';
import { alternate, printComparison, printFigure, quantile } from './compare.js';
import { BareIssue } from './reference/coupon-issue.js';

const TARGET = 0.4;
const COUPONS = Number(process.env['COUPONS'] ?? 1_000_000);
/** A process ends in each run, and the next one goes on: so it is resumable. */
const STOPS_AFTER = 3;

const world = await startIssueWorld();
const bare = new BareIssue(world.http.database.appUrl, world.corpId);

const TABLES = ['coupons', 'coupon_events', 'redemptions', 'reversals'].map((name) => `coupons.${name}`);

/** What triggers guard, the owner of the tables may empty. */
async function empty(): Promise<void> {
  await guard('DISABLE');
  await world.http.sql(`TRUNCATE ${TABLES.join(', ')}`);
  await guard('ENABLE');
  await world.http.sql('CHECKPOINT').catch(() => undefined); // only a superuser may
}

async function guard(does: 'DISABLE' | 'ENABLE'): Promise<void> {
  for (const table of TABLES) await world.http.sql(`ALTER TABLE ${table} ${does} TRIGGER USER`);
}

async function own(): Promise<number> {
  await empty();
  const batchId = toPublicId('cpb', await world.batch({ stock: COUPONS }));
  const startedAt = performance.now();
  const { body } = await world.call('POST', '/v1/coupons/audiences', { batchId, name: 'all', filter: {} });
  await world.call('POST', `/v1/coupons/audiences/${body.id}/start`, {});
  await work(parsePublicId('cpa', body.id) ?? '');
  const seconds = (performance.now() - startedAt) / 1000;
  const [counted] = await world.sql<{ coupons: number; holders: number }>(
    `SELECT count(*)::int AS coupons, count(DISTINCT customer_id)::int AS holders FROM coupons.coupons WHERE corp_id = $1`,
    [world.corpId],
  );
  if (counted?.coupons !== COUPONS || counted.holders !== COUPONS)
    throw new Error(`${JSON.stringify(counted)} of ${COUPONS}`);
  return seconds;
}

/** What a worker does, job after job, until it is done. */
async function work(audienceId: string): Promise<void> {
  const running = world.http.get(RunAudience);
  const payload = { corpId: world.corpId, audienceId };
  const seen = { count: 0 };
  const dying = new Proxy({} as AbortSignal, { get: () => seen.count++ >= STOPS_AFTER });
  await running.run(payload, { attempt: 1, attemptsMax: 1, signal: dying });
  for (;;) {
    await running.run(payload, { attempt: 1, attemptsMax: 1, signal: new AbortController().signal });
    const [row] = await world.sql<{ state: string }>(
      'SELECT state FROM coupons.audiences WHERE corp_id = $1 AND id = $2',
      [world.corpId, audienceId],
    );
    if (row?.state === 'done') return;
    if (row?.state !== 'running') throw new Error(`the audience is ${row?.state}`);
  }
}

async function reference(): Promise<number> {
  await empty();
  await guard('DISABLE');
  const { seconds, rows } = await bare.run();
  await guard('ENABLE');
  if (rows !== COUPONS) throw new Error(`${rows} rows of ${COUPONS}`);
  return seconds;
}

try {
  await bare.open();
  await fill();
  const comparison = await alternate({ own, reference });
  printFigure('coupon-issue coupons', COUPONS, '');
  printFigure('coupon-issue own', quantile(comparison.own, 0.5), 's');
  printFigure('coupon-issue reference', quantile(comparison.reference, 0.5), 's');
  printComparison('coupon-issue', comparison, TARGET);
} finally {
  await bare.close();
  await world.close();
}

/** Customers with ids in the order of time, and the rows that issuing to them makes. */
async function fill(): Promise<void> {
  await world.sql(
    `INSERT INTO customers.customers (corp_id, id, created_at, updated_at)
     SELECT $1, (lpad(to_hex(1790000000000 + n), 12, '0') || '70008000' || substr(md5(n::text), 1, 12))::uuid, now(), now()
       FROM generate_series(1, $2::int) AS n`,
    [world.corpId, COUPONS],
  );
  await world.http.sql('VACUUM ANALYZE customers.customers');
  await own();
  await world.sql('CREATE SCHEMA bench');
  await world.sql('CREATE TABLE bench.coupons AS SELECT * FROM coupons.coupons ORDER BY id');
  await world.sql(`GRANT USAGE ON SCHEMA bench TO ${APP_ROLE}; GRANT SELECT ON bench.coupons TO ${APP_ROLE}`);
}
