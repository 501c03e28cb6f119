import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { JobHelpers, TaskList } from 'graphile-worker';
import { requestContext } from '../context/request-context.js';
import { isNotConnected, isUnavailable } from '../database/unavailable.js';
import { FAST_AT_ONCE, FastLane } from './fast-lane.js';
import type { JobLane } from './job.js';
import { describeFailure, JobFailed } from './job-failure.js';
import { isSupersededKey } from './jobs.js';
import { JobHandlers, type RegisteredJob } from './job-handlers.js';
import { JobPool } from './job-pool.js';
import { JOBS_OPTIONS, type JobsOptions } from './jobs-options.js';

/** Fetching and finishing a job takes milliseconds. */
const FAST_CONNECTIONS = 4;
const DATABASE_AWAY_MS = 250;

/** Takes jobs in this process: one pool for each lane, so that no job waits for one of the other lane. */
@Injectable()
export class Worker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly pools: JobPool[] = [];

  constructor(
    @Inject(JOBS_OPTIONS) private readonly options: JobsOptions,
    private readonly handlers: JobHandlers,
    private readonly fastLane: FastLane = new FastLane(),
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { concurrency } = this.options;
    this.addPool('normal', { concurrency, connections: concurrency });
    this.addPool('fast', { concurrency: FAST_AT_ONCE, connections: FAST_CONNECTIONS });
    await Promise.all(this.pools.map((pool) => pool.start()));
  }

  /** The earliest hook of the shutdown: jobs end while everything that they use still works. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.stop()));
  }

  private addPool(lane: JobLane, size: { concurrency: number; connections: number }): void {
    const tasks = this.tasksOf(lane);
    if (Object.keys(tasks).length === 0) return; // graphile-worker would complain at each poll
    this.pools.push(new JobPool({ databaseUrl: this.options.databaseUrl, tasks, ...size }));
  }

  private async takeTurn(lane: JobLane, work: () => Promise<void>): Promise<void> {
    if (lane === 'fast') return this.fastLane.run(work);
    await this.fastLane.giveWay();
    return work();
  }

  private tasksOf(lane: JobLane): TaskList {
    const jobs = this.handlers.all().filter((job) => job.lane === lane);
    return Object.fromEntries(
      jobs.map((job) => [
        job.name,
        (payload: unknown, helpers: JobHelpers) => this.takeTurn(lane, () => perform(job, payload, helpers)),
      ]),
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
    if (await isSuperseded(helpers)) return;
    if (isNotConnected(error)) await giveAttemptBack(helpers);
    throw new JobFailed(describeFailure(error));
  }
}

/**
 * What could not ask the database has tried nothing: an outage parks no job, however few attempts it has. Waits for the
 * database; in a process that stops meanwhile the attempt stays counted.
 */
async function giveAttemptBack({ job, query, abortSignal }: JobHelpers): Promise<void> {
  for (;;) {
    try {
      await query(
        'UPDATE graphile_worker._private_jobs SET attempts = attempts - 1 WHERE id = $1 AND attempts = $2',
        [job.id, job.attempts],
      );
      return;
    } catch (error) {
      if (abortSignal?.aborted || !isUnavailable(error)) return;
    }
    await sleep(DATABASE_AWAY_MS);
  }
}

/** Another job with its key was added while it ran, and does everything again: nothing is left to repeat. */
async function isSuperseded({ job, query }: JobHelpers): Promise<boolean> {
  if (job.key === null || isSupersededKey(job.key)) return job.key !== null;
  try {
    const { rows } = await query<{ key: string | null }>(
      'SELECT key FROM graphile_worker._private_jobs WHERE id = $1',
      [job.id],
    );
    return rows.some(({ key }) => key === null || isSupersededKey(key));
  } catch {
    return false; // the database is away: it fails as it would have
  }
}
