import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../../platform/context/typed-id.js';
import { Database } from '../../../../../platform/database/database.js';
import { defineJob } from '../../../../../platform/jobs/job.js';
import { Jobs } from '../../../../../platform/jobs/jobs.js';

/** Hours of a database that comes and goes. */
export const expireHoldJob = defineJob<{ corpId: CorpId; holdId: string }>('loyalty.expire_hold', {
  attemptsMax: 14,
});

/** Each hold has a job that waits for its end. Inside an open unit of work. */
@Injectable()
export class HoldJobs {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  async expireLater({ id, expiresAt }: { id: string; expiresAt: Date }): Promise<void> {
    const delayMs = Math.max(0, expiresAt.getTime() - this.clock.now().getTime());
    const { corpId } = this.database;
    await this.jobs.enqueue(
      expireHoldJob,
      { corpId, holdId: id },
      { key: `${id}:${expiresAt.getTime()}`, delayMs },
    );
  }
}
