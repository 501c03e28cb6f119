import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { AppError } from '../../../../platform/errors/app-error.js';
import { FastLane } from '../../../../platform/jobs/fast-lane.js';
import { defineJob, type JobRun } from '../../../../platform/jobs/job.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { finalCodeOf } from '../../../../platform/operations/final-code.js';
import { Operations } from '../../../../platform/operations/operations.js';
import type { Import } from '../domain/import.js';
import { ImportStore } from '../persistence/import-store.js';

export type ImportPayload = { corpId: CorpId; importId: string };
/** Hours of a database that comes and goes. */
export const importJob = defineJob<ImportPayload>('customers.import', { attemptsMax: 14 });

/** What an import tells the outside: progress, its end, and that it goes on. */
@Injectable()
export class ImportWork {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: ImportStore,
    private readonly operations: Operations,
    private readonly jobs: Jobs,
    private readonly fastLane: FastLane,
  ) {}

  giveWay(): Promise<void> {
    return this.fastLane.giveWay();
  }

  /** Inside an open unit of work. */
  async enqueue(importId: string): Promise<void> {
    await this.jobs.enqueue(importJob, { corpId: this.unit.corpId(), importId }, { key: importId });
  }

  goOnLater(corpId: CorpId, importId: string): Promise<void> {
    return this.unit.run(corpId, () => this.enqueue(importId));
  }

  /** Inside an open unit of work. @throws operations.state_conflict when it was cancelled */
  async progress(job: Import, done: number, total: number): Promise<void> {
    if (job.operationId) await this.operations.progress(job.operationId, { done, total });
  }

  /** Inside an open unit of work. */
  async finish(job: Import): Promise<void> {
    const ended = await this.store.find(job.id);
    if (!job.operationId || !ended || !(await this.store.finish(job.id, job.dryRun ? 'checked' : 'done')))
      return;
    await this.operations.succeed(job.operationId, {
      dryRun: job.dryRun,
      created: ended.createdCount,
      updated: ended.updatedCount,
      broken: ended.brokenCount,
    });
  }

  /** What stops an import: a person, the file, or what passes by itself. */
  async settle(corpId: CorpId, job: Import, error: unknown, run: JobRun): Promise<void> {
    const code = finalCodeOf(error, run);
    if (code === undefined) return;
    const line = error instanceof AppError ? error.params['line'] : undefined;
    await this.unit.run(corpId, async () => {
      if (
        !(await this.store.finish(job.id, 'failed', {
          code,
          line: typeof line === 'number' ? line : undefined,
        }))
      )
        return;
      if (job.operationId) await this.operations.fail(job.operationId, code);
    });
  }
}
