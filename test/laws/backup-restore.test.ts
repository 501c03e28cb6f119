import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect } from '@jest/globals';
import pg from 'pg';
import { startApplication } from '../../src/bootstrap.js';
import type { EmbeddedDatabase } from '../../src/embedded-database/index.js';
import { ApiKeys } from '../../src/platform/auth/api-keys.js';
import type { AppConfig } from '../../src/platform/config/app-config.js';
import { startSandbox } from '../../src/sandbox/index.js';
import type { Client } from '../client/client/index.js';
import * as api from '../client/index.js';
import type { CustomerDetailView } from '../client/types.gen.js';
import { makePlace, provideInstalled } from '../embedded-database/place.js';
import { clientFor, connectCorp, idempotent, testConfig, whenSynced } from '../support/application.js';
import { testClusterUrl } from '../support/cluster.js';
import { createTestDatabase } from '../support/database.js';
import { law } from '../support/law.js';

const PASSWORD = 'test';
const SYNC_WAITS_MAX = 60;

const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

/** The drill of docs/operate.md with its own commands: a dump while serving, a new cluster, the same keys, and other ones. */
law(
  'backup-restore',
  { small: { customers: 40 }, full: { customers: 5_000 } },
  async ({ figures, seed, pick, note }) => {
    const missing = await whyImpossible();
    if (missing) return note('skipped', missing);
    const folder = mkdtempSync(path.join(tmpdir(), 'scrm-backup-'));
    closers.push(async () => rmSync(folder, { recursive: true, force: true }));
    const dump = path.join(folder, 'scrm.dump');

    const database = await createTestDatabase();
    closers.push(() => database.drop());
    const size = { staff: 12, customers: figures.customers, groupChats: 3 };
    const sandbox = await startSandbox({ seed: String(seed), size });
    closers.push(() => sandbox.close());
    const config = testConfig(database, sandbox.url);
    const first = await startApplication(config);
    const operator = await first.app.get(ApiKeys).createOperatorKey({ owner: 'test' });
    const corp = await connectCorp({
      url: first.url,
      sandbox,
      operator: clientFor(first.url, operator.key),
    });
    await synced(corp.client);
    const known = await customerWithPhone(corp.client, pick);
    const backupUrl = withUser(database.ownerUrl, await makeBackupRole());
    const before = await withSnapshot(backupUrl, (snapshot) => {
      note(
        'dumpMs',
        run('pg_dump', ['--format=custom', `--file=${dump}`, `--snapshot=${snapshot}`], backupUrl),
      );
    });
    await first.close();

    const fresh = await startFreshCluster();
    const admin = withDatabase(fresh.adminUrl, new URL(fresh.appUrl).pathname);
    const target = `--dbname=${new URL(admin).pathname.slice(1)}`;
    note('restoreMs', run('pg_restore', ['--exit-on-error', '--jobs=2', target, dump], admin));
    const after = await withSnapshot(admin, () => undefined);
    expect(Object.keys(after).length).toBeGreaterThan(20);
    expect(after['platform.audit_entries']?.rows).toBeGreaterThan(0);
    expect(after).toEqual(before);
    note('tables', Object.keys(after).length);

    const restored = config.with({ databaseUrl: fresh.appUrl });
    await refuseOtherKeys(restored);
    const again = await startApplication(restored);
    closers.push(() => again.close());
    await expectAllThere(clientFor(again.url, corp.key), known);
  },
);

async function synced(client: Client): Promise<void> {
  for (let waits = 1; ; waits++) {
    try {
      return await whenSynced(client);
    } catch (error) {
      if (waits >= SYNC_WAITS_MAX) throw error;
    }
  }
}

interface Known {
  readonly detail: CustomerDetailView;
  readonly phone: string;
}

/** The sandbox's numbers are 1380000 and four digits, of which the mask shows the last four. */
async function customerWithPhone(client: Client, pick: (bound: number) => number): Promise<Known> {
  const { data } = await api.customersList({ client, throwOnError: true, query: { limit: 200 } });
  const first = pick(data.items.length);
  for (const { id } of [...data.items.slice(first), ...data.items.slice(0, first)]) {
    const { data: detail } = await api.customersGet({ client, throwOnError: true, path: { id } });
    const [masked] = detail.relations.flatMap(({ phones }) => phones);
    if (masked) return { detail, phone: `1380000${masked.slice(-4)}` };
  }
  throw new Error('no customer of this world has a number');
}

