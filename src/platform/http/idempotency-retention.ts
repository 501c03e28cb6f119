import { Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { defineJob, type JobRun } from '../jobs/job.js';
import { JobHandlers } from '../jobs/job-handlers.js';
import { Jobs } from '../jobs/jobs.js';
import { Schedules } from '../jobs/schedules.js';
import { Idempotency } from './idempotency.js';

const HOUR_MS = 3_600_000;
const purgeJob = defineJob<object>('platform.purge_idempotency_keys', { attemptsMax: 5 });

/** Forgets stored answers after their seven days, in small transactions. */
@Injectable()
export class IdempotencyRetention implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly idempotency: Idempotency,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
  ) {}

  onModuleInit(): void {
    this.handlers.register(purgeJob, (_, run) => this.purge(run));
    this.schedules.register({
      name: 'platform.purge_idempotency_keys',
      everyMs: HOUR_MS,
      run: () => this.jobs.enqueue(purgeJob, {}, { key: 'purge' }),
    });
  }

  private async purge(run: JobRun): Promise<void> {
    while (!run.signal.aborted) {
      if ((await this.unit.run(undefined, () => this.idempotency.purgeBatch())) === 0) return;
    }
  }
}
