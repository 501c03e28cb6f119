import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { CLUSTER } from './data-folder.js';
import { EmbeddedDatabaseError } from './embedded-database.error.js';
import { isPostmasterOf } from './process-identity.js';
import type { ServerAddress } from './server-address.js';

const POLL_MS = 30;
/** Crash recovery of a trial database takes seconds; a slow disk is given more. */
const READY_MAX_MS = 120_000;
const FAST_STOP_MAX_MS = 20_000;
const IMMEDIATE_STOP_MAX_MS = 10_000;
const WRONG_PASSWORD = '28P01';

/** The server process of a cluster. */
export interface Postmaster {
  readonly pid: number;
  /** Undefined in the first moments of its start. */
  readonly address: ServerAddress | undefined;
}

/** The running server of this cluster, whoever started it. A pid file that nobody stands behind is removed. */
export function findPostmaster(home: string): Postmaster | undefined {
  const file = pidFile(home);
  if (!existsSync(file)) return undefined;
  // Lines: pid, data folder, start, port, socket folder, TCP address, …; see PostgreSQL, src/include/utils/pidfile.h.
  const [pidText = '', , , port, socketFolder, tcpAddress] = readFileSync(file, 'utf8').split('\n');
  const pid = Number.parseInt(pidText, 10);
  if (pid > 0 && isPostmasterOf(pid, path.join(home, CLUSTER))) {
    if (socketFolder) return { pid, address: { socketFolder: home } };
    return { pid, address: tcpAddress ? { port: Number(port) } : undefined };
  }
  rmSync(file, { force: true });
  return undefined;
}

/**
 * Waits until the server answers the superuser.
 * @param gone whether the server has ended meanwhile.
 * @returns false when it has ended.
 */
export async function waitUntilReady(adminUrl: string, gone: () => boolean): Promise<boolean> {
  const deadline = performance.now() + READY_MAX_MS;
  while (!gone()) {
    const error = await tryConnect(adminUrl);
    if (!error) return true;
    if (error.code === WRONG_PASSWORD || performance.now() > deadline) throw doesNotAnswer(error.message);
    await sleep(POLL_MS);
  }
  return false;
}

/** Fast shutdown: sessions are ended, data is written. Resolves when the process is gone. */
export async function endPostmaster(home: string, pid: number): Promise<void> {
  const cluster = path.join(home, CLUSTER);
  for (const [signal, waitMs] of [
    ['SIGINT', FAST_STOP_MAX_MS],
    // Loses nothing that was committed: the next start recovers.
    ['SIGQUIT', IMMEDIATE_STOP_MAX_MS],
  ] as const) {
    if (!isPostmasterOf(pid, cluster)) return;
    process.kill(pid, signal);
    const deadline = performance.now() + waitMs;
    while (performance.now() < deadline) {
      if (!isPostmasterOf(pid, cluster)) return;
      await sleep(POLL_MS);
    }
  }
  throw new EmbeddedDatabaseError('stop_failed', {
    zh: `数据库进程 ${pid} 未能停止。`,
    en: `The database process ${pid} did not stop.`,
  });
}

async function tryConnect(url: string): Promise<(Error & { code?: string }) | undefined> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A server that ends right after the connection must not end this process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    await client.end().catch(() => undefined);
  }
}

function pidFile(home: string): string {
  return path.join(home, CLUSTER, 'postmaster.pid');
}

function doesNotAnswer(reason: string): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError('start_failed', {
    zh: `数据库进程在运行，但不应答：${reason}`,
    en: `The database process runs but does not answer: ${reason}`,
  });
}
