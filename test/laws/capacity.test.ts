import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from '@jest/globals';
import pg from 'pg';
import { allScopes } from '../../src/platform/auth/scopes.js';
import { compiledPath } from '../../scripts/compiled-sources.mjs';
import * as api from '../client/index.js';
import { clientFor, idempotent } from '../support/application.js';
import { runCli } from '../support/cli.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { law } from '../support/law.js';
import { SandboxProcess, stopSandboxProcesses } from '../support/sandbox-process.js';

const ROOT = path.join(import.meta.dirname, '../..');
const TABLES_FILE = path.join(ROOT, '.cache/capacity.md');
const NO_LIMITS = { callsPerMinute: 1e9, callsPerHour: 1e9, callsPerMinuteOfIp: 1e9, callsPerHourOfIp: 1e9 };
const TICKS_PER_SECOND = 100;
const MB = 1_000_000;
const START_MAX_MS = 60_000;

interface Measured {
  readonly customers: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly tablesMb: Readonly<Record<string, number>>;
  readonly databaseMb: number;
}

const children: ChildProcess[] = [];
const closers: (() => Promise<unknown>)[] = [stopSandboxProcesses];
afterAll(async () => {
  for (const child of children) {
    const gone = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGTERM')) await gone;
  }
  for (const close of closers.reverse()) await close();
});

/**
 * What a first sync of a whole corp leaves on disk and takes of memory and CPU, in the process that operators run. The
 * full size needs the build and prints the tables of docs/operate.md into .cache/capacity.md.
 */
law(
  'capacity',
  {
    small: { customers: [300] },
    full: { customers: [100_000, 1_000_000] },
  },
  async ({ figures, seed, note }) => {
    if (process.platform !== 'linux') return note('skipped', 'memory and CPU are read from /proc');
    const measured: Measured[] = [];
    for (const customers of figures.customers) {
      const one = await measure(customers, String(seed));
      measured.push(one);
      note(`seconds${customers}`, one.seconds);
      note(`cpuSeconds${customers}`, one.cpuSeconds);
      note(`peakMb${customers}`, one.peakMb);
      note(`databaseMb${customers}`, one.databaseMb);
    }
    mkdirSync(path.dirname(TABLES_FILE), { recursive: true });
    writeFileSync(TABLES_FILE, tableOf(measured));
  },
);

async function measure(customers: number, seed: string): Promise<Measured> {
  const database = await createTestDatabase();
  closers.push(() => database.drop());
  const world = await SandboxProcess.start({
    SANDBOX_SEED: seed,
    SANDBOX_CUSTOMERS: String(customers),
    SANDBOX_RELATIONS: '1.5',
    SANDBOX_TAGS: '3',
  });
  await world.control('switches', NO_LIMITS);
  const dataDir = mkdtempSync(path.join(tmpdir(), 'scrm-capacity-'));
  closers.push(async () => rmSync(dataDir, { recursive: true, force: true }));
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: database.appUrl,
    MASTER_KEYS: `capacity:${randomBytes(32).toString('base64')}`,
    WECOM_API_BASE_URL: world.url,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'warn',
    PORT: '0',
  };
  const { pid, url } = await startApplicationProcess(env);
  const created = await runCli('cli/keys', ['create', '--operator', '--owner', 'capacity'], env);
  const operator = clientFor(url, created.stdout.split('\n')[0] ?? '');
  const seconds = await firstSync(operator, url, await world.control('corps'));
  const figures = { customers, seconds, cpuSeconds: cpuSecondsOf(pid), peakMb: peakMbOf(pid) };
  const tablesMb = await sizesOf(database.ownerUrl);
  const stored = await countCustomers(database.ownerUrl);
  expect(stored).toBe(customers);
  await stopLast();
  await world.stop();
  const databaseMb = Object.values(tablesMb).reduce((sum, size) => sum + size, 0);
  return { ...figures, tablesMb, databaseMb: Math.round(databaseMb) };
}

