export const COUPON_STATES = [
  'claimable',
  'claimed',
  'locked',
  'redeemed',
  'reversed',
  'expired',
  'void',
] as const;
export type CouponState = (typeof COUPON_STATES)[number];

export const COUPON_SOURCES = [
  'issue',
  'claim',
  'claim',
  'audience',
  'link',
  'exchange',
  'grant',
  'code_file',
  'import',
  'welcome',
] as const;
export type CouponSource = (typeof COUPON_SOURCES)[number];

/** A coupon as its row says. What it is at a moment says `stateAt`. */
export interface Coupon {
  readonly id: string;
  readonly batchId: string;
  /** null: a code that nobody has yet. */
  readonly customerId: string | null;
  /** The person when it was claimed: the first of his customers. */
  readonly holderId: string | null;
  /** The how many-th of the person in the batch. */
  readonly seq: number | null;
  readonly state: CouponState;
  readonly codeCipher: Buffer;
  readonly source: CouponSource;
  readonly sourceId: string | null;
  readonly channel: string | null;
  readonly validFrom: Date;
  /** The first instant at which it is expired. */
  readonly validUntil: Date;
  readonly orderId: string | null;
  readonly lockedUntil: Date | null;
  readonly lockStoreId: string | null;
  /** 分 that the lock reserves of the budgets. */
  readonly lockDiscount: number | null;
  /** Whether a void coupon gave its unit back to the stock. */
  readonly returned: boolean;
  /** How many transitions it has made. */
  readonly version: number;
  readonly issuedAt: Date;
  readonly stateAt: Date;
}

/** So long a store that was without network may tell what it did while it held a lock: no sweep takes the coupon meanwhile. */
export const OFFLINE_DAYS_MAX = 7;

/** Every transition there is; the trigger `coupons.guard_coupon` refuses all others. */
export const TRANSITIONS: Readonly<Record<CouponState, readonly CouponState[]>> = {
  claimable: ['claimed', 'expired', 'void'],
  claimed: ['locked', 'redeemed', 'expired', 'void'],
  locked: ['claimed', 'locked', 'redeemed', 'expired', 'void'],
  redeemed: ['reversed', 'claimed'],
  reversed: [],
  expired: [],
  void: [],
};

/**
 * What a coupon is at a moment, whether or not a sweeper has come by: expired from `validUntil` on (no lock reaches beyond
 * it), and no longer locked when its lock has ended. Take `now` from the database's clock.
 */
export function stateAt(
  coupon: Pick<Coupon, 'state' | 'validUntil' | 'lockedUntil'>,
  now: Date,
): CouponState {
  const { state, validUntil, lockedUntil } = coupon;
  if (state !== 'claimable' && state !== 'claimed' && state !== 'locked') return state;
  if (now >= validUntil) return 'expired';
  return state === 'locked' && lockedUntil !== null && now >= lockedUntil ? 'claimed' : state;
}
