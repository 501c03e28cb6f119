import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections, WecomApiError } from '../../../../wecom/index.js';
import { WalkDetails } from '../use-cases/walk-details.js';

const MINUTE_MS = 60_000;
/** Behind everything that somebody waits for. */
const PRIORITY = 50;

/** Few attempts: the next minute walks on anyway. */
const walkDetailsJob = defineJob<{ corpId: CorpId }>('customers.walk_details', { attemptsMax: 3 });

/** Once a minute and corp, a bounded number of full reads. */
@Injectable()
export class DetailWalk implements OnModuleInit {
  constructor(
    private readonly connections: Connections,
    private readonly schedules: Schedules,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly walking: WalkDetails,
  ) {}

  onModuleInit(): void {
    this.handlers.register(walkDetailsJob, ({ corpId }, run) => this.walk(corpId, run.signal));
    this.schedules.register({
      name: 'customers.walk_details',
      everyMs: MINUTE_MS,
      run: () => this.enqueueAll(),
    });
  }

  /** While WeCom does not answer, or a limit holds, nothing is parked: the next minute walks on. */
  private async walk(corpId: CorpId, signal: AbortSignal): Promise<void> {
    try {
      await this.walking.walk(corpId, signal);
    } catch (error) {
      if (!(error instanceof WecomApiError && error.retryable)) throw error;
    }
  }

  private async enqueueAll(): Promise<void> {
    for (const corpId of await this.connections.listActiveCorpIds()) {
      await this.jobs.enqueue(
        walkDetailsJob,
        { corpId },
        { key: 'walk', queue: `customers.walk:${corpId}`, priority: PRIORITY },
      );
    }
  }
}
