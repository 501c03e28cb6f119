/** Why a coupon is not taken: the whole list. Each is an error of redemption.errors.ts, too. */
export const REFUSALS = [
  'coupon_unclaimed',
  'coupon_of_other',
  'coupon_locked',
  'coupon_redeemed',
  'coupon_reversed',
  'coupon_void',
  'coupon_expired',
  'coupon_not_yet_valid',
  'batch_not_running',
  'weekday_excluded',
  'hour_excluded',
  'channel_excluded',
  'store_excluded',
  'level_excluded',
  'products_excluded',
  'minimum_not_reached',
  'nothing_to_discount',
  'not_combinable',
  'budget_exhausted',
  'daily_budget_exhausted',
] as const;
export type Refusal = (typeof REFUSALS)[number];
