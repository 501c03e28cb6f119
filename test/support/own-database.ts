import { chmodSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type EmbeddedDatabase, startDatabase } from '../../src/embedded-database/index.js';
import { endPostmaster, findPostmaster } from '../../src/embedded-database/postmaster.js';

/**
 * A PostgreSQL server that a test may freeze, stop and start without hitting anybody else. All databases that the test
 * file makes from now on are on it.
 */
export class OwnDatabase {
  private constructor(
    private readonly folder: string,
    private server: EmbeddedDatabase,
  ) {}

  static async start(): Promise<OwnDatabase> {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'scrm-own-')));
    chmodSync(folder, 0o755); // every user can enter, as a checkout usually is
    const server = await startAt(folder);
    process.env['TEST_ADMIN_DATABASE_URL'] = server.adminUrl;
    return new OwnDatabase(folder, server);
  }

  /** Every process of the server stops where it is: connections stand and nothing answers. */
  freeze(): void {
    for (const pid of this.pids()) signal(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of this.pids().reverse()) signal(pid, 'SIGCONT');
  }

  /** As a crash of the server; it recovers at the next start. */
  async stop(): Promise<void> {
    const [pid] = this.pids();
    if (pid === undefined) return;
    process.kill(pid, 'SIGQUIT');
    await endPostmaster(this.home(), pid);
  }

  /** After `stop`: at the same address. */
  async startAgain(): Promise<void> {
    this.server = await startAt(this.folder);
  }

  async close(): Promise<void> {
    this.thaw();
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private home(): string {
    return path.join(this.server.dataDir, 'postgres');
  }

  /** The postmaster first, so that it starts no other while its children are stopped. */
  private pids(): number[] {
    const postmaster = findPostmaster(this.home());
    if (!postmaster) return [];
    return [postmaster.pid, ...childrenOf(postmaster.pid)];
  }
}

function startAt(folder: string): Promise<EmbeddedDatabase> {
  return startDatabase({
    dataDir: path.join(folder, '.data'),
    fallbackFolder: path.join(folder, 'fallback'),
    console: () => undefined,
  });
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has just ended
  }
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      const [, ppid] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return Number(ppid) === parent;
    } catch {
      return false; // it has just ended
    }
  });
}
