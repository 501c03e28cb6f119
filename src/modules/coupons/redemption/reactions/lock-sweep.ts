import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../wecom/index.js';
import { ReleaseLocks } from '../use-cases/release-locks.js';

const EVERY_MS = 60_000;

const releaseJob = defineJob<{ corpId: CorpId }>('coupons.release_locks', { attemptsMax: 5 });

/**
 * Writes down which locks have ended. Nothing waits for it: a lock ends by time, and whoever needs what it reserved of a
 * budget sets it free himself.
 */
@Injectable()
export class LockSweep implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly locks: ReleaseLocks,
    private readonly connections: Connections,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
  ) {}

  onModuleInit(): void {
    this.handlers.register(releaseJob, ({ corpId }, { signal }) => this.release(corpId, signal));
    this.schedules.register({
      name: 'coupons.release_locks',
      everyMs: EVERY_MS,
      run: async () => {
        for (const corpId of await this.connections.listCorpIds())
          await this.jobs.enqueue(releaseJob, { corpId }, { key: 'release-coupon-locks' });
      },
    });
  }

  private async release(corpId: CorpId, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) if ((await this.unit.run(corpId, () => this.locks.ended())) === 0) return;
  }
}
