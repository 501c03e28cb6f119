import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { defineJob, type JobRun } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../wecom/index.js';
import { REPORT_DAYS } from '../domain/import.js';
import { RemoveExpired } from '../use-cases/remove-expired.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Small transactions: a file of 8 GiB is a thousand parts. */
const BATCH = 10;

const tidyJob = defineJob<{ corpId: CorpId }>('customers.tidy_exchanges', { attemptsMax: 5 });

/** Each hour: removes files that are past their time, and reports of 90 days ago, also of disconnected corps. */
@Injectable()
export class TidyExchanges implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly expired: RemoveExpired,
    private readonly connections: Connections,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.handlers.register(tidyJob, ({ corpId }, run) => this.tidy(corpId, run));
    this.schedules.register({
      name: 'customers.tidy_exchanges',
      everyMs: HOUR_MS,
      offsetMs: HOUR_MS / 3,
      run: () => this.enqueueForAllCorps(),
    });
  }

  private async enqueueForAllCorps(): Promise<void> {
    for (const corpId of await this.connections.listCorpIds())
      await this.jobs.enqueue(tidyJob, { corpId }, { key: 'tidy' });
  }

  private async tidy(corpId: CorpId, run: JobRun): Promise<void> {
    const now = this.clock.now();
    const before = new Date(now.getTime() - REPORT_DAYS * DAY_MS);
    for (;;) {
      const removed = await this.unit.run(corpId, () => this.expired.remove(now, before, BATCH));
      if (removed === 0 || run.signal.aborted) return; // the next hour goes on
    }
  }
}
