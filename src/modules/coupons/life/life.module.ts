import { Module } from '@nestjs/common';
import { CouponStore } from './persistence/coupon-store.js';

/** What becomes of a coupon after it was issued. */
@Module({
  providers: [CouponStore],
  exports: [CouponStore],
})
export class LifeModule {}
