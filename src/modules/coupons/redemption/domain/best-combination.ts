import { type Cut, type Cutter, cutterOf, openOf } from './discount.js';
import { type Cart, type Left, leftOf, sumOf } from './order.js';
import type { Refusal } from './refusal.js';
import { type Share, shortShare, type Taken, takenWith } from './share.js';
import { inOrder, leftAfter, mayCombine, type Stacked } from './stacking.js';

export const STACK_MAX = 16;

/** A coupon that may draw on what others draw on, too. */
export type Sharing = Stacked & { readonly shares?: readonly Share[] | undefined };

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

interface Worth {
  readonly discount: number;
  readonly gifts: number;
}

interface Node<T> extends Worth {
  readonly used: readonly Used<T>[];
  readonly left: Left;
  readonly taken: Taken;
}

/** A coupon on the cart of the search. */
interface Plan<T> {
  readonly coupon: T;
  readonly cutter: Cutter;
  /** Which of the sums of the search it takes from; -1: it looks at single lines. */
  readonly sum: number;
  /** The same for coupons of which one does what the other does, as those of one batch do. */
  readonly alike: string;
}

/**
 * The combination with which the customer pays least; of those the one with the most gifts. Exact: it tries every allowed
 * combination, but for those that cannot win even at their `bound`. The same coupons give the same answer, whoever is named
 * first.
 * @param coupons at most 16, each good for the cart by itself.
 * @param left what coupons that the order has already leave of the cart
 */
export function bestCombination<T extends Sharing>(
  cart: Cart,
  coupons: readonly T[],
  left = leftOf(cart),
): Combination<T> {
  const search = new Search(cart, inOrder(coupons));
  const nothing: Node<T> = { used: [], left, taken: new Map(), discount: 0, gifts: 0 };
  const { used, discount } = search.withoutIdle(nothing, search.best(nothing));
  const leftOut = search.leftOut(
    nothing,
    used.map(({ coupon }) => coupon),
  );
  return { used, leftOut, discount };
}

class Search<T extends Sharing> {
  private readonly plans: readonly Plan<T>[];
  /** Lines whose sum is all that some of the coupons look at: mostly one such set for all of them. */
  private readonly sums: readonly (readonly number[])[];

  constructor(cart: Cart, ordered: readonly T[]) {
    const sums = new Map<string, { at: number; lines: readonly number[] }>();
    this.plans = ordered.map((coupon) => {
      const [cutter, alike] = [cutterOf(coupon.terms, cart), JSON.stringify([coupon.terms, coupon.shares])];
      if (!cutter.ofSum) return { coupon, cutter, alike, sum: -1 };
      const { lines } = cutter.ofSum;
      const name = lines.join();
      const { at } = sums.get(name) ?? { at: sums.size };
      sums.set(name, { at, lines });
      return { coupon, cutter, alike, sum: at };
    });
    this.sums = [...sums.values()].map(({ lines }) => lines);
  }

  best(nothing: Node<T>): Node<T> {
    let best = nothing;
    const visit = (node: Node<T>, open: readonly Plan<T>[]): void => {
      if (isBetter(node, best)) best = node;
      const bound = this.boundsOf(node, open);
      const begun = new Set<string>();
      for (const [at, plan] of open.entries()) {
        if (!isBetter(bound(at), best)) return;
        if (begun.has(plan.alike)) continue; // what it would begin was begun by one like it
        begun.add(plan.alike);
        const taken = take(node, plan);
        if (!taken.node || taken.node === node) continue;
        const { terms } = plan.coupon;
        visit(
          taken.node,
          open.slice(at + 1).filter(({ coupon }) => mayCombine(terms, coupon.terms)),
        );
      }
    };
    visit(nothing, this.plans);
    return best;
  }

  /** A coupon without which the customer would pay the same stays in his pocket; the last to act first. */
  withoutIdle(nothing: Node<T>, best: Node<T>): Node<T> {
    for (const { coupon } of best.used.toReversed()) {
      const others = best.used.filter((one) => one.coupon !== coupon);
      const { node: without } = this.takeAll(
        nothing,
        others.map((one) => one.coupon),
      );
      if (without && !isBetter(best, without)) return this.withoutIdle(nothing, without);
    }
    return best;
  }

  leftOut(nothing: Node<T>, used: readonly T[]): LeftOut<T>[] {
    const others = this.plans.map(({ coupon }) => coupon).filter((coupon) => !used.includes(coupon));
    return others.map((coupon) => {
      const excludedBy = used.filter((one) => !mayCombine(one.terms, coupon.terms));
      if (excludedBy.length > 0) return { coupon, excludedBy };
      return { coupon, excludedBy, short: this.takeAll(nothing, [...used, coupon]).short };
    });
  }

  private takeAll(nothing: Node<T>, coupons: readonly T[]): Taking<T> {
    let taking: Taking<T> = { node: nothing };
    for (const plan of this.plans)
      if (taking.node && coupons.includes(plan.coupon)) taking = take(taking.node, plan);
    return taking;
  }

  /**
   * What no combination of the open coupons from one on can exceed. Coupons that take from the same sum do so one after the
   * other as if all were used and nobody else took from it: whatever is left of it is no less then. Each of the others takes
   * what it would take of all that is left now.
   */
  private boundsOf(node: Node<T>, open: readonly Plan<T>[]): (from: number) => Worth {
    const all = sumOf(node.left);
    const sums = this.sums.map((lines) => openOf(lines, node.left));
    const alone = open.map(({ cutter }) => (cutter.ofSum ? undefined : cutter.cut(node.left)));
    return (from) => {
      const rests = [...sums];
      let [discount, { gifts }] = [0, node];
      for (const [n, { cutter, sum }] of open.slice(from).entries()) {
        const at = from + n;
        const rest = rests[sum] ?? 0;
        const takes = cutter.ofSum ? cutter.ofSum.takes(rest) : (alone[at]?.discount ?? 0);
        rests[sum] = rest - takes;
        discount += takes;
        if (alone[at]?.gift) gifts++;
      }
      return { discount: node.discount + Math.min(all, discount), gifts };
    };
  }
}

type Taking<T> =
  | { readonly node: Node<T>; readonly short?: undefined }
  | { readonly node?: undefined; readonly short: Refusal };

/** Who takes nothing here stays out: he would only keep others out, and give up what his lock reserves. */
function take<T extends Sharing>(node: Node<T>, { coupon, cutter }: Plan<T>): Taking<T> {
  const { shares = [] } = coupon;
  const cut = cutter.cut(node.left);
  if (cut.discount === 0 && !cut.gift) return { node };
  const short = shortShare(shares, cut.discount, node.taken);
  if (short) return { short: short.refusal };
  return {
    node: {
      used: [...node.used, { coupon, cut }],
      left: leftAfter(node.left, cut),
      taken: takenWith(shares, cut.discount, node.taken),
      discount: node.discount + cut.discount,
      gifts: node.gifts + (cut.gift ? 1 : 0),
    },
  };
}

function isBetter(a: Worth, b: Worth): boolean {
  return a.discount > b.discount || (a.discount === b.discount && a.gifts > b.gifts);
}
