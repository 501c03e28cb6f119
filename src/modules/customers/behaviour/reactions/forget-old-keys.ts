import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { defineJob, type JobRun } from '../../../../platform/jobs/job.js';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { Schedules } from '../../../../platform/jobs/schedules.js';
import { Connections } from '../../../../wecom/index.js';
import { BehaviourStore } from '../persistence/behaviour-store.js';

const DAY_MS = 86_400_000;
const DAYS_KEPT = 400;
/** Small transactions, so that no call waits for a key that is being forgotten. */
const CHUNK = 1_000;

const forgetJob = defineJob<{ corpId: CorpId }>('customers.forget_event_keys', { attemptsMax: 5 });

/** Each day: keys and earlier revisions of events are forgotten 400 days after they were last changed or replaced. */
@Injectable()
export class ForgetOldKeys implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: BehaviourStore,
    private readonly connections: Connections,
    private readonly clock: Clock,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
  ) {}

  onModuleInit(): void {
    this.handlers.register(forgetJob, ({ corpId }, run) => this.forget(corpId, run));
    this.schedules.register({
      name: 'customers.forget_event_keys',
      everyMs: DAY_MS,
      offsetMs: DAY_MS / 6,
      run: () => this.enqueueForAllCorps(),
    });
  }

  private async enqueueForAllCorps(): Promise<void> {
    for (const corpId of await this.connections.listCorpIds()) {
      await this.jobs.enqueue(forgetJob, { corpId }, { key: 'forget' });
    }
  }

  private async forget(corpId: CorpId, run: JobRun): Promise<void> {
    const before = new Date(this.clock.now().getTime() - DAYS_KEPT * DAY_MS);
    for (const table of ['keys', 'revisions'] as const) {
      for (;;) {
        const gone = await this.unit.run(corpId, () => this.store.purge(table, before, CHUNK));
        if (gone < CHUNK || run.signal.aborted) break; // the next day goes on
      }
    }
  }
}
