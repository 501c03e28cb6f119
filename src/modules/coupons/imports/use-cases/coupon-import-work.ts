import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { FastLane } from '../../../../platform/jobs/fast-lane.js';
import { defineJob, type JobRun } from '../../../../platform/jobs/job.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import { finalCodeOf } from '../../../../platform/operations/final-code.js';
import type { OperationId } from '../../../../platform/operations/operation.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { UploadedFiles } from '../../../customers/index.js';
import type { CouponImport } from '../domain/coupon-import.js';
import { CouponImportStore } from '../persistence/coupon-import-store.js';

export const COUPON_IMPORT_OPERATION = 'coupons.import';
export type CouponImportPayload = { corpId: CorpId; importId: string };
/** Hours of a database that comes and goes. */
export const couponImportJob = defineJob<CouponImportPayload>('coupons.import', { attemptsMax: 14 });

/** What an import of coupons tells the outside: progress, its end, and that it goes on. */
@Injectable()
export class CouponImportWork {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: CouponImportStore,
    private readonly files: UploadedFiles,
    private readonly operations: Operations,
    private readonly jobs: Jobs,
    private readonly fastLane: FastLane,
  ) {}

  giveWay(): Promise<void> {
    return this.fastLane.giveWay();
  }

  /** Inside an open unit of work. */
  async enqueue(importId: string): Promise<void> {
    await this.jobs.enqueue(couponImportJob, { corpId: this.unit.corpId(), importId }, { key: importId });
  }

  goOnLater(corpId: CorpId, importId: string): Promise<void> {
    return this.unit.run(corpId, () => this.enqueue(importId));
  }

  /** Inside an open unit of work. @throws operations.state_conflict when it was cancelled */
  progress(job: CouponImport, done: number): Promise<void> {
    return this.operations.progress(operationOf(job), { done });
  }

  /** The file goes with the codes that are in it. Inside an open unit of work. */
  async finish(job: CouponImport): Promise<void> {
    const ended = await this.store.find(job.id);
    if (!ended || !(await this.store.finish(job.id, job.dryRun ? 'checked' : 'done'))) return;
    if (!job.dryRun) await this.files.remove(job.id);
    const { imported, repeated, refused } = ended;
    await this.operations.succeed(operationOf(job), { imported, repeated, refused });
  }

  /** What stops it: a person, a file that cannot be read or does not add up, or what passes by itself. */
  async settle(corpId: CorpId, job: CouponImport, error: unknown, run: JobRun): Promise<void> {
    const code = finalCodeOf(error, run);
    if (code === undefined) return;
    await this.unit.run(corpId, async () => {
      if (!(await this.store.finish(job.id, 'failed', code))) return;
      await this.operations.fail(operationOf(job), code);
    });
  }
}

function operationOf({ operationId }: CouponImport): OperationId {
  if (operationId === null) throw new Error('the import was not started');
  return operationId;
}
