import { Injectable } from '@nestjs/common';
import type { IssueOrder, IssueResult } from './claims/domain/issue-order.js';
import { Issuance } from './claims/use-cases/issuance.js';
import { VoidCoupons } from './life/use-cases/void-coupons.js';

/** What other modules ask this one. Inside an open unit of work, which it joins: both happen, or neither. */
@Injectable()
export class CouponsFacade {
  constructor(
    private readonly issuance: Issuance,
    private readonly voiding: VoidCoupons,
  ) {}

  /** @param orders at most 1,000. @returns a result for each, in the same order; a refused one has changed nothing. */
  issue(orders: readonly IssueOrder[]): Promise<IssueResult[]> {
    return this.issuance.issue(orders);
  }

  /**
   * Its unit goes back to the batch, and its holder may have another one.
   * @throws coupons.coupon_not_found, coupons.coupon_state_refused: it was used, or is over
   */
  takeBack(couponId: string, reason: string): Promise<void> {
    return this.voiding.one(couponId, { reason, returned: true });
  }
}
