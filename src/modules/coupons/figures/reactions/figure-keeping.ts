import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { defineJob, type JobDefinition } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../wecom/index.js';
import { TendFigures } from '../use-cases/tend-figures.js';

interface OfCorp {
  corpId: CorpId;
}

const MINUTE_MS = 60_000;
const foldJob = defineJob<OfCorp>('coupons.fold_figures', { attemptsMax: 3 });
const watchJob = defineJob<OfCorp>('coupons.watch_redemption_rates', { attemptsMax: 3 });

/** Keeps figures small each minute, and looks for batches that nobody uses each hour. */
@Injectable()
export class FigureKeeping implements OnModuleInit {
  constructor(
    private readonly tending: TendFigures,
    private readonly connections: Connections,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
  ) {}

  onModuleInit(): void {
    this.handlers.register(foldJob, ({ corpId }) => this.tending.fold(corpId));
    this.handlers.register(watchJob, ({ corpId }) => this.tending.watchRates(corpId));
    const every = (job: JobDefinition<OfCorp>, everyMs: number, offsetMs: number): void =>
      this.schedules.register({ name: job.name, everyMs, offsetMs, run: () => this.enqueueForAllCorps(job) });
    every(foldJob, MINUTE_MS, MINUTE_MS / 4);
    every(watchJob, 60 * MINUTE_MS, 5 * MINUTE_MS);
  }

  private async enqueueForAllCorps(job: JobDefinition<OfCorp>): Promise<void> {
    for (const corpId of await this.connections.listCorpIds())
      await this.jobs.enqueue(job, { corpId }, { key: job.name });
  }
}
