/**
 * Signed, encrypted callbacks, from the first byte of the request to the answer after the commit: verified, opened,
 * sealed, stored once with their event and the wake-ups of its consumers; against a bare Fastify server with the same
 * decryption and one INSERT. Both servers are processes of their own on the same PostgreSQL.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { APP_ROLE } from '../src/platform/database/role-names.js';
import { createTestDatabase } from '../test/support/database.js';
import { makeCallbacks, Senders, type Target } from './callback-ingest/senders.js';
import { alternate, printComparison, printFigure, quantile } from './compare.js';
import { type BenchServer, startBenchServer } from './server.js';

const TARGET = 0.6;
/** So many that the p95 is not the slowest of them: one hiccup of the machine would decide it. */
const ROUNDS = 25;
const CALLBACKS = 1_200;
const CONNECTIONS = 32;
const WARM_UPS = 8;
/** The absolute figure: a burst that a chain with three million customers may see. */
const RATE = 500;
const RATE_SECONDS = 10;
const RATE_CONNECTIONS = 400;

const pair = { token: 'benchToken', encodingAesKey: randomBytes(32).toString('hex').slice(0, 43) };
const receiveId = 'wwbench0000000001';
const dataDir = mkdtempSync(path.join(tmpdir(), 'scrm-bench-'));
const database = await createTestDatabase();
await sql(`
  CREATE SCHEMA bench;
  CREATE TABLE bench.callbacks (id uuid PRIMARY KEY, received_at timestamptz NOT NULL, dedupe_key text NOT NULL UNIQUE, body text NOT NULL);
  GRANT USAGE ON SCHEMA bench TO ${APP_ROLE};
  GRANT INSERT ON bench.callbacks TO ${APP_ROLE};`);
const env = {
  DATABASE_URL: database.appUrl,
  BENCH_TOKEN: pair.token,
  BENCH_AES_KEY: pair.encodingAesKey,
  BENCH_RECEIVE_ID: receiveId,
};
const reference = await startBenchServer('bench/reference/callback-ingest.ts', env);
const own = await startBenchServer('bench/callback-ingest/own.ts', {
  ...env,
  ROLE: 'api',
  PORT: '0',
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
  const sides = { own: roundsOf(own), reference: roundsOf(reference) };
  for (let done = 0; done < WARM_UPS; done++) {
    await sides.reference();
    await sides.own();
  }
  const cpuBefore = await cpuSeconds();
  const comparison = await alternate(sides, ROUNDS);
  const cpuAfter = await cpuSeconds();
  await expectStored();
  printFigure('callback-ingest own', CALLBACKS / quantile(comparison.own, 0.5), 'callbacks/s');
  printFigure('callback-ingest reference', CALLBACKS / quantile(comparison.reference, 0.5), 'callbacks/s');
  const perCallback = 1e6 / (CALLBACKS * (ROUNDS + 1));
  printFigure('callback-ingest own', (cpuAfter.own - cpuBefore.own) * perCallback, 'µs CPU a callback');
  printFigure(
    'callback-ingest reference',
    (cpuAfter.reference - cpuBefore.reference) * perCallback,
    'µs CPU a callback',
  );
  const durations = await sendAtRate();
  printFigure(`callback-ingest p50 at ${RATE}/s`, quantile(durations, 0.5), 'ms');
  printFigure(`callback-ingest p99 at ${RATE}/s`, quantile(durations, 0.99), 'ms');
  printComparison('callback-ingest', comparison, TARGET);
}

/** Of the servers alone; what PostgreSQL spends counts in the times. */
async function cpuSeconds(): Promise<{ own: number; reference: number }> {
  return { own: await own.cpuSeconds(), reference: await reference.cpuSeconds() };
}

function roundsOf(server: BenchServer): () => Promise<number> {
  const target = targetOf(server);
  return async () => {
    const callbacks = makeCallbacks(CALLBACKS, target, pair, receiveId);
    const senders = await Senders.open(target, CONNECTIONS);
    const seconds = await senders.sendAll(callbacks);
    senders.close();
    return seconds;
  };
}

async function sendAtRate(): Promise<number[]> {
  const target = targetOf(own);
  const callbacks = makeCallbacks(RATE * RATE_SECONDS, target, pair, receiveId);
  const senders = await Senders.open(target, RATE_CONNECTIONS);
  const durations = await senders.sendAtRate(callbacks, RATE);
  senders.close();
  return durations;
}

function targetOf({ url, ready }: BenchServer): Target {
  return { url, path: String(ready['path']) };
}

/** What was answered is in the database: neither side may win by answering early or by spooling. */
async function expectStored(): Promise<void> {
  const expected = CALLBACKS * (ROUNDS + 1 + WARM_UPS);
  const [counts] = await sql(`
    SELECT (SELECT count(*)::int FROM bench.callbacks) AS reference, (SELECT count(*)::int FROM wecom.callbacks) AS own,
           (SELECT count(*)::int FROM platform.events WHERE name = 'wecom.contact_changed') AS events`);
  for (const [side, count] of Object.entries(counts ?? {})) {
    if (count !== expected) throw new Error(`${side}: ${String(count)} stored of ${expected}`);
  }
}

/** As the owner of the tables, who sees the rows of the one corp there is. */
async function sql(text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    const corps = await client.query<{ id: string }>('SELECT id FROM platform.corps');
    await client.query(`SELECT set_config('app.corp_id', $1, false)`, [corps.rows[0]?.id ?? '']);
    const result = await client.query<Record<string, unknown>>(text);
    return Array.isArray(result) ? [] : result.rows;
  } finally {
    await client.end();
  }
}
