import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { Database } from '../../../platform/database/database.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { defineJob, type JobRun } from '../../../platform/jobs/job.js';
import { JobHandlers } from '../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../platform/jobs/jobs.js';
import { Schedules } from '../../../platform/jobs/schedules.js';

const HOUR_MS = 3_600_000;
/** Bodies hold personal data; WeCom's retries and our look back at incidents are over long before. */
const RETENTION = '30 days';
const BATCH = 1_000;

const purgeJob = defineJob<{ corpId: CorpId }>('wecom.purge_callbacks', { attemptsMax: 5 });

/** Deletes callbacks 30 days after they came, also those of disconnected corps. */
@Injectable()
export class CallbackRetention implements OnModuleInit {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
  ) {}

  onModuleInit(): void {
    this.handlers.register(purgeJob, ({ corpId }, run) => this.purge(corpId, run));
    this.schedules.register({
      name: 'wecom.purge_callbacks',
      everyMs: HOUR_MS,
      run: () => this.enqueueForAllCorps(),
    });
  }

  async purge(corpId: CorpId, run: Pick<JobRun, 'signal'>): Promise<void> {
    for (;;) {
      const purged = await this.unitOfWork.run(corpId, () => this.purgeBatch(corpId));
      if (purged < BATCH || run.signal.aborted) return; // the next hour goes on
    }
  }

  private async enqueueForAllCorps(): Promise<void> {
    const corps = await this.database.query<{ id: CorpId }>('SELECT id FROM platform.corps');
    for (const { id } of corps) await this.jobs.enqueue(purgeJob, { corpId: id }, { key: 'purge' });
  }

  /** Oldest first along callbacks_received. */
  private purgeBatch(corpId: CorpId): Promise<number> {
    return this.database.execute(
      `DELETE FROM wecom.callbacks WHERE corp_id = $1 AND id IN (
         SELECT id FROM wecom.callbacks
          WHERE corp_id = $1 AND received_at < clock_timestamp() - interval '${RETENTION}'
          ORDER BY received_at LIMIT $2)`,
      [corpId, BATCH],
    );
  }
}
