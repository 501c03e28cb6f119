import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { Database } from '../../../../platform/database/database.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { TagWriteStore } from '../persistence/tag-write-store.js';
import { RefreshTags } from './refresh-tags.js';

export const retagJob = defineJob<{ corpId: CorpId; programId: string; after?: string }>('loyalty.retag', {
  attemptsMax: 12,
});
/** Postings that saw the bands of before, at most a second old, are committed by then. */
const SETTLED_MS = 3_000;
const CUSTOMERS_A_STEP = 500;
/** Behind everything that somebody waits for. */
const PRIORITY = 50;

/** Looks at all members of a program whose rules changed. Inside an open unit of work. */
@Injectable()
export class WalkTags {
  constructor(
    private readonly database: Database,
    private readonly writes: TagWriteStore,
    private readonly refreshing: RefreshTags,
    private readonly jobs: Jobs,
  ) {}

  /** Also what waits for WeCom goes on, should its job have given up. */
  async start(programId: string): Promise<void> {
    await this.enqueue(programId, undefined, SETTLED_MS);
    await this.refreshing.wake(SETTLED_MS);
  }

  /** One part; the job for the next one is in the same transaction. */
  async step(programId: string, after: string | undefined): Promise<void> {
    const customerIds = await this.writes.customersAfter(programId, after, CUSTOMERS_A_STEP);
    await this.refreshing.refresh(programId, customerIds);
    const last = customerIds.at(-1);
    if (last !== undefined && customerIds.length === CUSTOMERS_A_STEP) await this.enqueue(programId, last, 0);
  }

  private async enqueue(programId: string, after: string | undefined, delayMs: number): Promise<void> {
    const { corpId } = this.database;
    const options = { queue: `${retagJob.name}:${corpId}`, delayMs, priority: PRIORITY };
    await this.jobs.enqueue(retagJob, { corpId, programId, ...(after && { after }) }, options);
  }
}
