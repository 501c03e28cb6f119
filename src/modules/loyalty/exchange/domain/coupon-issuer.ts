/**
 * Whoever issues coupons, for benefits of the kind `coupon`. It joins the open unit of work: points and coupon, both or
 * neither. Where nobody provides one, such a benefit is refused when it is created.
 */
export abstract class CouponIssuer {
  /** Whether there is such a batch. */
  abstract knows(batchId: string): Promise<boolean>;

  /** @returns the public id of the coupon. @throws what the coupons module refuses; nothing of the exchange stays then */
  abstract issue(order: { customerId: string; batchId: string; exchangeId: string }): Promise<string>;

  /** The exchange is cancelled. @throws when the coupon was used: then the exchange stays, too */
  abstract takeBack(couponId: string, reason: string): Promise<void>;
}
