import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '../../../../../platform/database/unit-of-work.js';
import { JobHandlers } from '../../../../../platform/jobs/job-handlers.js';
import { expireHoldJob, HoldJobs } from '../use-cases/hold-jobs.js';
import { ResolveHold } from '../use-cases/resolve-hold.js';

/** Holds that nobody resolved end by themselves. */
@Injectable()
export class HoldExpiry implements OnModuleInit {
  constructor(
    private readonly handlers: JobHandlers,
    private readonly unit: UnitOfWork,
    private readonly holds: ResolveHold,
    private readonly jobs: HoldJobs,
  ) {}

  onModuleInit(): void {
    this.handlers.register(expireHoldJob, ({ corpId, holdId }) =>
      this.unit.run(corpId, async () => {
        const due = await this.holds.expire(holdId);
        if (due) await this.jobs.expireLater({ id: holdId, expiresAt: due }); // the job's clock was ahead of ours
      }),
    );
  }
}
