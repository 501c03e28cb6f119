import type { Order } from './order.js';

/** One of the two names a coupon. */
export type CouponName =
  { readonly id: string; readonly code?: undefined } | { readonly code: string; readonly id?: undefined };

/** What somebody wants a coupon for. */
export interface CouponUse {
  readonly coupon: CouponName;
  /** Who pays; undefined: the shop does not know him, and whoever shows a code that somebody holds may use it. */
  readonly customerId?: string | undefined;
  readonly order: Order;
  /** Code of the store. */
  readonly store?: string | undefined;
  readonly channel?: string | undefined;
  readonly staffId?: string | undefined;
  /**
   * When it happened, of a desk that was without network. It counts while the order held the coupon by its lock; else what
   * counts is when the database hears of it.
   */
  readonly at?: Date | undefined;
}

export interface RedeemRequest extends CouponUse {
  /** Of the caller's making, unique in the corp and remembered for ever. */
  readonly requestNo: string;
}

export interface LockRequest extends CouponUse {
  /** How long the order holds the coupon; never beyond the end of its validity. */
  readonly seconds: number;
}

export const LOCK_SECONDS_DEFAULT = 900;
export const LOCK_SECONDS_MAX = 86_400;

/** A coupon that an order has used. */
export interface Redeemed {
  readonly id: string;
  readonly couponId: string;
  readonly batchId: string;
  readonly customerId: string;
  readonly requestNo: string;
  readonly orderId: string;
  /** 分 before coupons. */
  readonly orderTotal: number;
  /** 分 */
  readonly discount: number;
  /** 分 of the discount that were taken back. */
  readonly reversed: number;
  /** Not yet taken back as a whole. */
  readonly open: boolean;
  readonly storeId: string | null;
  readonly channel: string | null;
  readonly staffId: string | null;
  readonly redeemedAt: Date;
}

export interface ReverseRequest {
  readonly redemptionId: string;
  readonly requestNo: string;
  /** 分; undefined: all that is left. */
  readonly amount?: number | undefined;
  readonly reason?: string | undefined;
}

export interface Reversal {
  readonly id: string;
  readonly redemptionId: string;
  readonly requestNo: string;
  /** 分 */
  readonly amount: number;
  /** Whether its holder may use the coupon again. */
  readonly returned: boolean;
  readonly reason: string | null;
  readonly at: Date;
}
