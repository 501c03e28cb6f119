import { Module } from '@nestjs/common';
import { WecomModule } from '../../../wecom/index.js';
import { CustomersModule } from '../../customers/index.js';
import { LoyaltyModule } from '../../loyalty/index.js';
import { StaffModule } from '../../staff/index.js';
import { CodesModule } from '../codes/codes.module.js';
import { LifeModule } from '../life/life.module.js';
import { RedemptionsController } from './http/redemptions.controller.js';
import { UsesController } from './http/uses.controller.js';
import { BudgetRoom } from './persistence/budget-room.js';
import { HeldCoupons } from './persistence/held-coupons.js';
import { RedemptionStore } from './persistence/redemption-store.js';
import { ReversalStore } from './persistence/reversal-store.js';
import { ShowRedemptions } from './queries/show-redemptions.js';
import { LockSweep } from './reactions/lock-sweep.js';
import { AssessUse } from './use-cases/assess-use.js';
import { Combine } from './use-cases/combine.js';
import { FindCoupons } from './use-cases/find-coupons.js';
import { GuardGuesses } from './use-cases/guard-guesses.js';
import { Locks } from './use-cases/locks.js';
import { Redeem } from './use-cases/redeem.js';
import { Redemption } from './use-cases/redemption.js';
import { ReleaseLocks } from './use-cases/release-locks.js';
import { Reverse } from './use-cases/reverse.js';

/** Coupons are used: one predicate for validation, lock and redemption, and what takes a redemption back. */
@Module({
  imports: [WecomModule, CustomersModule, LoyaltyModule, StaffModule, CodesModule, LifeModule],
  controllers: [UsesController, RedemptionsController],
  providers: [
    BudgetRoom,
    HeldCoupons,
    RedemptionStore,
    ReversalStore,
    ShowRedemptions,
    AssessUse,
    Combine,
    FindCoupons,
    GuardGuesses,
    Locks,
    Redeem,
    Redemption,
    ReleaseLocks,
    Reverse,
    LockSweep,
  ],
  exports: [Redemption, Combine, GuardGuesses, ShowRedemptions],
})
export class RedemptionModule {}
