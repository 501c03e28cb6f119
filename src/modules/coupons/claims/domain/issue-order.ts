import type { CouponSource } from '../../life/domain/coupon.js';

export const BATCH_ID_PREFIX = 'cpb';
export const COUPON_ID_PREFIX = 'cpn';
export const CUSTOMER_ID_PREFIX = 'cus';
export const ORDERS_PER_CALL_MAX = 1_000;
export const ISSUE_KEY_MAX = 200;
export const CHANNEL_MAX = 64;

/** One coupon of a batch for somebody. */
export interface IssueOrder {
  /** Of the caller's making, unique in the corp and remembered for ever: the same again is answered with the same coupon. */
  readonly key: string;
  readonly batchId: string;
  /** null: nobody holds it yet, it is `claimable`. */
  readonly customerId: string | null;
  readonly source: CouponSource;
  /** The operation, link, rule or exchange that it comes from. */
  readonly sourceId?: string | undefined;
  readonly channel?: string | undefined;
  /** Instead of what the batch says, of coupons that another system made, and of codes that wait for whoever uses them first. */
  readonly validity?: { readonly from: Date; readonly until: Date } | undefined;
  /** That another system gave it, as `normaliseCode` writes it where it knows it. Absent: a new one. */
  readonly code?: string | undefined;
}

/** What is known of a coupon that was just made, without reading it. */
export interface MadeCoupon {
  readonly code: string;
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly issuedAt: Date;
}

/** A refused order has written nothing, and may be tried again. `code` is one of `coupons.…`. */
export type IssueResult =
  | {
      readonly outcome: 'issued';
      readonly couponId: string;
      readonly replayed: false;
      readonly made: MadeCoupon;
    }
  | { readonly outcome: 'issued'; readonly couponId: string; readonly replayed: true }
  | { readonly outcome: 'refused'; readonly code: string };
