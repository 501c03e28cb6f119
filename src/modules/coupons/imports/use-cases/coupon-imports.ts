import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { UploadedFiles } from '../../../customers/index.js';
import { Batches } from '../../batches/queries/batches.js';
import { type CouponImport, STARTABLE } from '../domain/coupon-import.js';
import { bindColumns } from '../domain/read-coupon-row.js';
import { couponImportsErrors } from '../imports.errors.js';
import {
  CouponImportStore,
  type NewCouponImport,
  type RefusedImportRow,
} from '../persistence/coupon-import-store.js';
import { COUPON_IMPORT_OPERATION, CouponImportWork } from './coupon-import-work.js';

/** What a person does with an import of coupons. Inside an open unit of work. */
@Injectable()
export class CouponImports {
  constructor(
    private readonly store: CouponImportStore,
    private readonly files: UploadedFiles,
    private readonly batches: Batches,
    private readonly operations: Operations,
    private readonly unit: UnitOfWork,
    private readonly work: CouponImportWork,
  ) {}

  /** @throws coupons.batch_not_found */
  async create(wanted: NewCouponImport): Promise<CouponImport> {
    await this.batches.get(wanted.batchId);
    const made = await this.store.insert(wanted);
    await this.files.create(made.id);
    return made;
  }

  /** @throws coupons.import_not_found, import_state, uploadErrors */
  async putPart(id: string, number: number, bytes: Buffer): Promise<CouponImport> {
    const found = await this.lock(id);
    if (found.state !== 'uploading') throw couponImportsErrors.import_state({ state: found.state });
    await this.files.putPart(id, number, bytes);
    return found;
  }

  /**
   * Once for real; before that as often as one likes to try.
   * @throws coupons.import_not_found, import_state, import_columns, import_batch_not_running, readingErrors
   */
  async start(id: string, dryRun: boolean): Promise<CouponImport> {
    const { state, format, batchId, expected } = await this.lock(id);
    if (!STARTABLE.includes(state)) throw couponImportsErrors.import_state({ state });
    bindColumns(await this.files.check(this.unit.corpId(), id, format));
    const batch = await this.batches.get(batchId);
    if (batch.state !== 'running') throw couponImportsErrors.import_batch_not_running({ state: batch.state });
    const operationId = await this.operations.startAlongside(COUPON_IMPORT_OPERATION, expected.rows);
    const begun = await this.store.begin(id, operationId, dryRun);
    await this.work.enqueue(id);
    return begun;
  }

  /** @throws coupons.import_not_found */
  async get(id: string): Promise<CouponImport> {
    const found = await this.store.find(id);
    if (!found) throw couponImportsErrors.import_not_found();
    return found;
  }

  list(after: { id: string } | undefined, limit: number): Promise<CouponImport[]> {
    return this.store.list(after, limit);
  }

  /** @throws coupons.import_not_found */
  async listRefused(
    id: string,
    after: { number: number } | undefined,
    limit: number,
  ): Promise<RefusedImportRow[]> {
    await this.get(id);
    return this.store.listRefused(id, after, limit);
  }

  private async lock(id: string): Promise<CouponImport> {
    const found = await this.store.lock(id);
    if (!found) throw couponImportsErrors.import_not_found();
    return found;
  }
}
