import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../../platform/database/unit-of-work.js';
import { defineJob } from '../../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../../wecom/index.js';
import { ResolveHold } from '../use-cases/resolve-hold.js';

const EVERY_MS = 600_000;
const HOLDS_A_STEP = 200;

const sweepJob = defineJob<{ corpId: CorpId }>('loyalty.expire_holds', { attemptsMax: 3 });

/**
 * Ends holds whose own job gave up or was lost. Nobody else could: past its time a hold is neither posted nor voided, and its
 * points would be held for ever.
 */
@Injectable()
export class HoldSweep implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly holds: ResolveHold,
    private readonly connections: Connections,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
  ) {}

  onModuleInit(): void {
    this.handlers.register(sweepJob, ({ corpId }, { signal }) => this.sweep(corpId, signal));
    this.schedules.register({
      name: sweepJob.name,
      everyMs: EVERY_MS,
      run: async () => {
        for (const corpId of await this.connections.listCorpIds())
          await this.jobs.enqueue(sweepJob, { corpId }, { key: 'expire' });
      },
    });
  }

  /** One that cannot be ended does not keep those behind it. */
  private async sweep(corpId: CorpId, signal: AbortSignal): Promise<void> {
    for (let isMore = true; isMore;) {
      const due = await this.unit.read(corpId, () => this.holds.listOverdue(HOLDS_A_STEP));
      const failures: unknown[] = [];
      for (const id of due) {
        signal.throwIfAborted();
        await this.unit.run(corpId, () => this.holds.expire(id)).catch((error) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
      isMore = due.length === HOLDS_A_STEP;
    }
  }
}
