import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { JobRun } from '../../../../platform/jobs/job.js';
import { UploadedFiles } from '../../../customers/index.js';
import { Batches } from '../../batches/queries/batches.js';
import { type CouponImport, IMPORT_ROWS_MAX } from '../domain/coupon-import.js';
import {
  bindColumns,
  type CouponRow,
  kindOfRow,
  readCouponRow,
  type RefusedRow,
} from '../domain/read-coupon-row.js';
import { couponImportsErrors } from '../imports.errors.js';
import { CouponImportStore } from '../persistence/coupon-import-store.js';
import { CouponImportStep, type ImportStep } from './coupon-import-step.js';
import { type CouponImportPayload, CouponImportWork } from './coupon-import-work.js';

const ROWS_PER_STEP = 500;
/** Then another job goes on: a worker is not held from other work for long, and finding the place again costs seconds. */
const STEPS_PER_JOB = 400;

/** Works an import off. Whatever ends the process, the next one goes on behind the last committed step. */
@Injectable()
export class RunCouponImport {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: CouponImportStore,
    private readonly files: UploadedFiles,
    private readonly batches: Batches,
    private readonly step: CouponImportStep,
    private readonly work: CouponImportWork,
  ) {}

  async run({ corpId, importId }: CouponImportPayload, run: JobRun): Promise<void> {
    const job = await this.unit.read(corpId, () => this.store.find(importId));
    if (job?.state !== 'running') return;
    try {
      if (!job.isCounted) await this.count(corpId, job);
      await this.import(corpId, job, run.signal);
    } catch (error) {
      await this.work.settle(corpId, job, error, run);
    }
  }

  /** Once over the whole file: what cannot be read to its end, or does not add up, is not imported at all. */
  private async count(corpId: CorpId, job: CouponImport): Promise<void> {
    const { rows, header } = await this.files.open(corpId, job.id, job.format);
    const columns = bindColumns(header);
    const sums = { rows: 0, claimable: 0, claimed: 0, other: 0 };
    for await (const row of rows) {
      if (++sums.rows > IMPORT_ROWS_MAX) throw couponImportsErrors.import_too_large({ max: IMPORT_ROWS_MAX });
      sums[kindOfRow(row, columns)]++;
    }
    const { expected } = job;
    const differs = (['rows', 'claimable', 'claimed'] as const).some((sum) => sums[sum] !== expected[sum]);
    if (differs)
      throw couponImportsErrors.import_sums_differ({
        rows: sums.rows,
        claimable: sums.claimable,
        claimed: sums.claimed,
      });
    await this.unit.run(corpId, async () => {
      const { stock, imported } = await this.store.roomOf(job.batchId);
      if (stock + imported < expected.claimable + expected.claimed)
        throw couponImportsErrors.import_stock_short({ stock });
      await this.store.noteCounted(job.id);
    });
  }

  private async import(corpId: CorpId, job: CouponImport, signal: AbortSignal): Promise<void> {
    let steps = 0;
    for await (const step of this.steps(corpId, job)) {
      await this.work.giveWay();
      await this.step.do(corpId, job, step);
      if (signal.aborted || ++steps === STEPS_PER_JOB) return this.work.goOnLater(corpId, job.id);
    }
    await this.unit.run(corpId, () => this.work.finish(job));
  }

  /** Read from the beginning each time, so that a code that comes twice is told wherever the first one was. */
  private async *steps(corpId: CorpId, job: CouponImport): AsyncGenerator<ImportStep> {
    const { timeZone } = await this.unit.read(corpId, () => this.batches.get(job.batchId));
    const { rows, header } = await this.files.open(corpId, job.id, job.format);
    const columns = bindColumns(header);
    const seen = new Set<string>();
    let valid: CouponRow[] = [];
    let refused: RefusedRow[] = [];
    let last = 0;
    for await (const sheetRow of rows) {
      const row = once(readCouponRow(sheetRow, columns, timeZone), seen);
      if (row.number <= job.cursor) continue;
      if ('until' in row) valid.push(row);
      else refused.push(row);
      last = row.number;
      if (valid.length + refused.length < ROWS_PER_STEP) continue;
      yield { last, rows: valid, refused };
      [valid, refused] = [[], []];
    }
    if (valid.length + refused.length > 0) yield { last, rows: valid, refused };
  }
}

function once(row: CouponRow | RefusedRow, seen: Set<string>): CouponRow | RefusedRow {
  if (!('until' in row)) return row;
  const mark = createHash('sha256').update(row.code).digest('base64').slice(0, 16); // shorter than many codes, and none
  if (seen.has(mark)) return { number: row.number, code: couponImportsErrors.import_code_twice.code };
  seen.add(mark);
  return row;
}