async function startApplicationProcess(env: Record<string, string>): Promise<{ pid: number; url: string }> {
  const child = spawn(process.execPath, [compiledPath('src/main.ts')], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  await eventually(() => expect(output).toMatch(/http:\/\/\S+/), START_MAX_MS);
  return { pid: child.pid ?? 0, url: /http:\/\/\S+/.exec(output)?.[0] ?? '' };
}

async function stopLast(): Promise<void> {
  const child = children.at(-1);
  if (!child) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

/** Connects the corp, which starts the first syncs. @returns how long that of the customers took. */
async function firstSync(
  operator: ReturnType<typeof clientFor>,
  url: string,
  [wecom]: { corpId: string; agentId: number; appSecret: string }[],
): Promise<number> {
  if (!wecom) throw new Error('the sandbox has no corp');
  const { data: corp } = await api.connectionsConnect({
    client: operator,
    headers: idempotent(),
    throwOnError: true,
    body: {
      wecomCorpId: wecom.corpId,
      name: 'capacity',
      timeZone: 'Asia/Shanghai',
      languages: ['zh-CN'],
      apps: [{ kind: 'self_built', agentId: wecom.agentId, secret: wecom.appSecret }],
    },
  });
  const { data: key } = await api.keysCreate({
    client: operator,
    headers: idempotent(),
    throwOnError: true,
    path: { corpId: corp.id },
    body: { name: 'capacity', owner: 'capacity', scopes: [...allScopes] },
  });
  const client = clientFor(url, key.key);
  for (;;) {
    const { data } = await api.operationsList({ client, throwOnError: true, query: { limit: 50 } });
    const sync = data.items.find(({ kind }) => kind === 'customers.sync');
    if (sync?.finishedAt) {
      expect(sync.state).toBe('succeeded');
      return Math.round((Date.parse(sync.finishedAt) - Date.parse(sync.startedAt)) / 100) / 10;
    }
    await sleep(500);
  }
}

/** User and system time of the process since it began; the fields after the name, which may hold spaces. */
function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Math.round(((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 10) / 10;
}

function peakMbOf(pid: number): number {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round((Number(kilobytes) * 1024) / MB);
}

async function sizesOf(ownerUrl: string): Promise<Record<string, number>> {
  const rows = await query<{ name: string; bytes: string }>(
    ownerUrl,
    `SELECT schemaname || '.' || relname AS name, pg_total_relation_size(relid)::text AS bytes
       FROM pg_stat_user_tables ORDER BY pg_total_relation_size(relid) DESC`,
  );
  return Object.fromEntries(rows.map(({ name, bytes }) => [name, Math.round(Number(bytes) / 1e4) / 100]));
}

async function countCustomers(ownerUrl: string): Promise<number> {
  const [corp] = await query<{ id: string }>(ownerUrl, 'SELECT id FROM platform.corps');
  const [row] = await query<{ count: string }>(
    ownerUrl,
    'SELECT count(*)::text AS count FROM customers.customers',
    corp?.id,
  );
  return Number(row?.count);
}

async function query<T extends object>(url: string, sql: string, corpId?: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    if (corpId) await client.query(`SELECT set_config('app.corp_id', $1, false)`, [corpId]);
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** What a customer more costs on disk stands in the difference of two sizes; three millions are on the line through both. */
function tableOf(measured: readonly Measured[]): string {
  const [small, large] = [measured[0], measured.at(-1)];
  if (!small || !large) return '';
  const at = (read: (one: Measured) => number): number => {
    if (small === large) return read(small);
    const slope = (read(large) - read(small)) / (large.customers - small.customers);
    return Math.round(read(large) + slope * (3_000_000 - large.customers));
  };
  const row = (name: string, read: (one: Measured) => number): string =>
    `| ${[name, ...measured.map(read), at(read)].join(' | ')} |`;
  const titles = ['', ...measured.map(({ customers }) => `${customers} customers`), '3000000 (extrapolated)'];
  const tables = Object.keys(large.tablesMb).filter((name) => (large.tablesMb[name] ?? 0) >= 1);
  return [
    `| ${titles.join(' | ')} |`,
    `|${' --- |'.repeat(titles.length)}`,
    row('first sync, s', ({ seconds }) => seconds),
    row('CPU of the process, s', ({ cpuSeconds }) => cpuSeconds),
    row('peak memory of the process, MB', ({ peakMb }) => peakMb),
    row('disk in all, MB', ({ databaseMb }) => databaseMb),
    ...tables.map((name) => row(`${name}, MB`, ({ tablesMb }) => tablesMb[name] ?? 0)),
    '',
  ].join('\n');
}
