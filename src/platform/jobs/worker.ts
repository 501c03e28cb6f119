import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { type JobHelpers, run, type Runner, type TaskList, type WorkerPool } from 'graphile-worker';
import { requestContext } from '../context/request-context.js';
import { describeFailure, JobFailed } from './job-failure.js';
import { JobHandlers, type RegisteredJob } from './job-handlers.js';
import { JOBS_OPTIONS, type JobsOptions } from './jobs-options.js';
import { WorkerHeartbeat } from './worker-heartbeat.js';
import { workerLog } from './worker-log.js';

/** Jobs are announced by NOTIFY; the poll finds those whose time comes, and those of dead workers. */
const POLL_MS = 1_000;
const RESTART_AFTER_MS = 1_000;
/** On shutdown handlers are told to stop after the first, and their jobs are given back after the second. */
const ABORT_AFTER_MS = 1_000;
const GIVE_BACK_AFTER_MS = 5_000;

/**
 * Takes jobs in this process. Without graphile-worker's `localQueue`, which fetches several jobs of a named queue in one
 * batch and runs them at the same time (measured: 3 % out of order).
 */
@Injectable()
export class Worker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Jobs');
  private runner: Runner | undefined;
  private heartbeat: WorkerHeartbeat | undefined;
  private stopping = false;

  constructor(
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly handlers: JobHandlers,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.start();
  }

  /** The earliest hook of the shutdown: jobs end while everything that they use still works. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    const finished = this.runner?.stop().catch(() => undefined); // it was stopping by itself
    await Promise.race([finished, sleep(GIVE_BACK_AFTER_MS, undefined, { ref: false })]);
    await this.heartbeat?.end();
  }

  private async start(): Promise<void> {
    this.runner = await run({
      connectionString: this.options.databaseUrl,
      concurrency: this.options.concurrency,
      maxPoolSize: this.options.concurrency, // they only fetch and finish jobs; handlers use the application's pool
      pollInterval: POLL_MS,
      gracefulShutdownAbortTimeout: ABORT_AFTER_MS,
      noHandleSignals: true, // the application's own shutdown stops it
      parsedCronItems: [],
      taskList: this.taskList(),
      logger: workerLog(),
      preset: { plugins: [{ name: 'heartbeat', version: '1.0.0', worker: { hooks: this.hooks() } }] },
    });
    if (this.stopping) return this.runner.stop(); // the shutdown came while it started again
    this.runner.promise.then(
      () => this.restart('ended'),
      (error: unknown) => this.restart(describeFailure(error)),
    );
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
  private hooks() {
    let begun: Promise<void> | undefined;
    return {
      startWorker: (_context: unknown, { worker }: { worker: { workerPool: WorkerPool } }): Promise<void> => {
        begun ??= this.beginHeartbeat(worker.workerPool);
        return begun;
      },
    };
  }

  private async beginHeartbeat(pool: WorkerPool): Promise<void> {
    const nudge = () => pool.nudge(this.options.concurrency);
    this.heartbeat = new WorkerHeartbeat(this.options.databaseUrl, pool.id, nudge);
    await this.heartbeat.begin();
  }

  private taskList(): TaskList {
    return Object.fromEntries(
      this.handlers
        .all()
        .map((job) => [job.name, (payload: unknown, helpers: JobHelpers) => perform(job, payload, helpers)]),
    );
  }
}

/** What is thrown here is stored in `last_error` and logged, so it is made safe first. */
async function perform(registered: RegisteredJob, payload: unknown, helpers: JobHelpers): Promise<void> {
  const { job, abortSignal } = helpers;
  const actor = { kind: 'job', id: registered.name, label: registered.name } as const;
  try {
    await requestContext.run({ requestId: `job-${job.id}`, actor }, () =>
      registered.handle(payload, {
        attempt: job.attempts,
        attemptsMax: job.max_attempts,
        signal: abortSignal,
      }),
    );
  } catch (error) {
    throw new JobFailed(describeFailure(error));
  }
}
