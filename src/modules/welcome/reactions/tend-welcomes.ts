import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { defineJob, type JobRun } from '../../../platform/jobs/job.js';
import { JobHandlers } from '../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { Schedules } from '../../../platform/jobs/schedules.js';
import { Connections } from '../../../wecom/index.js';
import { MessageRepository } from '../persistence/message-repository.js';
import { UploadFiles } from '../use-cases/upload-files.js';

const HOUR_MS = 3_600_000;
/** Small transactions: a purge must not hold up the welcomes. */
const PURGE_BATCH = 1_000;

const tendJob = defineJob<{ corpId: CorpId }>('welcome.tend', { attemptsMax: 5 });

/**
 * Each hour: replaces media ids long before they die, ends calls that were forgotten, deletes what is 180 days old, also of
 * disconnected corps.
 */
@Injectable()
export class TendWelcomes implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly messages: MessageRepository,
    private readonly uploads: UploadFiles,
    private readonly connections: Connections,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
  ) {}

  onModuleInit(): void {
    this.handlers.register(tendJob, ({ corpId }, run) => this.tend(corpId, run));
    this.schedules.register({
      name: 'welcome.tend',
      everyMs: HOUR_MS,
      offsetMs: HOUR_MS / 4, // WeCom's traffic peaks at minute 0 and 30
      run: () => this.enqueueForAllCorps(),
    });
  }

  private async enqueueForAllCorps(): Promise<void> {
    for (const corpId of await this.connections.listCorpIds()) {
      await this.jobs.enqueue(tendJob, { corpId }, { key: 'tend' });
    }
  }

  private async tend(corpId: CorpId, run: JobRun): Promise<void> {
    const isActive = (await this.connections.listActiveCorpIds()).includes(corpId);
    await this.unit.run(corpId, async () => {
      await this.messages.settleForgotten();
      if (isActive) await this.uploads.enqueueAllStale();
    });
    for (;;) {
      const purged = await this.unit.run(corpId, () => this.messages.purge(PURGE_BATCH));
      if (purged < PURGE_BATCH || run.signal.aborted) return; // the next hour goes on
    }
  }
}
