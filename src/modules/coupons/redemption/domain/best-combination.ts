import { type Cut, cutOf } from './discount.js';
import { type Cart, type Left, leftOf, sumOf } from './order.js';
import { inOrder, leftAfter, mayCombine, type Stacked } from './stacking.js';

export const STACK_MAX = 16;

export interface Used<T> {
  readonly coupon: T;
  readonly cut: Cut;
}

/** Why a good coupon is not used: it does not go with one that is, or the customer would pay no less with it. */
export type LeftOut<T> = {
  readonly coupon: T;
  /** Those used beside which it is not allowed; empty: it adds nothing. */
  readonly excludedBy: readonly T[];
};

export interface Combination<T> {
  /** In the order in which they act. */
  readonly used: readonly Used<T>[];
  readonly leftOut: readonly LeftOut<T>[];
  /** 分 */
  readonly discount: number;
}

interface Node<T> {
  readonly used: readonly Used<T>[];
  readonly left: Left;
  readonly discount: number;
  readonly gifts: number;
}

/**
 * The combination with which the customer pays least; of those the one with the most gifts. Exact: it tries every allowed
 * combination, but for those that cannot win even if each further coupon took off what it would take alone of what is left
 * now (a coupon never takes more when less is left). The same coupons give the same answer, whoever is named first.
 * @param coupons at most 16, each good for the cart by itself.
 * @param left what coupons that the order has already leave of the cart
 */
export function bestCombination<T extends Stacked>(
  cart: Cart,
  coupons: readonly T[],
  left = leftOf(cart),
): Combination<T> {
  const ordered = inOrder(coupons);
  const nothing: Node<T> = { used: [], left, discount: 0, gifts: 0 };
  const { used, discount } = withoutIdle(cart, nothing, search(cart, nothing, ordered));
  const leftOut = ordered
    .filter((coupon) => !used.some((one) => one.coupon === coupon))
    .map((coupon) => ({
      coupon,
      excludedBy: used.map((one) => one.coupon).filter((one) => !mayCombine(one.terms, coupon.terms)),
    }));
  return { used, leftOut, discount };
}

function search<T extends Stacked>(cart: Cart, nothing: Node<T>, ordered: readonly T[]): Node<T> {
  let best = nothing;
  const visit = (node: Node<T>, open: readonly T[]): void => {
    if (isBetter(node, best)) best = node;
    const promised = open.map(({ terms }) => cutOf(terms, cart, node.left));
    if (!isBetter(bound(node, promised), best)) return;
    const [coupon, ...rest] = open;
    const cut = promised[0];
    if (!coupon || !cut) return;
    // who takes nothing here would only keep others out
    if (cut.discount > 0 || cut.gift)
      visit(
        withCut(node, coupon, cut),
        rest.filter((other) => mayCombine(coupon.terms, other.terms)),
      );
    visit(node, rest);
  };
  visit(nothing, ordered);
  return best;
}

function isBetter(
  a: Pick<Node<never>, 'discount' | 'gifts'>,
  b: Pick<Node<never>, 'discount' | 'gifts'>,
): boolean {
  return a.discount > b.discount || (a.discount === b.discount && a.gifts > b.gifts);
}

function bound(
  { discount, gifts, left }: Node<Stacked>,
  promised: readonly Cut[],
): { discount: number; gifts: number } {
  return {
    discount: discount + Math.min(sumOf(left), sumOf(promised.map((cut) => cut.discount))),
    gifts: promised.reduce((sum, { gift }) => sum + (gift ? 1 : 0), gifts),
  };
}

function withCut<T extends Stacked>(node: Node<T>, coupon: T, cut: Cut): Node<T> {
  return {
    used: [...node.used, { coupon, cut }],
    left: leftAfter(node.left, cut),
    discount: node.discount + cut.discount,
    gifts: node.gifts + (cut.gift ? 1 : 0),
  };
}

/** A coupon without which the customer would pay the same stays in his pocket; the last to act first. */
function withoutIdle<T extends Stacked>(cart: Cart, nothing: Node<T>, best: Node<T>): Node<T> {
  for (const { coupon } of best.used.toReversed()) {
    const others = best.used.filter((one) => one.coupon !== coupon);
    const without = others.reduce(
      (node, other) => withCut(node, other.coupon, cutOf(other.coupon.terms, cart, node.left)),
      nothing,
    );
    if (!isBetter(best, without)) return withoutIdle(cart, nothing, without);
  }
  return best;
}
