import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { installJobTables } from '../jobs/job-tables.js';
import { withClient } from './with-client.js';

const MIGRATIONS_FOLDER = path.join(import.meta.dirname, '../../../migrations');
/** Any number nobody else uses as an advisory lock in this database. */
const MIGRATION_LOCK = 7_231_001;
const LOCK_POLL_MS = 200;
const LOCK_TIMEOUT = '5s';

/**
 * Brings the schema up to date with the owner role. Any number of processes may start it at once: one runs, the others
 * wait and then find nothing to do.
 * @returns the names of the migrations that this call ran.
 */
export async function migrate(ownerUrl: string): Promise<string[]> {
  return withClient(ownerUrl, async (lock) => {
    await waitForLock(lock);
    await lock.query('CREATE SCHEMA IF NOT EXISTS platform');
    const ran = await runMigrations(ownerUrl);
    await installJobTables(ownerUrl);
    return ran;
  });
}

/**
 * Polled, because a blocking wait holds a snapshot: against a migration with CREATE INDEX CONCURRENTLY both would wait
 * for ever, and PostgreSQL sees no cycle (measured: 13 minutes until stopped).
 */
async function waitForLock(client: Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      MIGRATION_LOCK,
    ]);
    if (rows[0]?.taken) return;
    await sleep(LOCK_POLL_MS);
  }
}

async function runMigrations(ownerUrl: string): Promise<string[]> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    schema: 'platform',
    migrations: [path.join(MIGRATIONS_FOLDER, '*.{ts,js}')],
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    extra: { max: 1, options: `-c lock_timeout=${LOCK_TIMEOUT}` },
  });
  await dataSource.initialize();
  try {
    const ran = await dataSource.runMigrations();
    return ran.map((migration) => migration.name);
  } finally {
    await dataSource.destroy();
  }
}

/** The timestamps of the migrations this build brings, read from the file names. */
export async function shippedMigrations(): Promise<number[]> {
  const files = await readdir(MIGRATIONS_FOLDER);
  const stamps = files
    .filter((file) => /^\d+-.*\.(ts|js)$/.test(file))
    .map((file) => Number.parseInt(file, 10));
  return stamps.sort((a, b) => a - b);
}

/** The timestamps of the migrations that this build brings and the database has not seen. Any role may ask. */
export async function pendingMigrations(url: string): Promise<number[]> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ present: boolean }>(
      `SELECT to_regclass('platform.migrations') IS NOT NULL AS present`,
    );
    const ran = rows[0]?.present
      ? await client.query<{ at: number }>('SELECT timestamp::float8 AS at FROM platform.migrations')
      : { rows: [] };
    const seen = new Set(ran.rows.map(({ at }) => at));
    return (await shippedMigrations()).filter((timestamp) => !seen.has(timestamp));
  });
}

/** @throws a message for the operator when migrations are pending. */
export async function assertMigrated(url: string): Promise<void> {
  const { length } = await pendingMigrations(url);
  if (length === 0) return;
  throw new Error(
    [
      `The database lacks ${length} migrations of this version. 数据库缺少此版本的 ${length} 个迁移。`,
      'Run / 请运行: DATABASE_MIGRATION_URL=postgres://OWNER@HOST/wecom_scrm npm run migrate',
    ].join('\n'),
  );
}
