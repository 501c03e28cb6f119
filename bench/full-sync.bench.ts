/**
 * A first full sync against inserting the same rows. Own side: the whole application reading pages over HTTP from
 * another process, with the quota off; its events and the rows of the pass are part of it. Reference: rows that lie
 * ready in memory, and nothing but the mirror's tables. Both write as the application's role behind row-level security,
 * into empty tables, after a checkpoint. `CUSTOMERS=10000` makes it smaller while one works on it.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import type { CorpId } from '../src/platform/context/typed-id.js';
import { startTestProcess, type TestProcess } from '../test/support/child-process.js';
import { testClusterUrl } from '../test/support/cluster.js';
import { createTestDatabase, type TestDatabase } from '../test/support/database.js';
import { alternate, printComparison, printFigure, printRatio, quantile } from './compare.js';
import { MASTER_KEYS, SyncingApplication } from './full-sync/syncing-application.js';
import { insertRows, makeRows } from './reference/full-sync.js';

const CUSTOMERS = Number(process.env['CUSTOMERS'] ?? 100_000);
const RELATIONS_PER_CUSTOMER = 1.5;
const PAGES_PER_SECOND_MIN = 300;
const MEMORY_MIB_MAX = 350;
const MEMORY_GROWTH_MAX = 1.1;
const PASS_TIMEOUT_MS = 600_000;

const database = await createTestDatabase();
try {
  await measureMemory(await compareStoring(CUSTOMERS), CUSTOMERS);
} finally {
  await database.drop();
}

async function compareStoring(customers: number): Promise<CorpId> {
  const { pages, url } = await startPages(customers);
  const application = await SyncingApplication.start(database.appUrl, url);
  const rows = makeRows(customers);
  const relations = customers * RELATIONS_PER_CUSTOMER;
  const rates: number[] = [];
  const comparison = await alternate({
    own: async () => {
      await empty(database);
      rates.push(await application.walk());
      return application.sync(relations);
    },
    reference: async () => {
      await empty(database);
      return insertRows(database.appUrl, randomUUID(), rows);
    },
  });
  await application.close();
  await pages.kill();
  printComparison('full-sync', comparison, 0.4);
  printFigure('full-sync own', relations / quantile(comparison.own, 0.5), 'relations/s');
  printFigure('full-sync reference', relations / quantile(comparison.reference, 0.5), 'relations/s');
  printFigure('full-sync walk', quantile(rates, 0.5), 'pages/s');
  printRatio('full-sync-walk', quantile(rates, 0.5) / PAGES_PER_SECOND_MIN, 1);
  return application.corpId;
}

async function measureMemory(corpId: CorpId, customers: number): Promise<void> {
  const single = await peakMemory(corpId, customers);
  const double = await peakMemory(corpId, customers * 2);
  printFigure(`full-sync memory at ${customers}`, single, 'MiB');
  printFigure(`full-sync memory at ${customers * 2}`, double, 'MiB');
  printRatio('full-sync-memory', MEMORY_MIB_MAX / single, 1);
  printRatio('full-sync-memory-growth', (MEMORY_GROWTH_MAX * single) / double, 1);
}

/** Of a fresh process. */
async function peakMemory(corpId: CorpId, customers: number): Promise<number> {
  const { pages, url } = await startPages(customers);
  await empty(database);
  const syncing = startTestProcess('bench/full-sync/memory.ts', {
    CORP_ID: corpId,
    MASTER_KEYS,
    DATABASE_URL: database.appUrl,
    WECOM_API_BASE_URL: url,
    DATA_DIR: mkdtempSync(path.join(tmpdir(), 'full-sync-')),
    ROLE: 'api',
    LOG_LEVEL: 'warn',
  });
  const { state, inserted, mib } = await syncing.message('done', PASS_TIMEOUT_MS);
  await Promise.all([syncing.kill(), pages.kill()]);
  if (inserted === customers * RELATIONS_PER_CUSTOMER) return Number(mib);
  throw new Error(`the pass ended as ${String(state)} with ${String(inserted)} inserted`);
}

async function startPages(customers: number): Promise<{ pages: TestProcess; url: string }> {
  const pages = startTestProcess('bench/full-sync/page-server.ts', { CUSTOMERS: String(customers) });
  const { url } = await pages.message('ready', PASS_TIMEOUT_MS);
  return { pages, url: String(url) };
}

async function empty({ ownerUrl }: TestDatabase): Promise<void> {
  const owner = new Client({ connectionString: ownerUrl });
  const admin = new Client({ connectionString: await testClusterUrl() });
  await Promise.all([owner.connect(), admin.connect()]);
  await owner.query(`TRUNCATE customers.customers, customers.staff_reads, platform.events, platform.operations,
                              platform.sync_passes CASCADE`);
  await owner.query('ANALYZE customers.customers, customers.follow_relations, customers.relation_tags');
  await admin.query('CHECKPOINT');
  await Promise.all([owner.end(), admin.end()]);
}
