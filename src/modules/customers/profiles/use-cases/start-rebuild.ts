import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { Database } from '../../../../platform/database/database.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';

export const rebuildJob = defineJob<{ corpId: CorpId; after?: string }>('customers.rebuild_profiles', {
  attemptsMax: 12,
});

/** Whoever began to write under the rules of before has finished by then, and is looked at, too. */
const SETTLED_MS = 60_000;
/** Behind everything that somebody waits for. */
const PRIORITY = 50;

/** Inside an open unit of work. */
@Injectable()
export class StartRebuild {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
  ) {}

  async start(): Promise<void> {
    const options = { key: 'start', delayMs: SETTLED_MS, priority: PRIORITY };
    await this.jobs.enqueue(rebuildJob, { corpId: this.database.corpId }, options);
  }

  async goOn(after: string): Promise<void> {
    await this.jobs.enqueue(rebuildJob, { corpId: this.database.corpId, after }, { priority: PRIORITY });
  }
}
