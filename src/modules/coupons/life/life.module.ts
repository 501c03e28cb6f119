import { Module } from '@nestjs/common';
import { WecomModule } from '../../../wecom/index.js';
import { CustomersModule } from '../../customers/index.js';
import { BatchesModule } from '../batches/batches.module.js';
import { CodesModule } from '../codes/codes.module.js';
import { CodesController } from './http/codes.controller.js';
import { CouponsController } from './http/coupons.controller.js';
import { BindingRoom } from './persistence/binding-room.js';
import { CouponStore } from './persistence/coupon-store.js';
import { CouponsByCode } from './queries/coupons-by-code.js';
import { ShowCoupons } from './queries/show-coupons.js';
import { CouponSweep } from './reactions/coupon-sweep.js';
import { TellOpenCoupons } from './reactions/tell-open-coupons.js';
import { EndCoupons } from './use-cases/end-coupons.js';
import { FirstUse } from './use-cases/first-use.js';
import { VoidCoupons } from './use-cases/void-coupons.js';

/** What becomes of a coupon after it was issued. */
@Module({
  imports: [WecomModule, CustomersModule, BatchesModule, CodesModule],
  controllers: [CouponsController, CodesController],
  providers: [
    CouponStore,
    BindingRoom,
    ShowCoupons,
    CouponsByCode,
    FirstUse,
    VoidCoupons,
    EndCoupons,
    CouponSweep,
    TellOpenCoupons,
  ],
  exports: [CouponStore, ShowCoupons, CouponsByCode, FirstUse, VoidCoupons, EndCoupons],
})
export class LifeModule {}
