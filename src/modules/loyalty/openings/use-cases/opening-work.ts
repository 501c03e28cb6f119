import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { FastLane } from '../../../../platform/jobs/fast-lane.js';
import { defineJob, type JobRun } from '../../../../platform/jobs/job.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { finalCodeOf } from '../../../../platform/operations/final-code.js';
import type { OperationId } from '../../../../platform/operations/operation.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { isThrough, type Opening, type OpeningState } from '../domain/opening.js';
import { OpeningStore } from '../persistence/opening-store.js';

export type OpeningPayload = { corpId: CorpId; openingId: string };
/** Hours of a database that comes and goes. */
export const openingJob = defineJob<OpeningPayload>('loyalty.book_opening', { attemptsMax: 14 });

/** What an import of opening balances tells the outside: progress, its end, and that it goes on. */
@Injectable()
export class OpeningWork {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: OpeningStore,
    private readonly operations: Operations,
    private readonly jobs: Jobs,
    private readonly fastLane: FastLane,
  ) {}

  giveWay(): Promise<void> {
    return this.fastLane.giveWay();
  }

  /** Inside an open unit of work. */
  async enqueue(openingId: string): Promise<void> {
    await this.jobs.enqueue(openingJob, { corpId: this.unit.corpId(), openingId }, { key: openingId });
  }

  goOnLater(corpId: CorpId, openingId: string): Promise<void> {
    return this.unit.run(corpId, () => this.enqueue(openingId));
  }

  /** Inside an open unit of work. @throws operations.state_conflict when it was cancelled */
  async progress(opening: Opening, done: number): Promise<void> {
    await this.operations.progress(operationOf(opening), { done });
  }

  /** Inside an open unit of work. */
  async finish(opening: Opening, to: OpeningState): Promise<void> {
    const ended = await this.store.find(opening.id);
    if (!ended || !(await this.store.finish(opening.id, opening.state, to))) return;
    await this.operations.succeed(operationOf(opening), {
      state: to,
      bookedRows: ended.bookedRows,
      bookedPoints: ended.bookedPoints,
      repeatedRows: ended.repeatedRows,
      refusedRows: ended.refusedRows,
    });
  }

  /** What stops it: a person, accounts that were posted to, or what passes by itself. */
  async settle(corpId: CorpId, opening: Opening, error: unknown, run: JobRun): Promise<void> {
    const code = finalCodeOf(error, run);
    if (code === undefined) return;
    const to = opening.state === 'reversing' && isThrough(opening) ? 'done' : 'failed';
    await this.unit.run(corpId, async () => {
      if (!(await this.store.finish(opening.id, opening.state, to, code))) return;
      await this.operations.fail(operationOf(opening), code);
    });
  }
}

function operationOf({ operationId }: Opening): OperationId {
  // reason for the cast: `start` and `reverse` stored the id that Operations gave them
  return operationId as OperationId;
}
