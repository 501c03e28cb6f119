import { Injectable } from '@nestjs/common';
import type { Coupon } from '../../life/domain/coupon.js';
import type { Verdict } from '../domain/judge.js';
import { faultOf } from '../domain/order.js';
import type {
  CouponName,
  CouponUse,
  LockRequest,
  RedeemRequest,
  ReverseRequest,
} from '../domain/redemption.js';
import { RedemptionStore } from '../persistence/redemption-store.js';
import { orderErrors } from '../redemption.errors.js';
import { AssessUse } from './assess-use.js';
import { FindCoupons } from './find-coupons.js';
import { type Locked, Locks } from './locks.js';
import { Redeem, type RedeemResult } from './redeem.js';
import { Reverse, type ReverseResult } from './reverse.js';

export interface Validated {
  readonly coupon: Coupon;
  readonly verdict: Verdict;
}

/**
 * What shops do with coupons. Inside an open unit of work, which it joins. A refusal is an AppError: whoever catches it ends
 * the unit without a commit, so many in one call need a unit each. The clock is the database's.
 */
@Injectable()
export class Redemption {
  constructor(
    private readonly names: FindCoupons,
    private readonly uses: AssessUse,
    private readonly redemptions: RedemptionStore,
    private readonly locks: Locks,
    private readonly redeeming: Redeem,
    private readonly reversing: Reverse,
  ) {}

  /**
   * What `redeem` would answer now, without writing anything.
   * @throws coupons.coupon_not_found, customer_not_found, store_unknown, clock_ahead, clock_behind, and what is wrong with the order
   */
  async validate(wanted: CouponUse): Promise<Validated> {
    const fault = faultOf(wanted.order);
    if (fault) throw orderErrors[fault]();
    const held = await this.names.find(wanted.coupon);
    const moment = await this.redemptions.situation(undefined, wanted.order.id, held.coupon.id);
    const { verdict } = await this.uses.assess(held, wanted, moment);
    return { coupon: held.coupon, verdict };
  }

  /** @throws as `validate`, and one of the refusals */
  lock(wanted: LockRequest): Promise<Locked> {
    return this.locks.lock(wanted);
  }

  /** @throws coupons.coupon_not_found, coupon_locked, coupon_redeemed */
  release(name: CouponName, orderId: string): Promise<Coupon> {
    return this.locks.release(name, orderId);
  }

  /**
   * The same request number with the same body is the same redemption, for ever.
   * @throws as `validate`, one of the refusals, and coupons.request_no_reused
   */
  redeem(wanted: RedeemRequest): Promise<RedeemResult> {
    return this.redeeming.redeem(wanted);
  }

  /** @throws coupons.redemption_not_found, request_no_reused, reversal_exceeds */
  reverse(wanted: ReverseRequest): Promise<ReverseResult> {
    return this.reversing.reverse(wanted);
  }
}
