import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { run, type Runner, type TaskList, type WorkerEvents, type WorkerPool } from 'graphile-worker';
import type { Pool } from 'pg';
import { endConnections, jobConnections } from './job-connections.js';
import { describeFailure } from './job-failure.js';
import { TakenJobs } from './taken-jobs.js';
import { WorkerHeartbeat } from './worker-heartbeat.js';
import { workerLog } from './worker-log.js';

/** Jobs are announced by NOTIFY; the poll finds those whose time comes, and those of dead workers. */
const POLL_MS = 1_000;
const RESTART_AFTER_MS = 1_000;
/** On shutdown handlers are told to stop after the first, and their jobs are given back after the second. */
const ABORT_AFTER_MS = 1_000;
const GIVE_BACK_AFTER_MS = 5_000;

export interface JobPoolOptions {
  readonly databaseUrl: string;
  /** Jobs at once. */
  readonly concurrency: number;
  /** Connections that fetch and finish jobs, one of them for NOTIFY; handlers use the application's pool. */
  readonly connections: number;
  readonly tasks: TaskList;
}

/**
 * A graphile-worker pool that stays: it takes the jobs of its task list and no others, and starts again when it gave up.
 * Without graphile-worker's `localQueue`, which fetches several jobs of a named queue in one batch and runs them at the
 * same time (measured: 3 % out of order).
 */
export class JobPool {
  private readonly logger = new Logger('Jobs');
  private runner: Runner | undefined;
  private heartbeat: WorkerHeartbeat | undefined;
  private disconnect: (() => Promise<void>) | undefined;
  private stopping = false;

  constructor(private readonly options: JobPoolOptions) {}

  async start(): Promise<void> {
    const connections = jobConnections(this.options.databaseUrl, this.options.connections);
    const disconnect = () => endConnections(connections);
    this.runner = await this.run(connections).catch((error: unknown) => {
      void disconnect(); // not awaited, here and below: it waits for connections that may hang
      throw error;
    });
    this.disconnect = disconnect;
    if (this.stopping) return this.runner.stop().finally(disconnect); // the shutdown came while it started again
    this.runner.promise
      .finally(() => void disconnect())
      .then(
        () => this.restart('ended'),
        (error: unknown) => this.restart(describeFailure(error)),
      );
  }

  private run(pgPool: Pool): Promise<Runner> {
    const events: WorkerEvents = new EventEmitter();
    const hooks = this.hooks(new TakenJobs(events));
    return run({
      pgPool,
      events,
      concurrency: this.options.concurrency,
      pollInterval: POLL_MS,
      gracefulShutdownAbortTimeout: ABORT_AFTER_MS,
      noHandleSignals: true, // the application's own shutdown stops it
      parsedCronItems: [],
      taskList: this.options.tasks,
      logger: workerLog(),
      preset: { plugins: [{ name: 'heartbeat', version: '1.0.0', worker: { hooks } }] },
    });
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const stopped = this.runner?.stop().catch(() => undefined); // it was stopping by itself
    const finished = stopped?.then(() => this.disconnect?.());
    await Promise.race([finished, sleep(GIVE_BACK_AFTER_MS, undefined, { ref: false })]);
    await this.heartbeat?.end();
  }

  /** graphile-worker gives up when it can neither finish nor fail a job, for example while the database is away. */
  private async restart(reason: string): Promise<void> {
    await this.heartbeat?.end();
    this.heartbeat = undefined;
    while (!this.stopping) {
      this.logger.error(`the worker stopped (${reason}); starting again`);
      await sleep(RESTART_AFTER_MS, undefined, { ref: false });
      const started = await this.start().then(
        () => true,
        () => false, // the database is still away
      );
      if (started) return;
    }
  }

  /** Each of the pool's workers waits here before its first job, so no job is locked by a pool without a heartbeat. */
  private hooks(taken: TakenJobs) {
    let begun: Promise<void> | undefined;
    return {
      startWorker: (_context: unknown, { worker }: { worker: { workerPool: WorkerPool } }): Promise<void> => {
        begun ??= this.beginHeartbeat(worker.workerPool, taken);
        return begun;
      },
    };
  }

  private async beginHeartbeat(pool: WorkerPool, taken: TakenJobs): Promise<void> {
    const nudge = () => pool.nudge(this.options.concurrency);
    this.heartbeat = new WorkerHeartbeat(this.options.databaseUrl, pool.id, taken, nudge);
    await this.heartbeat.begin();
  }
}
