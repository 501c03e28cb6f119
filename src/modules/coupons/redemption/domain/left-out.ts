import { REFUSALS } from './refusal.js';

/** Why a coupon of a cart is not part of the best combination: the whole list. */
export const LEFT_OUT_REASONS = [
  ...REFUSALS,
  'coupon_not_found',
  'coupon_named_twice',
  /** The customer would pay no less with it. */
  'adds_nothing',
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];
