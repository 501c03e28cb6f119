import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JobHandlers } from '../../../../platform/jobs/job-handlers.js';
import { OperationConfirmations } from '../../../../platform/operations/operation-confirmations.js';
import { CouponImportStore } from '../persistence/coupon-import-store.js';
import { COUPON_IMPORT_OPERATION, couponImportJob } from '../use-cases/coupon-import-work.js';
import { RunCouponImport } from '../use-cases/run-coupon-import.js';

/** What moves imports of coupons on: their job, and a person who cancels. */
@Injectable()
export class CouponImportJobs implements OnModuleInit {
  constructor(
    private readonly handlers: JobHandlers,
    private readonly answers: OperationConfirmations,
    private readonly store: CouponImportStore,
    private readonly running: RunCouponImport,
  ) {}

  onModuleInit(): void {
    this.handlers.register(couponImportJob, (payload, run) => this.running.run(payload, run));
    const nothingToConfirm = (): Promise<void> => Promise.resolve();
    this.answers.register(COUPON_IMPORT_OPERATION, nothingToConfirm, async (_corpId, operationId) => {
      const cancelled = await this.store.findByOperation(operationId);
      if (cancelled) await this.store.finish(cancelled.id, 'cancelled');
    });
  }
}
