import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { AwardDue, DUE_TOGETHER_MAX } from '../use-cases/award-due.js';
import { awardsDueJob } from '../use-cases/store-awards.js';

/** At the end of holding periods. */
@Injectable()
export class DueAwards implements OnModuleInit {
  constructor(
    private readonly handlers: JobHandlers,
    private readonly unit: UnitOfWork,
    private readonly awards: AwardDue,
  ) {}

  onModuleInit(): void {
    this.handlers.register(awardsDueJob, async ({ corpId }, { signal }) => {
      for (;;) {
        const count = await this.unit.run(corpId, () => this.awards.award());
        if (count < DUE_TOGETHER_MAX || signal.aborted) return;
      }
    });
  }
}