async function refuseOtherKeys(config: AppConfig): Promise<void> {
  const other = (id: string) => config.with({ masterKeys: `${id}:${randomBytes(32).toString('base64')}` });
  await expect(startApplication(other('test'))).rejects.toThrow('another key under the id "test"');
  await expect(startApplication(other('new'))).rejects.toThrow('was sealed with key "test"');
}

/** The same answer, found by its number too: the index of numbers depends on the keys. Then WeCom, with the sealed secret. */
async function expectAllThere(client: Client, { detail, phone }: Known): Promise<void> {
  const { data } = await api.customersGet({ client, throwOnError: true, path: { id: detail.id } });
  expect([data.externalUserId, data.name]).toEqual([detail.externalUserId, detail.name]);
  expect(data.relations.flatMap(({ phones }) => phones)).toEqual(
    detail.relations.flatMap(({ phones }) => phones),
  );
  const found = await api.customersList({ client, throwOnError: true, query: { phone } });
  expect(found.data.items.map(({ id }) => id)).toContain(detail.id);
  const { data: sync } = await api.customersSync({ client, throwOnError: true, headers: idempotent() });
  await synced(client);
  const done = await api.operationsGet({ client, throwOnError: true, path: { id: sync.id } });
  expect(done.data.state).toBe('succeeded');
}

async function startFreshCluster(): Promise<EmbeddedDatabase> {
  const place = makePlace();
  closers.push(() => place.clean());
  const fresh = await place.start();
  closers.push(() => fresh.stop());
  return fresh;
}

/** As docs/operate.md makes it: reads everything, past the tenant wall, and changes nothing. */
async function makeBackupRole(): Promise<string> {
  const name = `scrm_backup_${process.pid}`;
  const admin = new pg.Client({ connectionString: await testClusterUrl() });
  await admin.connect();
  await admin.query(`CREATE ROLE ${name} LOGIN BYPASSRLS PASSWORD '${PASSWORD}' IN ROLE pg_read_all_data`);
  await admin.end();
  closers.push(async () => {
    const again = new pg.Client({ connectionString: await testClusterUrl() });
    await again.connect();
    await again.query(`DROP ROLE ${name}`);
    await again.end();
  });
  return name;
}

type Sums = Record<string, { rows: number; sum: string }>;

/** Rows and checksum of each table at one moment, while others write, and something else that sees the same moment. */
async function withSnapshot(url: string, look: (snapshot: string) => void): Promise<Sums> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
    look(rows[0]!.id);
    return await sumsOf(client);
  } finally {
    await client.end();
  }
}

async function sumsOf(client: pg.Client): Promise<Sums> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT schemaname || '.' || tablename AS name FROM pg_tables
      WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  const sums: Sums = {};
  for (const { name } of tables) {
    const { rows } = await client.query<{ rows: number; sum: string }>(
      `SELECT count(*)::int AS rows, md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) AS sum
         FROM ${name} t`,
    );
    sums[name] = rows[0]!;
  }
  return sums;
}

async function whyImpossible(): Promise<string | undefined> {
  provideInstalled();
  const client = new pg.Client({ connectionString: await testClusterUrl() });
  await client.connect();
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  await client.end();
  const server = Number.parseInt(rows[0]!.server_version, 10);
  try {
    const [, major] = /(\d+)/.exec(execFileSync('pg_dump', ['--version'], { encoding: 'utf8' })) ?? [];
    if (Number(major) < server) return `pg_dump ${major} cannot read PostgreSQL ${server}`;
    return undefined;
  } catch {
    return 'this machine has no pg_dump';
  }
}

/**
 * The server by libpq's own variables, so that no password stands among the arguments that every user of the machine sees.
 * @returns how long it took, in ms.
 */
function run(command: string, args: string[], at: string): number {
  const url = new URL(at);
  const startedAt = performance.now();
  execFileSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      PGHOST: url.searchParams.get('host') ?? url.hostname,
      PGPORT: url.port || url.searchParams.get('port') || '5432',
      PGUSER: decodeURIComponent(url.username),
      PGPASSWORD: decodeURIComponent(url.password),
      PGDATABASE: url.pathname.slice(1),
    },
  });
  return Math.round(performance.now() - startedAt);
}

function withUser(from: string, user: string): string {
  const url = new URL(from);
  url.username = user;
  url.password = PASSWORD;
  return url.href;
}

function withDatabase(from: string, pathname: string): string {
  const url = new URL(from);
  url.pathname = pathname;
  return url.href;
}
