import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../context/typed-id.js';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { defineJob } from '../jobs/job.js';
import { JobHandlers } from '../jobs/job-handlers.js';
import { Jobs } from '../jobs/jobs.js';
import { Schedules } from '../jobs/schedules.js';
import { type SyncJobPayload, Syncs } from './syncs.js';

const dailySyncJob = defineJob<SyncJobPayload>('sync.start_daily', { attemptsMax: 5 });
const DAY_MS = 86_400_000;
/** 02:17 in China: few people work, and WeCom asks to keep off minutes 0 and 30 (page 90236). */
const AT_NIGHT_MS = (18 * 60 + 17) * 60_000;

/** WeCom loses callbacks and has none for many changes (page 90930), so every mirror is compared with it once a day. */
@Injectable()
export class DailySyncs implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly syncs: Syncs,
    private readonly jobs: Jobs,
    private readonly schedules: Schedules,
    private readonly handlers: JobHandlers,
  ) {}

  onModuleInit(): void {
    this.handlers.register(dailySyncJob, ({ corpId, kind }) =>
      this.unit.run(corpId, () => this.syncs.startDaily(kind)),
    );
    this.schedules.register({
      name: 'sync.reconcile_daily',
      everyMs: DAY_MS,
      offsetMs: AT_NIGHT_MS,
      run: () => this.enqueueAll(),
    });
  }

  private async enqueueAll(): Promise<void> {
    const corps = await this.database.query<{ id: CorpId }>(
      `SELECT id FROM platform.corps WHERE state = 'active'`,
    );
    for (const { id: corpId } of corps) {
      for (const kind of this.syncs.kinds())
        await this.jobs.enqueue(dailySyncJob, { corpId, kind }, { key: kind });
    }
  }
}
