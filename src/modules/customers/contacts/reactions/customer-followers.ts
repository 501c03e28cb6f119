import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../wecom/index.js';
import { relationStarted } from '../../customers.events.js';

const MINUTE_MS = 60_000;
/** Behind everything that somebody waits for. */
const PRIORITY = 60;
/** What has just been committed is read after a second, see settled-until.ts. */
const DELAY_MS = 2_000;

/** Few attempts: the next minute follows on anyway. */
const followJob = (name: string) =>
  defineJob<{ corpId: CorpId }>(`customers.follow_${name}`, { attemptsMax: 3 });

/**
 * Rooms that keep something equal to the customers, along the times at which these change: so a sync pays nothing for it.
 * They are called within seconds for a new friend and each minute for all other news.
 */
@Injectable()
export class CustomerFollowers {
  constructor(
    private readonly connections: Connections,
    private readonly consumers: EventConsumers,
    private readonly schedules: Schedules,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
  ) {}

  /**
   * Call it in `onModuleInit`.
   * @param name stays for ever: of the job `customers.follow_<name>` and what wakes it.
   * @param follow until everything is read that changed; opens its own units of work; one at a time for a corp.
   */
  register(name: string, follow: (corpId: CorpId, signal: AbortSignal) => Promise<void>): void {
    const job = followJob(name);
    const enqueue = (corpId: CorpId): Promise<void> => {
      const queue = `customers.${name}:${corpId}`;
      return this.jobs.enqueue(
        job,
        { corpId },
        { key: 'follow', delayMs: DELAY_MS, queue, priority: PRIORITY },
      );
    };
    this.handlers.register(job, ({ corpId }, run) => follow(corpId, run.signal));
    this.schedules.register({
      name: job.name,
      everyMs: MINUTE_MS,
      run: async () => {
        for (const corpId of await this.connections.listActiveCorpIds()) await enqueue(corpId);
      },
    });
    this.consumers.register({
      name: `customers.follow_new_${name}`,
      events: [relationStarted],
      priority: PRIORITY,
      apply: ({ corpId }) => enqueue(corpId),
    });
  }
}
