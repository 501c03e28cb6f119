import { Module } from '@nestjs/common';
import { WecomModule } from '../../../wecom/index.js';
import { LoyaltyModule } from '../../loyalty/index.js';
import { StaffModule } from '../../staff/index.js';
import { BatchesModule } from '../batches/batches.module.js';
import { LifeModule } from '../life/life.module.js';
import { RedemptionModule } from '../redemption/redemption.module.js';
import { ClosingsController } from './http/closings.controller.js';
import { DeskController } from './http/desk.controller.js';
import { ClosingStore } from './persistence/closing-store.js';
import { LookUp } from './queries/look-up.js';
import { ShowClosings } from './queries/show-closings.js';
import { DayClosing } from './reactions/day-closing.js';
import { CloseDays } from './use-cases/close-days.js';
import { Desk } from './use-cases/desk.js';

/** Where stores look up and redeem coupons, and what they did on a day. */
@Module({
  imports: [WecomModule, LoyaltyModule, StaffModule, BatchesModule, LifeModule, RedemptionModule],
  controllers: [DeskController, ClosingsController],
  providers: [ClosingStore, LookUp, ShowClosings, DayClosing, CloseDays, Desk],
})
export class DeskModule {}
