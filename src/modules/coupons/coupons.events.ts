import { defineEvent } from '../../platform/events/event.js';

export const COUPONS_PER_EVENT_MAX = 500;

/** Coupons came to be, or a code without holder got one. */
export interface CouponsIssued {
  /** At most 500. */
  coupons: {
    couponId: string;
    batchId: string;
    /** null: a code or link that nobody holds yet. */
    customerId: string | null;
    /** How it came to be: issue, audience, link, exchange, grant, code_file, import, welcome. */
    source: string;
    channel: string | null;
  }[];
}
export const couponsIssued = defineEvent<CouponsIssued>('coupons.issued', 1);

/** A coupon was redeemed. */
export interface CouponRedeemed {
  redemptionId: string;
  couponId: string;
  batchId: string;
  customerId: string;
  orderId: string;
  /** 分 */
  orderTotal: number;
  /** 分 */
  discount: number;
  storeId: string | null;
  channel: string | null;
}
export const couponRedeemed = defineEvent<CouponRedeemed>('coupons.redeemed', 1);

/** A redemption was taken back, wholly or in part. */
export interface CouponReversed {
  reversalId: string;
  redemptionId: string;
  couponId: string;
  batchId: string;
  customerId: string;
  /** 分, of the discount. */
  amount: number;
  /** Whether its holder may use the coupon again. */
  returned: boolean;
}
export const couponReversed = defineEvent<CouponReversed>('coupons.reversed', 1);

/** Coupons were made void: nobody can use them any more. */
export interface CouponsVoided {
  /** At most 500. */
  coupons: { couponId: string; batchId: string; customerId: string | null }[];
}
export const couponsVoided = defineEvent<CouponsVoided>('coupons.voided', 1);

/** A batch has another state, or other amounts. */
export interface BatchChanged {
  batchId: string;
  state: 'draft' | 'approved' | 'running' | 'paused' | 'ended' | 'void';
  /** Grows with each change of the batch. */
  version: number;
}
export const batchChanged = defineEvent<BatchChanged>('coupons.batch_changed', 1);

/** Of what was claimed of a batch before the day, fewer than 25 % are redeemed. Once a day of its zone, while it runs or is paused. */
export interface RedemptionRateLow {
  batchId: string;
  /** YYYY-MM-DD */
  day: string;
  claimed: number;
  /** Less those taken back as a whole. */
  redeemed: number;
}
export const redemptionRateLow = defineEvent<RedemptionRateLow>('coupons.redemption_rate_low', 1);
