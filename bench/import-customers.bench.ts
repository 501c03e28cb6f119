/**
 * `import-customers`: rows for each second over all rows that one import leaves in all tables (customers, identifiers,
 * values of fields, events, the operation), read from an uploaded CSV, against INSERT … SELECT of exactly those rows from
 * unlogged copies into the same tables, empty again, with their indexes and policies. Without a worker: what consumers of
 * events do later is theirs. `ROWS=5000` makes it smaller while one works on it.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTestProcess, type TestProcess } from '../test/support/child-process.js';
import { createTestDatabase } from '../test/support/database.js';
import { alternate, printComparison, printFigure, printRatio, quantile } from './compare.js';
import { countRows, LeftRows } from './reference/customer-events.js';

const TARGET = 0.3;
const ROWS = Number(process.env['ROWS'] ?? 50_000);
const MEMORY_GROWTH_MAX = 1.1;
const TIMEOUT_MS = 900_000;
const CORP_ID = '01930000-0000-7000-8000-000000000002';
/** All that a run writes, with what refers to it; `LeftRows` refuses a table that is missing here. */
const WRITTEN = `customers.customers, customers.field_values, customers.field_items, customers.field_history,
  customers.imports, customers.exchange_files, platform.events, platform.operations`;

const dataDir = mkdtempSync(path.join(tmpdir(), 'scrm-bench-'));
const masterKeys = `bench:${randomBytes(32).toString('base64')}`;
const database = await createTestDatabase();
const left = new LeftRows(database.ownerUrl, database.appUrl, CORP_ID);
try {
  await left.asOwner((owner) =>
    owner.query(
      `INSERT INTO platform.corps (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
       VALUES ($1, 'wwbench', 'Bench', 'Asia/Shanghai', '{zh-CN}', 'per_day_1', 'active', now(), now())`,
      [CORP_ID],
    ),
  );
  await compareStoring();
  await measureMemory();
} finally {
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function compareStoring(): Promise<void> {
  const importing = await start();
  let rows = 0;
  const own = async (): Promise<number> => {
    await empty();
    await ask(importing, 'upload', ROWS);
    const before = await left.asOwner(countRows);
    const { seconds } = await ask(importing, 'import', ROWS);
    rows = await left.take(before);
    return seconds;
  };
  const reference = async (): Promise<number> => {
    await empty();
    return left.insert();
  };
  await own(); // the reference stores what a run has left
  const comparison = await alternate({ own, reference });
  await importing.kill();
  process.stdout.write(`rows in ${left.tables().join(', ')}\n`);
  printFigure('import-customers rows of a run', rows, '');
  printFigure('import-customers own', rows / quantile(comparison.own, 0.5), 'rows/s');
  printFigure('import-customers own', ROWS / quantile(comparison.own, 0.5), 'customers/s');
  printFigure('import-customers reference', rows / quantile(comparison.reference, 0.5), 'rows/s');
  printComparison('import-customers', comparison, TARGET);
}

/** Of a fresh process for so many rows, and of another for twice as many. */
async function measureMemory(): Promise<void> {
  const peak = async (rows: number): Promise<number> => {
    await empty();
    const importing = await start();
    await ask(importing, 'upload', rows);
    const { mib } = await ask(importing, 'import', rows);
    await importing.kill();
    return mib;
  };
  const single = await peak(ROWS);
  const double = await peak(2 * ROWS);
  printFigure(`import-customers memory at ${ROWS}`, single, 'MiB');
  printFigure(`import-customers memory at ${2 * ROWS}`, double, 'MiB');
  printRatio('import-customers-memory', (MEMORY_GROWTH_MAX * single) / double, 1);
}

async function empty(): Promise<void> {
  await left.asOwner((owner) => owner.query(`TRUNCATE ${WRITTEN} CASCADE`));
}

async function ask(
  importing: TestProcess,
  type: string,
  rows: number,
): Promise<{ seconds: number; mib: number }> {
  importing.send({ type, rows });
  const { seconds, mib } = await importing.message(`${type} done`, TIMEOUT_MS);
  return { seconds: Number(seconds), mib: Number(mib) };
}

async function start(): Promise<TestProcess> {
  const importing = startTestProcess('bench/import-customers/own.ts', {
    DATABASE_URL: database.appUrl,
    BENCH_CORP_ID: CORP_ID,
    PORT: '0',
    ROLE: 'api',
    LOG_LEVEL: 'warn',
    DATA_DIR: dataDir,
    MASTER_KEYS: masterKeys,
  });
  await importing.message('ready', TIMEOUT_MS);
  return importing;
}
