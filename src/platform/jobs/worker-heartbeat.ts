import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { describeFailure } from './job-failure.js';
import type { TakenJobs } from './taken-jobs.js';

const BEAT_MS = 1_000;
/** On a machine at its limits a beat takes seconds; giving it up would only begin it anew (seen at a load of ten a core). */
const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 5_000;

/** Finds out within 5 s that the network is cut; ignored on a unix socket. */
const KEEPALIVES =
  'SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3';
const LOCK = 'SELECT pg_advisory_lock_shared(hashtextextended($1, 0))';
const BEAT = `
  INSERT INTO platform.job_pools (pool_id, beat_at) VALUES ($1, clock_timestamp())
  ON CONFLICT (pool_id) DO UPDATE SET beat_at = excluded.beat_at`;

/**
 * Gives the jobs of dead pools back. Dead is a pool whose beat is old AND whose lock is free: a blocked event loop stops
 * the beat of a live pool (measured: its job ran twice), but not its lock. A server that has just started holds no locks
 * yet, so it waits until every live process has had the time to come back. A pool may be forgotten and then still take a
 * job: the server runs what a dead process sent last, however late (seen on a busy machine).
 */
const REVIVE = `
  WITH silent AS MATERIALIZED (
    SELECT pool_id FROM platform.job_pools WHERE beat_at < clock_timestamp() - interval '2.5 seconds'
    UNION
    SELECT j.locked_by FROM graphile_worker._private_jobs j
     WHERE NOT j.is_available AND j.locked_at < clock_timestamp() - interval '2.5 seconds'
       AND NOT EXISTS (SELECT FROM platform.job_pools p WHERE p.pool_id = j.locked_by)
  ), dead AS MATERIALIZED (
    SELECT pool_id FROM silent
     WHERE pool_id <> $1 AND pg_postmaster_start_time() < clock_timestamp() - interval '8 seconds'
       AND pg_try_advisory_xact_lock(hashtextextended(pool_id, 0))
  ), forgotten AS (
    DELETE FROM platform.job_pools p USING dead WHERE p.pool_id = dead.pool_id
  )
  SELECT ids, graphile_worker.force_unlock_workers(ids)
    FROM (SELECT array_agg(pool_id) AS ids FROM dead) d WHERE ids IS NOT NULL`;

/** As `TakenJobs` names them. */
const TAKEN = `
  SELECT id || ':' || attempts AS taking FROM graphile_worker._private_jobs
   WHERE NOT is_available AND locked_by = $1`;
/** As if they had not been taken: nobody has tried them. */
const UNDO_TAKING = `
  WITH lost AS (
    UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL, attempts = attempts - 1
     WHERE locked_by = $1 AND id || ':' || attempts = ANY($2::text[]) RETURNING job_queue_id
  )
  UPDATE graphile_worker._private_job_queues q SET locked_at = NULL, locked_by = NULL
    FROM lost WHERE q.id = lost.job_queue_id AND q.locked_by = $1`;

const GIVE_BACK = `
  WITH own AS (DELETE FROM platform.job_pools WHERE pool_id = $1)
  SELECT graphile_worker.force_unlock_workers(ARRAY[$1])`;

/**
 * The sign of life of one worker pool, on a connection of its own: a shared advisory lock that ends with the process,
 * and a beat each second. Without it the jobs of a crashed process stay locked for four hours; with it they run again
 * 2.4 s after a `kill -9`.
 */
export class WorkerHeartbeat {
  private readonly logger = new Logger('Jobs');
  private client: Client | undefined;
  private beating: Promise<void> | undefined;
  private readonly stopped = new AbortController();

  /** @param onRevived called when jobs that nobody does can be taken again. */
  constructor(
    private readonly databaseUrl: string,
    private readonly poolId: string,
    private readonly taken: TakenJobs,
    private readonly onRevived: () => void,
  ) {}

  /**
   * Resolves when lock and row stand; the pool must not take a job before. Never rejects: graphile-worker asks once, and
   * would go on without a heartbeat.
   */
  async begin(): Promise<void> {
    while (!(await this.tryBeat()) && !this.stopped.signal.aborted) await this.pause();
    this.beating = this.beatUntilStopped();
  }

  /** Gives back what the pool still holds, so that another process takes it at once. */
  async end(): Promise<void> {
    this.stopped.abort();
    await this.beating;
    await this.client?.query(GIVE_BACK, [this.poolId]).catch(() => undefined); // else the others find out themselves
    await this.disconnect();
  }

  private async beatUntilStopped(): Promise<void> {
    for (;;) {
      await this.pause();
      if (this.stopped.signal.aborted) return;
      await this.tryBeat();
    }
  }

  private async pause(): Promise<void> {
    await sleep(BEAT_MS, undefined, { signal: this.stopped.signal }).catch(() => undefined); // woken by the end
  }

  /** A connection that fails is replaced at the next beat. */
  private async tryBeat(): Promise<boolean> {
    try {
      await this.beat(this.client ?? (await this.connect()));
      return true;
    } catch (error) {
      this.logger.warn(`the heartbeat of this worker failed: ${describeFailure(error)}`);
      await this.disconnect();
      return false;
    }
  }

  private async beat(client: Client): Promise<void> {
    await client.query(BEAT, [this.poolId]);
    const revived = await client.query<{ ids: string[] }>(REVIVE, [this.poolId]);
    const ids = revived.rows[0]?.ids ?? [];
    if (ids.length > 0) {
      this.logger.warn(`gave back the jobs of ${ids.length} dead worker pools: ${ids.join(', ')}`);
    }
    const lost = await this.undoLost(client);
    if (ids.length + lost > 0) this.onRevived();
  }

  private async undoLost(client: Client): Promise<number> {
    const lost = await this.taken.findLost(async () => {
      const { rows } = await client.query<{ taking: string }>(TAKEN, [this.poolId]);
      return rows.map(({ taking }) => taking);
    });
    if (lost.length === 0) return 0;
    await client.query(UNDO_TAKING, [this.poolId, lost]);
    this.logger.warn(`gave back ${lost.length} jobs that were taken by a lost connection`);
    return lost.length;
  }

  private async connect(): Promise<Client> {
    const client = new Client({
      connectionString: this.databaseUrl,
      application_name: 'wecom-scrm heartbeat',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
    });
    client.on('error', () => undefined); // the next beat fails on it and connects again
    this.client = client;
    await client.connect();
    await client.query(KEEPALIVES);
    await client.query(LOCK, [this.poolId]);
    return client;
  }

  private async disconnect(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.end().catch(() => undefined);
  }
}
