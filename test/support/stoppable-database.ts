import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDatabase } from '../../src/embedded-database/index.js';
import { migrate } from '../../src/platform/database/migrate.js';
import type { TestDatabase } from './database.js';

/** A PostgreSQL of its own, for tests that stop, crash and halt it. Its address stays. */
export interface StoppableDatabase extends TestDatabase {
  /** `stop`: as an administrator does it. `crash`: at once, with recovery at the next start. Resolves when it is gone. */
  end(how: 'stop' | 'crash'): Promise<void>;
  /** Resolves when it accepts connections. */
  start(): Promise<void>;
  /** It hangs: connections stay open, and nothing is answered until `resume`. */
  halt(): void;
  resume(): void;
}

const SIGNALS = { stop: 'SIGINT', crash: 'SIGQUIT' } as const;

export async function startStoppableDatabase(): Promise<StoppableDatabase> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'scrm-stoppable-')));
  chmodSync(folder, 0o755); // the user that runs the server must come in
  const options = { dataDir: path.join(folder, '.data'), console: () => undefined };
  const first = await startDatabase(options);
  await migrate(first.ownerUrl);
  const pid = (): number => {
    const file = path.join(first.dataDir, 'postgres/cluster/postmaster.pid');
    return Number.parseInt(readFileSync(file, 'utf8'), 10);
  };
  const signalAll = (signal: NodeJS.Signals): void => {
    for (const each of [pid(), ...childrenOf(pid())]) process.kill(each, signal);
  };
  return {
    name: 'wecom_scrm',
    appUrl: first.appUrl,
    ownerUrl: first.ownerUrl,
    end: async (how) => {
      const server = pid();
      process.kill(server, SIGNALS[how]);
      while (isAlive(server)) await sleep(10);
    },
    start: async () => {
      const { appUrl } = await startDatabase(options);
      if (appUrl !== first.appUrl) throw new Error('the server came back at another address');
    },
    halt: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
    drop: async () => {
      await first.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function childrenOf(pid: number): number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = listed.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child = 0]) => child);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return !state.startsWith('Z'); // ended, and its parent has not looked yet
}
