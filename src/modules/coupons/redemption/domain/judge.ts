import type { BatchState } from '../../batches/domain/batch.js';
import { type Coupon, type CouponState, stateAt } from '../../life/domain/coupon.js';
import type { CouponTerms } from '../../templates/domain/terms.js';
import { type Cut, cutOf, eligibleLines, priceOf } from './discount.js';
import { type Cart, leftOf, sumOf } from './order.js';
import type { Refusal } from './refusal.js';
import type { Room } from './share.js';
import { inOrder, leftAfter, mayCombine, type Stacked } from './stacking.js';
import { isOnWeekday, isWithinHours } from './validity.js';

/** A coupon with what its batch says of it. */
export interface HeldCoupon {
  readonly coupon: Coupon;
  readonly terms: CouponTerms;
  readonly batchState: BatchState;
  readonly timeZone: string;
}

/** Another coupon that the same order already has, and what it took off. */
export interface Beside extends Stacked {
  readonly discount: number;
}

/** Everything that decides beside the coupon: the whole world as the predicate sees it. */
export interface Use {
  /** By the database's clock. */
  readonly at: Date;
  readonly orderId: string;
  readonly cart: Cart;
  /** All customers who are the one that pays; undefined: the shop does not know him, and whoever has the code may use it. */
  readonly person?: readonly string[] | undefined;
  /** Code of the store. */
  readonly store?: string | undefined;
  /** Its id. */
  readonly storeId?: string | null;
  readonly channel?: string | undefined;
  /** Level of the holder; undefined: none. */
  readonly level?: string | undefined;
  readonly beside: readonly Beside[];
  /** Nobody holds it yet, and its first user has as many of the batch as one person may. */
  readonly isFull?: boolean | undefined;
  /** undefined: the batch has no budget. */
  readonly room?: Room | undefined;
}

export type Verdict =
  | { readonly refusal: Refusal; readonly cut?: undefined }
  | { readonly refusal?: undefined; readonly cut: Cut };

/**
 * The one predicate: whether a coupon is taken for an order, and what it takes off. Validation, lock, redemption and the
 * choice of the best combination all ask it, so that none of them promises what another refuses. Pure.
 */
export function judge(held: HeldCoupon, use: Use): Verdict {
  const refusal = stateRefusal(held, use) ?? placeRefusal(held, use) ?? cartRefusal(held.terms, use);
  if (refusal) return { refusal };
  const verdict = cutBeside(held, use);
  const short = verdict.cut && use.room && roomRefusal(verdict.cut, use.room);
  return short ? { refusal: short } : verdict;
}

const STATE_REFUSALS: Readonly<Record<Exclude<CouponState, 'claimed' | 'locked'>, Refusal>> = {
  claimable: 'coupon_unclaimed',
  redeemed: 'coupon_redeemed',
  reversed: 'coupon_reversed',
  expired: 'coupon_expired',
  void: 'coupon_void',
};

function stateRefusal({ coupon, batchState }: HeldCoupon, use: Use): Refusal | undefined {
  const { at, person } = use;
  // whose it is comes first: who asks with somebody else's coupon shall not learn what became of it
  if (person && coupon.customerId !== null && !person.includes(coupon.customerId)) return 'coupon_of_other';
  const state = stateAt(coupon, at);
  if (state === 'locked' && !isHeldBy(coupon, use)) return 'coupon_locked';
  if (state !== 'claimed' && state !== 'locked') return STATE_REFUSALS[state];
  if (at >= coupon.validUntil) return 'coupon_expired';
  if (at < coupon.validFrom) return 'coupon_not_yet_valid';
  // a pause stops everything; what was given out of a batch that has ended is still good
  if (batchState !== 'running' && batchState !== 'ended') return 'batch_not_running';
  return use.isFull ? 'limit_reached' : undefined;
}

/** Tills of two stores may give their orders the same number: what one store holds for its order no other one takes. */
function isHeldBy({ orderId, lockStoreId }: Coupon, use: Use): boolean {
  const isOfOther = lockStoreId !== null && (use.storeId ?? lockStoreId) !== lockStoreId;
  return orderId === use.orderId && !isOfOther;
}

function placeRefusal({ terms, timeZone }: HeldCoupon, use: Use): Refusal | undefined {
  const { channels, stores, levels } = terms.conditions;
  if (!isOnWeekday(terms, use.at, timeZone)) return 'weekday_excluded';
  if (!isWithinHours(terms, use.at, timeZone)) return 'hour_excluded';
  if (!isIn(channels, use.channel)) return 'channel_excluded';
  if (!isIn(stores, use.store)) return 'store_excluded';
  return isIn(levels, use.level) ? undefined : 'level_excluded';
}

function isIn(allowed: readonly string[] | undefined, value: string | undefined): boolean {
  return allowed === undefined || (value !== undefined && allowed.includes(value));
}

function cartRefusal(terms: CouponTerms, { cart, beside }: Use): Refusal | undefined {
  const eligible = eligibleLines(terms, cart);
  if (eligible.length === 0) return 'products_excluded';
  if (priceOf(cart, eligible) < (terms.minimumSpend ?? 0)) return 'minimum_not_reached';
  if (beside.some((other) => !mayCombine(terms, other.terms))) return 'not_combinable';
  const { discount, gift } = cutOf(terms, cart, leftOf(cart));
  return discount > 0 || gift ? undefined : 'nothing_to_discount';
}

/** What it takes off what the others on the order have left; all together never more than the order costs. */
function cutBeside({ terms }: HeldCoupon, { cart, beside }: Use): Verdict {
  let left = leftOf(cart);
  for (const other of inOrder(beside)) left = leftAfter(left, cutOf(other.terms, cart, left));
  const cut = cutOf(terms, cart, left);
  // what the others really took may differ from what they would take of this cart, when an order has grown or shrunk
  const open = Math.max(0, sumOf(leftOf(cart)) - sumOf(beside.map(({ discount }) => discount)));
  const discount = Math.min(cut.discount, open);
  return discount > 0 || cut.gift ? { cut: { ...cut, discount } } : { refusal: 'nothing_to_discount' };
}

function roomRefusal({ discount }: Cut, { total, day }: Room): Refusal | undefined {
  if (discount > total) return 'budget_exhausted';
  return discount > day ? 'daily_budget_exhausted' : undefined;
}
