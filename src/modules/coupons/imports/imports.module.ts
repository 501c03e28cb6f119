import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { BatchesModule } from '../batches/batches.module.js';
import { ClaimsModule } from '../claims/claims.module.js';
import { CodesModule } from '../codes/codes.module.js';
import { LifeModule } from '../life/life.module.js';
import { CouponImportsController } from './http/coupon-imports.controller.js';
import { CouponImportStore } from './persistence/coupon-import-store.js';
import { CouponImportJobs } from './reactions/coupon-import-jobs.js';
import { CouponImportStep } from './use-cases/coupon-import-step.js';
import { CouponImportWork } from './use-cases/coupon-import-work.js';
import { CouponImports } from './use-cases/coupon-imports.js';
import { ImportCouponRows } from './use-cases/import-coupon-rows.js';
import { RunCouponImport } from './use-cases/run-coupon-import.js';

/** Live coupons of another system, with their codes, states and holders. */
@Module({
  imports: [CustomersModule, BatchesModule, ClaimsModule, CodesModule, LifeModule],
  controllers: [CouponImportsController],
  providers: [
    CouponImportStore,
    CouponImportWork,
    CouponImports,
    ImportCouponRows,
    CouponImportStep,
    RunCouponImport,
    CouponImportJobs,
  ],
})
export class ImportsModule {}
