import { Module } from '@nestjs/common';
import { CustomersModule } from '../../customers/index.js';
import { LoyaltyModule } from '../../loyalty/index.js';
import { StaffModule } from '../../staff/index.js';
import { CodesModule } from '../codes/codes.module.js';
import { LifeModule } from '../life/life.module.js';
import { BudgetRoom } from './persistence/budget-room.js';
import { HeldCoupons } from './persistence/held-coupons.js';
import { RedemptionStore } from './persistence/redemption-store.js';
import { ReversalStore } from './persistence/reversal-store.js';
import { AssessUse } from './use-cases/assess-use.js';
import { FindCoupons } from './use-cases/find-coupons.js';
import { Locks } from './use-cases/locks.js';
import { Redeem } from './use-cases/redeem.js';
import { Redemption } from './use-cases/redemption.js';
import { ReleaseLocks } from './use-cases/release-locks.js';
import { Reverse } from './use-cases/reverse.js';

/** Coupons are used: one predicate for validation, lock and redemption, and what takes a redemption back. */
@Module({
  imports: [CustomersModule, LoyaltyModule, StaffModule, CodesModule, LifeModule],
  providers: [
    BudgetRoom,
    HeldCoupons,
    RedemptionStore,
    ReversalStore,
    AssessUse,
    FindCoupons,
    Locks,
    Redeem,
    Redemption,
    ReleaseLocks,
    Reverse,
  ],
  exports: [Redemption, FindCoupons, AssessUse, RedemptionStore],
})
export class RedemptionModule {}
