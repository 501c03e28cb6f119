import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { ProgramsModule } from '../programs/programs.module.js';
import { AdjustmentLimitsController } from './http/adjustment-limits.controller.js';
import { AdjustmentsController } from './http/adjustments.controller.js';
import { AdjustmentStore } from './persistence/adjustment-store.js';
import { ShowAdjustments } from './queries/show-adjustments.js';
import { Adjustments } from './use-cases/adjustments.js';

/** Staff correct points, with a reason, and above a limit with somebody else's consent. */
@Module({
  imports: [CustomersModule, ProgramsModule, LedgerModule],
  controllers: [AdjustmentsController, AdjustmentLimitsController],
  providers: [AdjustmentStore, ShowAdjustments, Adjustments],
})
export class AdjustmentsModule {}
