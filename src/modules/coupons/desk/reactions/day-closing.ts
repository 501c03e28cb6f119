import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../wecom/index.js';
import { CloseDays } from '../use-cases/close-days.js';

/** Midnights lie on quarters of an hour, wherever a store is. */
const QUARTER_MS = 15 * 60_000;
const closeJob = defineJob<{ corpId: CorpId }>('coupons.close_days', { attemptsMax: 3 });

@Injectable()
export class DayClosing implements OnModuleInit {
  constructor(
    private readonly closing: CloseDays,
    private readonly connections: Connections,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
  ) {}

  onModuleInit(): void {
    this.handlers.register(closeJob, ({ corpId }) => this.closing.closeEnded(corpId));
    this.schedules.register({
      name: closeJob.name,
      everyMs: QUARTER_MS,
      offsetMs: QUARTER_MS / 15,
      run: () => this.enqueueForAllCorps(),
    });
  }

  private async enqueueForAllCorps(): Promise<void> {
    for (const corpId of await this.connections.listCorpIds())
      await this.jobs.enqueue(closeJob, { corpId }, { key: closeJob.name });
  }
}
