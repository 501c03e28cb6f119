import { type Cutter, openOf } from './discount.js';
import { type Left, sumOf } from './order.js';
import { book, type Limit, limitsOf, roomIn, type Share, shortShare, type Taken } from './share.js';
import { leftAfter, mayCombine, type Stacked } from './stacking.js';

/** A coupon that may draw on what others draw on, too. */
export type Sharing = Stacked & { readonly shares?: readonly Share[] | undefined };

/** A coupon on the cart of a search. */
export interface Plan<T> {
  readonly coupon: T;
  readonly cutter: Cutter;
}

export interface Worth {
  readonly discount: number;
  readonly gifts: number;
}

export function isBetter(a: Worth, b: Worth): boolean {
  return a.discount > b.discount || (a.discount === b.discount && a.gifts > b.gifts);
}

/** Sets of coupons are the bits of a number: the first that acts is 1, the next 2, then 4. */
type Bits = number;

interface Candidate<T> extends Plan<T> {
  readonly shares: readonly Share[];
  readonly limits: readonly Limit[];
  readonly bit: Bits;
  /** Those after it that are allowed beside it. */
  readonly beside: Bits;
  /** The first that does what this one does, as those of one batch do. */
  readonly alike: Bits;
  /** The same for all that look at the sum of the same lines. */
  readonly sum: number;
}

interface Node extends Worth {
  readonly used: Bits;
  readonly left: Left;
}

/** What a coupon would take at a node. */
interface Offer<T> extends Worth {
  readonly one: Candidate<T>;
  /** What is left of the sum that it looks at. */
  readonly open: number;
  /** What it draws on lets it take no more, whoever comes between. */
  readonly room: number;
}

/** Steps from one pause to the next: a few milliseconds even on two hundred lines. */
const PAUSE = 256;

/**
 * Tries every allowed combination once, but for those that cannot win even at their bound. A step asks one coupon what it
 * takes of one cart: for sixteen coupons there are at most 65,535, each as long as the cart has lines.
 */
export class Search<T extends Sharing> {
  /** How often it has asked a coupon. */
  steps = 0;
  private pause = PAUSE;
  private readonly candidates: readonly Candidate<T>[];
  private readonly taken: Taken = new Map();
  private readonly all: number;
  private found: Node;

  /** @param plans in the order in which they act */
  constructor(
    private readonly plans: readonly Plan<T>[],
    left: Left,
  ) {
    const sums = plans.map(({ cutter }) => cutter.ofSum?.lines.join());
    const kinds = plans.map(({ coupon }) => JSON.stringify([coupon.terms, coupon.shares]));
    const shares = plans.map(({ coupon }) => coupon.shares ?? []);
    this.candidates = plans.map((plan, n) => ({
      ...plan,
      shares: shares[n] ?? [],
      limits: limitsOf(shares[n] ?? [], shares.flat()),
      bit: 1 << n,
      beside: besideOf(plans, n),
      alike: 1 << kinds.indexOf(kinds[n] ?? ''),
      sum: sums.indexOf(sums[n]),
    }));
    this.all = sumOf(left);
    this.found = { used: 0, left, discount: 0, gifts: 0 };
  }

  /** Those with which the customer pays least; of such sets the one with the most gifts. It yields when it pauses. */
  *best(): Generator<void, Plan<T>[]> {
    yield* this.visit(this.found, (1 << this.plans.length) - 1);
    return this.plans.filter((_, n) => this.found.used & (1 << n));
  }

  private *visit(node: Node, open: Bits): Generator<void, void> {
    if (this.steps >= this.pause) {
      this.pause = this.steps + PAUSE;
      yield;
    }
    const offers = this.offersAt(node.left, open);
    let begun: Bits = 0;
    for (const [at, offer] of offers.entries()) {
      const { one, discount } = offer;
      if (!isBetter(this.boundOf(node, offers, at), this.found)) return;
      if (begun & one.alike) continue; // what it would begin was begun by one like it
      begun |= one.alike;
      const next = this.with(node, offer, open);
      if (!next) continue;
      if (isBetter(next, this.found)) this.found = next;
      if ((open & one.beside) === 0) continue;
      book(this.taken, one.shares, discount);
      yield* this.visit(next, open & one.beside);
      book(this.taken, one.shares, discount, -1);
    }
  }

  /** Who takes nothing here stays out: he would only keep others out, and give up what his lock reserves. */
  private with(node: Node, { one, discount, gifts }: Offer<T>, open: Bits): Node | undefined {
    if ((discount === 0 && gifts === 0) || shortShare(one.shares, discount, this.taken)) return undefined;
    return {
      used: node.used | one.bit,
      // what the last one leaves nobody will look at
      left: open & one.beside ? leftAfter(node.left, one.cutter.cut(node.left)) : node.left,
      discount: node.discount + discount,
      gifts: node.gifts + gifts,
    };
  }

  private offersAt(left: Left, open: Bits): Offer<T>[] {
    const sums: number[] = [];
    const offers: Offer<T>[] = [];
    for (const one of this.candidates) {
      if (!(open & one.bit)) continue;
      this.steps++;
      const { cutter, sum } = one;
      const { ofSum, gift } = cutter;
      const rest = ofSum ? (sums[sum] ??= openOf(ofSum.lines, left)) : 0;
      const discount = ofSum ? ofSum.takes(rest) : cutter.takes(left);
      offers.push({ one, open: rest, discount, gifts: gift ? 1 : 0, room: roomIn(one.limits, this.taken) });
    }
    return offers;
  }

  /**
   * What no combination of the offers from one on can exceed. Coupons that take from the same sum do so one after the other
   * as if all were used and nobody else took from it: whatever is left of it is no less then. Each of the others takes what
   * it would take of all that is left now. None takes more than it has room for.
   */
  private boundOf(node: Node, offers: readonly Offer<T>[], from: number): Worth {
    const rests: number[] = [];
    let { discount, gifts } = node;
    for (const [at, offer] of offers.entries()) {
      if (at < from) continue;
      const { sum, cutter } = offer.one;
      const rest = rests[sum] ?? offer.open;
      const takes = Math.min(cutter.ofSum ? cutter.ofSum.takes(rest) : offer.discount, offer.room);
      rests[sum] = rest - takes;
      discount += takes;
      gifts += offer.gifts;
    }
    return { discount: Math.min(this.all, discount), gifts };
  }
}

function besideOf(plans: readonly Plan<Stacked>[], n: number): Bits {
  const terms = plans[n]?.coupon.terms;
  let beside: Bits = 0;
  for (const [at, { coupon }] of plans.entries())
    if (at > n && terms && mayCombine(terms, coupon.terms)) beside |= 1 << at;
  return beside;
}
