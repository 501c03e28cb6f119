import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { FastLane } from '../../../../platform/jobs/fast-lane.js';
import { defineJob, type JobRun } from '../../../../platform/jobs/job.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { finalCodeOf } from '../../../../platform/operations/final-code.js';
import type { OperationId } from '../../../../platform/operations/operation.js';
import { Operations } from '../../../../platform/operations/operations.js';
import type { Audience } from '../domain/audience.js';
import { AudienceStore } from '../persistence/audience-store.js';

export const AUDIENCE_OPERATION = 'coupons.issue_audience';
export type AudiencePayload = { corpId: CorpId; audienceId: string };
/** Hours of a database that comes and goes. */
export const audienceJob = defineJob<AudiencePayload>('coupons.issue_audience', { attemptsMax: 14 });

/** What an audience tells the outside: progress, its end, and that it goes on. */
@Injectable()
export class AudienceWork {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: AudienceStore,
    private readonly operations: Operations,
    private readonly jobs: Jobs,
    private readonly fastLane: FastLane,
  ) {}

  giveWay(): Promise<void> {
    return this.fastLane.giveWay();
  }

  /** Inside an open unit of work. */
  async enqueue(audienceId: string): Promise<void> {
    await this.jobs.enqueue(audienceJob, { corpId: this.unit.corpId(), audienceId }, { key: audienceId });
  }

  goOnLater(corpId: CorpId, audienceId: string): Promise<void> {
    return this.unit.run(corpId, () => this.enqueue(audienceId));
  }

  /** Inside an open unit of work. @throws operations.state_conflict when it was cancelled, or waits for an answer */
  async progress(audience: Audience, done: number, total?: number): Promise<void> {
    await this.operations.progress(operationOf(audience), { done, ...(total !== undefined && { total }) });
  }

  /** Not enough stock for all: a person says whether the first ones shall get it. Inside an open unit of work. */
  async askAboutStock(audience: Audience, counts: { coupons: number; stock: number }): Promise<void> {
    const { customers } = audience;
    await this.operations.awaitConfirmation(operationOf(audience), {
      reason: 'stock_too_small',
      counts: { customers, ...counts },
    });
  }

  /** Inside an open unit of work. */
  async finish(audience: Audience): Promise<void> {
    const ended = await this.store.find(audience.id);
    if (!ended || !(await this.store.finish(audience.id, 'done'))) return;
    const { customers, issued, refused } = ended;
    await this.operations.succeed(operationOf(audience), { customers, issued, refused });
  }

  /** What stops it: a person, a batch that does not run, or what passes by itself. */
  async settle(corpId: CorpId, audience: Audience, error: unknown, run: JobRun): Promise<void> {
    const code = finalCodeOf(error, run);
    if (code === undefined) return;
    await this.unit.run(corpId, async () => {
      if (!(await this.store.finish(audience.id, 'failed', code))) return;
      await this.operations.fail(operationOf(audience), code);
    });
  }
}

function operationOf({ operationId }: Audience): OperationId {
  if (operationId === null) throw new Error('the audience was not started');
  return operationId;
}
