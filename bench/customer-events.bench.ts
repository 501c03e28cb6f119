/**
 * `customer-events`: rows for each second over all rows that calls of 1,000 events leave in all tables (keys, events, the
 * platform's events, answers kept, the audit trail), through the whole application over HTTP, against INSERT … SELECT of
 * exactly those rows from unlogged copies into the same tables, empty again, with their indexes and policies. Without a
 * worker: what consumers do later is theirs. `EVENTS=10000` makes it smaller while one works on it.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTestProcess, type TestProcess } from '../test/support/child-process.js';
import { createTestDatabase } from '../test/support/database.js';
import { alternate, printComparison, printFigure, printRatio, quantile } from './compare.js';
import { makeCalls, sendCalls } from './customer-events/calls.js';
import { countRows, LeftRows } from './reference/customer-events.js';

const TARGET = 0.3;
const EVENTS = Number(process.env['EVENTS'] ?? 50_000);
const CUSTOMERS = 50_000;
const CONNECTIONS = 3;
const MEMORY_GROWTH_MAX = 1.1;
const CORP_ID = '01930000-0000-7000-8000-000000000001';
/** All that a run writes; `LeftRows` refuses a table that is missing here. */
const WRITTEN = `customers.behaviour_keys, customers.behaviour_events, customers.behaviour_secrets, platform.events,
  platform.audit_entries, platform.idempotency_keys`;
const WORLD = `
  INSERT INTO platform.corps (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
    VALUES ('${CORP_ID}', 'wwbench', 'Bench', 'Asia/Shanghai', '{zh-CN}', 'per_day_1', 'active', now(), now());
  INSERT INTO customers.customers (corp_id, id, name, created_at, updated_at)
    SELECT '${CORP_ID}', gen_random_uuid(), '客户' || n, now(), now() FROM generate_series(1, ${CUSTOMERS}) n`;

const dataDir = mkdtempSync(path.join(tmpdir(), 'scrm-bench-'));
const masterKeys = `bench:${randomBytes(32).toString('base64')}`;
const database = await createTestDatabase();
const left = new LeftRows(database.ownerUrl, database.appUrl, CORP_ID);
try {
  const customerIds = await left.asOwner(async (owner) => {
    await owner.query(WORLD);
    const { rows } = await owner.query<{ id: string }>('SELECT id FROM customers.customers');
    return rows.map(({ id }) => id);
  });
  await compareStoring(customerIds);
  await measureMemory(customerIds);
} finally {
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function compareStoring(customerIds: readonly string[]): Promise<void> {
  const server = await startServer();
  let rows = 0;
  const own = async (): Promise<number> => {
    const calls = makeCalls(EVENTS, customerIds);
    const before = await empty();
    const startedAt = performance.now();
    await sendCalls(server, calls, CONNECTIONS);
    const seconds = (performance.now() - startedAt) / 1000;
    rows = await left.take(before);
    return seconds;
  };
  const reference = async (): Promise<number> => {
    await empty();
    return left.insert();
  };
  await own(); // the reference stores what a run has left
  const comparison = await alternate({ own, reference });
  await server.process.stop();
  process.stdout.write(`rows in ${left.tables().join(', ')}\n`);
  printFigure('customer-events rows of a run', rows, '');
  printFigure('customer-events own', rows / quantile(comparison.own, 0.5), 'rows/s');
  printFigure('customer-events own', EVENTS / quantile(comparison.own, 0.5), 'events/s');
  printFigure('customer-events reference', rows / quantile(comparison.reference, 0.5), 'rows/s');
  printComparison('customer-events', comparison, TARGET);
}

/** What a fresh process holds after so many events, and after as many again. */
async function measureMemory(customerIds: readonly string[]): Promise<void> {
  await empty();
  const server = await startServer();
  const held = async (): Promise<number> => {
    await sendCalls(server, makeCalls(EVENTS, customerIds), CONNECTIONS);
    server.process.send({ type: 'memory' });
    const { mib } = await server.process.message('memory');
    return Number(mib);
  };
  const once = await held();
  const twice = await held();
  await server.process.stop();
  printFigure(`customer-events memory held after ${EVENTS}`, once, 'MiB');
  printFigure(`customer-events memory held after ${2 * EVENTS}`, twice, 'MiB');
  printRatio('customer-events-memory', (MEMORY_GROWTH_MAX * once) / twice, 1);
}

async function empty(): Promise<Map<string, number>> {
  return left.asOwner(async (owner) => {
    await owner.query(`ALTER TABLE platform.audit_entries DISABLE TRIGGER append_only_truncate`);
    await owner.query(`TRUNCATE ${WRITTEN}`);
    await owner.query(`ALTER TABLE platform.audit_entries ENABLE TRIGGER append_only_truncate`);
    return countRows(owner);
  });
}

async function startServer(): Promise<{ url: string; key: string; process: TestProcess }> {
  const started = startTestProcess('bench/customer-events/own.ts', {
    DATABASE_URL: database.appUrl,
    BENCH_CORP_ID: CORP_ID,
    PORT: '0',
    ROLE: 'api',
    LOG_LEVEL: 'warn',
    DATA_DIR: dataDir,
    MASTER_KEYS: masterKeys,
  });
  const { url, key } = await started.message('ready');
  return { url: String(url), key: String(key), process: started };
}
