import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { EventConsumers } from '../../../../platform/events/event-consumers.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../wecom/index.js';
import { relationStarted } from '../../customers.events.js';
import { FollowMirror } from '../use-cases/follow-mirror.js';

const MINUTE_MS = 60_000;
/** Behind everything that somebody waits for. */
const PRIORITY = 60;
/** What has just been committed is read after a second. */
const DELAY_MS = 2_000;

/** Few attempts: the next minute follows on anyway. */
const followMirrorJob = defineJob<{ corpId: CorpId }>('customers.follow_identifiers', { attemptsMax: 3 });

/** A new friend is one person with his orders after seconds; other news of the mirror count within a minute. */
@Injectable()
export class MirrorFollowing implements OnModuleInit {
  constructor(
    private readonly connections: Connections,
    private readonly consumers: EventConsumers,
    private readonly schedules: Schedules,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly following: FollowMirror,
  ) {}

  onModuleInit(): void {
    this.handlers.register(followMirrorJob, ({ corpId }, run) => this.following.follow(corpId, run.signal));
    this.schedules.register({
      name: 'customers.follow_identifiers',
      everyMs: MINUTE_MS,
      run: () => this.enqueueAll(),
    });
    this.consumers.register({
      name: 'customers.follow_new_identifiers',
      events: [relationStarted],
      priority: PRIORITY,
      apply: ({ corpId }) => this.enqueue(corpId),
    });
  }

  private async enqueueAll(): Promise<void> {
    for (const corpId of await this.connections.listActiveCorpIds()) await this.enqueue(corpId);
  }

  private enqueue(corpId: CorpId): Promise<void> {
    const options = { key: 'follow', delayMs: DELAY_MS, queue: `customers.identifiers:${corpId}` };
    return this.jobs.enqueue(followMirrorJob, { corpId }, { ...options, priority: PRIORITY });
  }
}
