import { type Plan, type Sharing, isBetter, Search, type Worth } from './combination-search.js';
import { type Cut, cutterOf } from './discount.js';
import { type Cart, type Left, leftOf } from './order.js';
import type { Refusal } from './refusal.js';
import { book, shortShare, type Taken } from './share.js';
import { inOrder, leftAfter, mayCombine } from './stacking.js';

export type { Sharing } from './combination-search.js';

export const STACK_MAX = 16;

export interface Used<T> {
  readonly coupon: T;
  readonly cut: Cut;
}

/**
 * Why a good coupon is not used: it does not go with one that is, or what it shares with them does not last for all, or the
 * customer would pay no less with it.
 */
export interface LeftOut<T> {
  readonly coupon: T;
  /** Those used beside which it is not allowed. */
  readonly excludedBy: readonly T[];
  /** Beside those used something that they share would not last; absent, and nobody excludes it: it adds nothing. */
  readonly short?: Refusal | undefined;
}

export interface Combination<T> {
  /** In the order in which they act. */
  readonly used: readonly Used<T>[];
  readonly leftOut: readonly LeftOut<T>[];
  /** 分 */
  readonly discount: number;
}

/** Coupons used one after the other, but for those that take nothing. */
interface Stack<T> extends Worth {
  readonly plans: readonly Plan<T>[];
  readonly used: readonly Used<T>[];
  /** They do not last for this one: it and those after it are not used. */
  readonly short?: Refusal | undefined;
}

/**
 * The combination with which the customer pays least; of those the one with the most gifts. Exact. The same coupons give the
 * same answer, whoever is named first. It yields now and then, so that others have their turn.
 * @param coupons at most 16, each good for the cart by itself.
 * @param left what coupons that the order has already leave of the cart
 */
export function* bestCombination<T extends Sharing>(
  cart: Cart,
  coupons: readonly T[],
  left = leftOf(cart),
): Generator<void, Combination<T>> {
  const plans = inOrder(coupons).map((coupon) => ({ coupon, cutter: cutterOf(coupon.terms, cart) }));
  const found = yield* new Search(plans, left).best();
  const best = withoutIdle(stackOf(found, left), left);
  const { used, discount } = best;
  return { used, leftOut: leftOutOf(best.plans, plans, left), discount };
}

function stackOf<T extends Sharing>(wanted: readonly Plan<T>[], before: Left): Stack<T> {
  const taken: Taken = new Map();
  const plans: Plan<T>[] = [];
  const used: Used<T>[] = [];
  let [left, discount, gifts] = [before, 0, 0];
  for (const plan of wanted) {
    const { shares = [] } = plan.coupon;
    const cut = plan.cutter.cut(left);
    if (cut.discount === 0 && !cut.gift) continue;
    const short = shortShare(shares, cut.discount, taken);
    if (short) return { plans, used, discount, gifts, short: short.refusal };
    book(taken, shares, cut.discount);
    plans.push(plan);
    used.push({ coupon: plan.coupon, cut });
    left = leftAfter(left, cut);
    discount += cut.discount;
    gifts += cut.gift ? 1 : 0;
  }
  return { plans, used, discount, gifts };
}

/** A coupon without which the customer would pay the same stays in his pocket; the last to act first. */
function withoutIdle<T extends Sharing>(best: Stack<T>, left: Left): Stack<T> {
  for (const plan of best.plans.toReversed()) {
    const others = best.plans.filter((one) => one !== plan);
    const without = stackOf(others, left);
    if (!without.short && !isBetter(best, without)) return withoutIdle(without, left);
  }
  return best;
}

function leftOutOf<T extends Sharing>(
  used: readonly Plan<T>[],
  plans: readonly Plan<T>[],
  left: Left,
): LeftOut<T>[] {
  const others = plans.filter((plan) => !used.includes(plan));
  return others.map((plan) => {
    const { coupon } = plan;
    const excludedBy = used.flatMap((one) =>
      mayCombine(one.coupon.terms, coupon.terms) ? [] : [one.coupon],
    );
    if (excludedBy.length > 0) return { coupon, excludedBy };
    const withIt = plans.filter((one) => one === plan || used.includes(one));
    return { coupon, excludedBy, short: stackOf(withIt, left).short };
  });
}
