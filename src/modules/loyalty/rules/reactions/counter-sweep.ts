import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../wecom/index.js';
import { CounterStore } from '../persistence/counter-store.js';

const DAY_MS = 86_400_000;
/** Events are taken for 36 months; whatever comes later finds no counter and is refused by the ledger, too. */
const KEPT_DAYS = 37 * 31;
const COUNTERS_A_STEP = 5_000;

const sweepJob = defineJob<{ corpId: CorpId }>('loyalty.forget_counters', { attemptsMax: 3 });

/** Each day forgets what caps counted in periods for which no event is taken any more. */
@Injectable()
export class CounterSweep implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly counters: CounterStore,
    private readonly connections: Connections,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.handlers.register(sweepJob, ({ corpId }, { signal }) => this.sweep(corpId, signal));
    this.schedules.register({
      name: sweepJob.name,
      everyMs: DAY_MS,
      run: async () => {
        for (const corpId of await this.connections.listCorpIds())
          await this.jobs.enqueue(sweepJob, { corpId }, { key: 'forget' });
      },
    });
  }

  private async sweep(corpId: CorpId, signal: AbortSignal): Promise<void> {
    const before = new Date(this.clock.now().getTime() - KEPT_DAYS * DAY_MS);
    const step = () => this.counters.forgetOver(before, COUNTERS_A_STEP);
    while ((await this.unit.run(corpId, step)) === COUNTERS_A_STEP) signal.throwIfAborted();
  }
}
