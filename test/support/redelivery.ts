import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

const SAMPLE_MS = 50;
const SAMPLE = `
  SELECT j.id::text, t.identifier AS job, j.attempts, j.locked_at IS NOT NULL AND NOT EXISTS (
           SELECT FROM pg_locks l
            WHERE l.locktype = 'advisory' AND l.granted AND l.mode = 'ShareLock'
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended(j.locked_by, 0)) AS orphaned
    FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
   WHERE (j.locked_at IS NOT NULL OR j.id = ANY($1::bigint[])) AND j.priority < 50`;

interface Orphan {
  readonly job: string;
  readonly sinceMs: number;
  readonly attempts: number;
}

/**
 * Watches the queue from outside and measures how long jobs of dead processes wait until another one has taken them. A
 * pool is dead when its advisory lock is free, as it is for the heartbeats.
 */
export class RedeliveryWatch {
  readonly waits: { readonly job: string; readonly ms: number }[] = [];
  private readonly orphans = new Map<string, Orphan>();
  private readonly client: Client;
  private watching: Promise<void> | undefined;
  private stopped = false;

  constructor(ownerUrl: string) {
    this.client = new Client({ connectionString: ownerUrl });
  }

  async start(): Promise<void> {
    await this.client.connect();
    this.watching = this.watch();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.watching;
    await this.client.end();
  }

  /** Of those that wait still the time until now. */
  slowest(): { job: string; ms: number } {
    const now = performance.now();
    const open = [...this.orphans.values()].map(({ job, sinceMs }) => ({ job, ms: now - sinceMs }));
    return [...this.waits, ...open].reduce((a, b) => (a.ms >= b.ms ? a : b), { job: 'none', ms: 0 });
  }

  private async watch(): Promise<void> {
    for (let beforeMs = performance.now(); !this.stopped; await sleep(SAMPLE_MS)) {
      const atMs = performance.now();
      const { rows } = await this.client.query<Orphan & { id: string; orphaned: boolean }>(SAMPLE, [
        [...this.orphans.keys()],
      ]);
      const jobs = new Map(rows.map((row) => [row.id, row]));
      this.endWaits(jobs);
      // dead since some time after the last look, which is the longest that it can have waited
      for (const { id, job, attempts, orphaned } of rows) {
        if (orphaned && !this.orphans.has(id)) this.orphans.set(id, { job, sinceMs: beforeMs, attempts });
      }
      beforeMs = atMs;
    }
  }

  /** Taken again when it is gone or counts one more attempt. */
  private endWaits(jobs: Map<string, { attempts: number }>): void {
    for (const [id, orphan] of this.orphans) {
      const job = jobs.get(id);
      if (job && job.attempts <= orphan.attempts) continue;
      this.waits.push({ job: orphan.job, ms: performance.now() - orphan.sinceMs });
      this.orphans.delete(id);
    }
  }
}
