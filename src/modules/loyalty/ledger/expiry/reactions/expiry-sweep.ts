import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../../platform/database/unit-of-work.js';
import { defineJob } from '../../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../../wecom/index.js';
import { ExpirePoints } from '../use-cases/expire-points.js';

const EVERY_MS = 600_000;
/** How long a step leaves the database to others, for each millisecond that it took. */
const REST = 4;

const sweepJob = defineJob<{ corpId: CorpId }>('loyalty.expire_points', { attemptsMax: 5 });

/**
 * Books the expiry of points, every ten minutes. Nothing depends on its coming in time: what is past its expiry is not spent,
 * whether or not its entry is written.
 */
@Injectable()
export class ExpirySweep implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly expiry: ExpirePoints,
    private readonly connections: Connections,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
  ) {}

  onModuleInit(): void {
    this.handlers.register(sweepJob, ({ corpId }, run) => this.sweep(corpId, run.signal));
    this.schedules.register({
      name: 'loyalty.expire_points',
      everyMs: EVERY_MS,
      run: async () => {
        for (const corpId of await this.connections.listCorpIds())
          await this.jobs.enqueue(sweepJob, { corpId }, { key: 'expire' });
      },
    });
  }

  /** What it leaves when the process ends, or others hold, the next one does. */
  async sweep(corpId: CorpId, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAt = performance.now();
      const expired = await this.unit.run(corpId, () => this.expiry.step());
      if (expired === 0) return;
      await pause((performance.now() - startedAt) * REST);
    }
  }
}
