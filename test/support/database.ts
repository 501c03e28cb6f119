import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { root } from '../../scripts/compiled-sources.mjs';
import { migrate } from '../../src/platform/database/migrate.js';
import { APP_ROLE, OWNER_ROLE } from '../../src/platform/database/role-names.js';
import { testClusterUrl } from './cluster.js';

const TEMPLATE_LOCK = 7_231_002;
const PASSWORD = 'test';
let cloneCount = 0;

export interface TestDatabase {
  name: string;
  /** Connects as the role that serves. */
  appUrl: string;
  /** Connects as the role that owns the tables. */
  ownerUrl: string;
  drop(): Promise<void>;
}

/** A database of its own with the migrated schema, cloned from a template in about 100 ms. */
export async function createTestDatabase(options: { empty?: boolean } = {}): Promise<TestDatabase> {
  const admin = new Client({ connectionString: await testClusterUrl() });
  await admin.connect();
  try {
    const migrated = await ensureTemplate(admin);
    const template = options.empty ? 'template0' : migrated;
    const name = `scrm_test_${process.pid}_${process.env.JEST_WORKER_ID ?? '0'}_${++cloneCount}_${Date.now() % 1e7}`;
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${OWNER_ROLE} STRATEGY WAL_LOG`);
    return {
      name,
      appUrl: await urlOf(name, APP_ROLE),
      ownerUrl: await urlOf(name, OWNER_ROLE),
      drop: () => dropDatabase(name),
    };
  } finally {
    await admin.end();
  }
}

async function urlOf(database: string, role: string): Promise<string> {
  const url = new URL(await testClusterUrl());
  url.username = role;
  url.password = PASSWORD;
  url.pathname = `/${database}`;
  return url.toString();
}

async function dropDatabase(name: string): Promise<void> {
  const admin = new Client({ connectionString: await testClusterUrl() });
  await admin.connect();
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await admin.end();
}

/** Only under the template's lock: two sessions that alter a role at once refuse each other. */
async function ensureRoles(admin: Client): Promise<void> {
  for (const role of [OWNER_ROLE, APP_ROLE]) {
    const { rowCount } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    await admin.query(`${rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${role} LOGIN PASSWORD '${PASSWORD}'`);
  }
}

/** One template for each state of the migrations; the first worker builds it, the others wait. */
async function ensureTemplate(admin: Client): Promise<string> {
  const name = `scrm_template_${schemaHash()}`;
  for (;;) {
    const { rows } = await admin.query('SELECT datistemplate FROM pg_database WHERE datname = $1', [name]);
    if (rows[0]?.datistemplate) return name;
    const lock = await admin.query('SELECT pg_try_advisory_lock($1) AS taken', [TEMPLATE_LOCK]);
    if (!lock.rows[0].taken) {
      await sleep(100);
      continue;
    }
    try {
      const again = await admin.query('SELECT datistemplate FROM pg_database WHERE datname = $1', [name]);
      if (again.rows[0]?.datistemplate) return name;
      await ensureRoles(admin);
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.query(`CREATE DATABASE ${name} OWNER ${OWNER_ROLE} TEMPLATE template0`);
      await migrate(await urlOf(name, OWNER_ROLE));
      await admin.query(`ALTER DATABASE ${name} IS_TEMPLATE true`);
      return name;
    } finally {
      await admin.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
    }
  }
}

function schemaHash(): string {
  const hash = createHash('sha256');
  const folder = path.join(root, 'migrations');
  for (const file of readdirSync(folder).sort()) hash.update(readFileSync(path.join(folder, file)));
  for (const file of ['database/migration-steps.ts', 'jobs/job-tables.ts']) {
    hash.update(readFileSync(path.join(root, 'src/platform', file)));
  }
  return hash.digest('hex').slice(0, 16);
}
