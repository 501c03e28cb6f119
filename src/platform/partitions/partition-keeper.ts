import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { defineJob } from '../jobs/job.js';
import { JobHandlers } from '../jobs/job-handlers.js';
import { Jobs } from '../jobs/jobs.js';
import { Schedules } from '../jobs/schedules.js';

const DAY_MS = 86_400_000;
const keepJob = defineJob<object>('platform.keep_partitions', { attemptsMax: 12 });

/** Makes the months to come, three ahead, and drops those that nobody needs any more. */
@Injectable()
export class PartitionKeeper implements OnModuleInit {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly handlers: JobHandlers,
    private readonly schedules: Schedules,
  ) {}

  onModuleInit(): void {
    this.handlers.register(keepJob, () => this.keep());
    this.schedules.register({
      name: 'platform.keep_partitions',
      everyMs: DAY_MS,
      run: () => this.jobs.enqueue(keepJob, {}, { key: 'keep' }),
    });
  }

  private async keep(): Promise<void> {
    await this.unit.run(undefined, () => this.database.query('SELECT platform.keep_partitions()'));
  }
}
