import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { Batches } from '../../batches/queries/batches.js';
import { claimsErrors } from '../../claims/claims.errors.js';
import type { CouponImport, RowOutcome } from '../domain/coupon-import.js';
import type { CouponRow, RefusedRow } from '../domain/read-coupon-row.js';
import { couponImportsErrors } from '../imports.errors.js';
import { CouponImportStore } from '../persistence/coupon-import-store.js';
import { CouponImportWork } from './coupon-import-work.js';
import { ImportCouponRows } from './import-coupon-rows.js';

/** Rows of the file, one after another; those that cannot be imported whatever the database says are told apart. */
export interface ImportStep {
  readonly last: number;
  readonly rows: readonly CouponRow[];
  readonly refused: readonly RefusedRow[];
}

/** Undoes what was written. */
class Undo extends Error {
  constructor(readonly outcomes: readonly RowOutcome[]) {
    super('undone');
  }
}

/**
 * Imports some rows in one transaction, together with how far the import is. A dry run does the same and undoes it: so it
 * finds what the real one would find.
 */
@Injectable()
export class CouponImportStep {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: CouponImportStore,
    private readonly batches: Batches,
    private readonly importing: ImportCouponRows,
    private readonly work: CouponImportWork,
  ) {}

  /**
   * Of two processes that do the same import the second one goes on behind what the first one has done.
   * @throws operations.state_conflict when it was cancelled; coupons.import_batch_not_running
   */
  async do(corpId: CorpId, job: CouponImport, step: ImportStep): Promise<void> {
    try {
      await this.unit.run(corpId, async () => {
        const current = await this.hold(job);
        if (current.cursor >= step.last) return;
        const outcomes = await this.importing.import(job, step.rows);
        if (outcomes.some(isNotIssuing)) await this.refuseToGoOn(job);
        if (job.dryRun) throw new Undo(outcomes);
        await this.note(current, step, outcomes);
      });
    } catch (error) {
      if (!(error instanceof Undo)) throw error;
      await this.unit.run(corpId, async () => {
        const current = await this.hold(job);
        if (current.cursor < step.last) await this.note(current, step, error.outcomes);
      });
    }
  }

  private async hold(job: CouponImport): Promise<CouponImport> {
    const found = await this.store.lock(job.id);
    const isOurs = found?.state === 'running' && found.operationId === job.operationId;
    if (!found || !isOurs) throw operationsErrors.state_conflict({ state: found?.state ?? 'gone' });
    return found;
  }

  private async refuseToGoOn({ batchId }: CouponImport): Promise<never> {
    const { state } = await this.batches.get(batchId);
    throw couponImportsErrors.import_batch_not_running({ state });
  }

  private async note(
    current: CouponImport,
    { last, refused }: ImportStep,
    outcomes: readonly RowOutcome[],
  ): Promise<void> {
    const all = [...outcomes, ...refused.map((row): RowOutcome => ({ ...row, outcome: 'refused' }))];
    await this.store.advance(current.id, last, all);
    await this.work.progress(current, current.done + all.length);
  }
}

/** The batch was stopped: that is no fault of the row, which is for the next start. */
function isNotIssuing(row: RowOutcome): boolean {
  return row.outcome === 'refused' && row.code === claimsErrors.batch_not_issuing.code;
}
