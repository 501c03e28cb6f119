import type { BenefitKind, CouponTerms } from '../../templates/domain/terms.js';
import { type Cut, cutOf } from './discount.js';
import { type Cart, type Left, leftOf } from './order.js';

/** A coupon on a cart among others. */
export interface Stacked {
  readonly couponId: string;
  readonly terms: CouponTerms;
}

/** Both must agree to the other. */
export function mayCombine(a: CouponTerms, b: CouponTerms): boolean {
  return allows(a, b) && allows(b, a);
}

function allows({ stacking }: CouponTerms, other: CouponTerms): boolean {
  if (stacking.withOthers === 'other_groups') return other.stacking.group !== stacking.group;
  return stacking.withOthers === 'all';
}

/** What names a thing or an amount comes first, so that a share is taken of what would really be paid. */
const KINDS: readonly BenefitKind[] = ['exchange', 'gift', 'fixed', 'stepped', 'percentage', 'shipping'];

/** In which order coupons act on one cart, whoever names them first: the smaller priority, then the kind, then the older. */
export function inOrder<T extends Stacked>(coupons: readonly T[]): T[] {
  const rank = ({ terms }: T): number => KINDS.indexOf(terms.benefit.kind);
  return coupons.toSorted(
    (a, b) =>
      (a.terms.stacking.priority ?? 0) - (b.terms.stacking.priority ?? 0) ||
      rank(a) - rank(b) ||
      (a.couponId < b.couponId ? -1 : 1),
  );
}

/** What a coupon leaves of what was left. */
export function leftAfter(left: Left, { off }: Cut): Left {
  return left.map((amount, at) => amount - (off[at] ?? 0));
}

/** What is left of a cart when these coupons have acted on it. */
export function leftAfterAll(cart: Cart, coupons: readonly Stacked[]): Left {
  return inOrder(coupons).reduce(
    (left, { terms }) => leftAfter(left, cutOf(terms, cart, left)),
    leftOf(cart),
  );
}
