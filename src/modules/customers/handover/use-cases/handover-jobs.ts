import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { Database } from '../../../../platform/database/database.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';

/** For what fails here otherwise than WeCom says; waiting for WeCom is no attempt. */
export const handOverJob = defineJob<{ corpId: CorpId; handoverId: string }>('customers.hand_over', {
  attemptsMax: 10,
});

/** Jobs of hand-overs; those of one corp run one at a time. Inside an open unit of work. */
@Injectable()
export class HandoverJobs {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
  ) {}

  async wake(handoverId: string): Promise<void> {
    await this.enqueue(handoverId, handoverId, 0);
  }

  /** When the next part of it is due. A job that waits for that already keeps its time. */
  async later(handoverId: string, delayMs: number): Promise<void> {
    await this.enqueue(handoverId, `${handoverId}:later`, delayMs);
  }

  /** After WeCom did not answer or said no for now. */
  async retry(handoverId: string, delayMs: number): Promise<void> {
    await this.enqueue(handoverId, `${handoverId}:retry`, delayMs);
  }

  private async enqueue(handoverId: string, key: string, delayMs: number): Promise<void> {
    const { corpId } = this.database;
    const queue = `customers.handover:${corpId}`;
    await this.jobs.enqueue(handOverJob, { corpId, handoverId }, { key, queue, delayMs });
  }
}
