import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../wecom/index.js';
import { Ledger } from '../../ledger/use-cases/ledger.js';
import { ClosePeriods } from '../use-cases/close-periods.js';
import { CountEntries } from '../use-cases/count-entries.js';

const MINUTE_MS = 60_000;
const tendJob = defineJob<{ corpId: CorpId }>('loyalty.tend_boards', { attemptsMax: 3 });

/** Counts whatever the ledger posts, and each minute closes what has ended. */
@Injectable()
export class BoardKeeping implements OnModuleInit {
  constructor(
    private readonly ledger: Ledger,
    private readonly counting: CountEntries,
    private readonly closing: ClosePeriods,
    private readonly connections: Connections,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
  ) {}

  onModuleInit(): void {
    this.ledger.onPosted((entries) => this.counting.count(entries));
    this.handlers.register(tendJob, ({ corpId }) => this.tend(corpId));
    this.schedules.register({
      name: tendJob.name,
      everyMs: MINUTE_MS,
      offsetMs: MINUTE_MS / 2,
      run: () => this.enqueueForAllCorps(),
    });
  }

  private async enqueueForAllCorps(): Promise<void> {
    for (const corpId of await this.connections.listCorpIds())
      await this.jobs.enqueue(tendJob, { corpId }, { key: 'tend' });
  }

  private async tend(corpId: CorpId): Promise<void> {
    await this.closing.closeEnded(corpId);
    await this.closing.survey(corpId);
  }
}
