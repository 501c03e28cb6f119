import { Injectable } from '@nestjs/common';
import { type Coupon, stateAt } from '../../life/domain/coupon.js';
import { CouponStore } from '../../life/persistence/coupon-store.js';
import type { Gift } from '../domain/discount.js';
import { faultOf } from '../domain/order.js';
import type { CouponName, LockRequest } from '../domain/redemption.js';
import { bookingDiscounts } from '../persistence/booking.js';
import { RedemptionStore } from '../persistence/redemption-store.js';
import { orderErrors, refusalErrors } from '../redemption.errors.js';
import { AssessUse } from './assess-use.js';
import { FindCoupons } from './find-coupons.js';

export interface Locked {
  readonly couponId: string;
  readonly orderId: string;
  readonly lockedUntil: Date;
  /** 分, reserved of the budgets. */
  readonly discount: number;
  readonly gift?: Gift | undefined;
}

/** An order holds a coupon for a while. Inside an open unit of work; whoever catches a refusal ends the unit without a commit. */
@Injectable()
export class Locks {
  constructor(
    private readonly names: FindCoupons,
    private readonly uses: AssessUse,
    private readonly coupons: CouponStore,
    private readonly redemptions: RedemptionStore,
  ) {}

  /** An order that holds it already gets it anew, for the order as it is now. */
  async lock(wanted: LockRequest): Promise<Locked> {
    const fault = faultOf(wanted.order);
    if (fault) throw orderErrors[fault]();
    const orderId = wanted.order.id;
    const held = await this.names.lock(wanted.coupon, orderId);
    const moment = await this.redemptions.situation(undefined, orderId, held.coupon.id);
    const { coupon, cut, storeId } = await this.uses.allow(held, { ...wanted, at: undefined }, moment);
    const { discount, gift } = cut;
    // never beyond its validity, so that no lock can make a redemption of an expired coupon
    const until = new Date(
      Math.min(moment.now.getTime() + wanted.seconds * 1_000, coupon.validUntil.getTime()),
    );
    const lock = { until, storeId, discount };
    await bookingDiscounts(() =>
      this.coupons.moveLocked(coupon, { to: 'locked', orderId, lock, amount: discount }),
    );
    return { couponId: coupon.id, orderId, lockedUntil: until, discount, gift };
  }

  /** A coupon that the order does not hold, or holds no longer, stays as it is. @throws coupons.coupon_locked, coupon_redeemed */
  async release(name: CouponName, orderId: string): Promise<Coupon> {
    const { coupon } = await this.names.lock(name, orderId);
    const now = await this.redemptions.now();
    if (coupon.state === 'redeemed') throw refusalErrors.coupon_redeemed();
    const state = stateAt(coupon, now);
    if (state !== 'locked') return { ...coupon, state };
    if (coupon.orderId !== orderId) throw refusalErrors.coupon_locked();
    await this.coupons.moveLocked(coupon, { to: 'claimed' });
    return {
      ...coupon,
      state: 'claimed',
      orderId: null,
      lockedUntil: null,
      lockStoreId: null,
      lockDiscount: null,
    };
  }
}
