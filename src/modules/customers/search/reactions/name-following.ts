import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../wecom/index.js';
import { relationStarted } from '../../customers.events.js';
import { FollowNames } from '../use-cases/follow-names.js';

const MINUTE_MS = 60_000;
/** Behind everything that somebody waits for. */
const PRIORITY = 60;
/** What has just been committed is read after a second, see name-index.ts. */
const DELAY_MS = 2_000;

/** Few attempts: the next minute follows on anyway. */
const followNamesJob = defineJob<{ corpId: CorpId }>('customers.follow_names', { attemptsMax: 3 });

/** A new friend is found by name after seconds, everything else within a minute. */
@Injectable()
export class NameFollowing implements OnModuleInit {
  constructor(
    private readonly connections: Connections,
    private readonly consumers: EventConsumers,
    private readonly schedules: Schedules,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly following: FollowNames,
  ) {}

  onModuleInit(): void {
    this.handlers.register(followNamesJob, ({ corpId }, run) => this.following.follow(corpId, run.signal));
    this.schedules.register({
      name: 'customers.follow_names',
      everyMs: MINUTE_MS,
      run: () => this.enqueueAll(),
    });
    this.consumers.register({
      name: 'customers.follow_new_names',
      events: [relationStarted],
      priority: PRIORITY,
      apply: ({ corpId }) => this.enqueue(corpId),
    });
  }

  private async enqueueAll(): Promise<void> {
    for (const corpId of await this.connections.listActiveCorpIds()) await this.enqueue(corpId);
  }

  private enqueue(corpId: CorpId): Promise<void> {
    const options = { key: 'follow', delayMs: DELAY_MS, queue: `customers.names:${corpId}` };
    return this.jobs.enqueue(followNamesJob, { corpId }, { ...options, priority: PRIORITY });
  }
}
