import type { CouponTerms } from '../../templates/domain/terms.js';
import { type Cart, type Left, type Line, sumOf } from './order.js';

export interface Gift {
  readonly product: string;
  readonly quantity: number;
}

/** What a coupon takes off. */
export interface Cut {
  /** 分 off each line of the cart, and last off its shipping. */
  readonly off: readonly number[];
  /** 分, their sum. */
  readonly discount: number;
  /** Handed out for nothing; pieces of it that stand in the order are taken off there. */
  readonly gift?: Gift | undefined;
}

/** Lines that the conditions let in: of one of the products or of one of the categories; all when neither is said. */
export function eligibleLines({ conditions }: CouponTerms, { lines }: Cart): number[] {
  const { products, categories } = conditions;
  const all = products === undefined && categories === undefined;
  return lines.flatMap((line, at) => (all || isOneOf(line, products, categories) ? [at] : []));
}

/** What the lines cost before any coupon, on which thresholds stand: no coupon makes another miss its own. */
export function priceOf({ lines }: Cart, at: readonly number[]): number {
  return sumOf(at.map((n) => (lines[n]?.price ?? 0) * (lines[n]?.quantity ?? 0)));
}

/** A coupon on a cart, ready to be asked often. */
export interface Cutter {
  /** What it takes off what others have left. */
  readonly cut: (left: Left) => Cut;
  /** Of one whose discount depends on a sum alone: the lines of the sum, and what it takes of so much. */
  readonly ofSum?: { readonly lines: readonly number[]; readonly takes: (open: number) => number };
}

/** What a coupon takes off what others have left, once. */
export function cutOf(terms: CouponTerms, cart: Cart, left: Left): Cut {
  return cutterOf(terms, cart).cut(left);
}

/**
 * Never takes more than is left. Fractions of a 分 are not given. It takes no more when less is left, and leaves no more of a
 * sum that was less: on both the search for the best combination relies.
 */
export function cutterOf(terms: CouponTerms, cart: Cart): Cutter {
  const { benefit } = terms;
  switch (benefit.kind) {
    case 'exchange':
      return { cut: (left) => ofAmounts(exchangeOff(benefit, cart, left)) };
    case 'gift':
      return { cut: (left) => ({ ...ofAmounts(giftOff(benefit, cart, left)), gift: giftOf(benefit) }) };
    case 'shipping':
      return spreading([cart.lines.length], () => benefit.cap ?? Infinity);
    default: {
      const lines = eligibleLines(terms, cart);
      return spreading(lines, wishOf(benefit, priceOf(cart, lines)));
    }
  }
}

function spreading(lines: readonly number[], wish: (open: number) => number): Cutter {
  const takes = (open: number): number => Math.min(wish(open), open);
  return {
    ofSum: { lines, takes },
    cut: (left) => {
      const open = openOf(lines, left);
      return ofAmounts(spread(takes(open), open, { lines, left }));
    },
  };
}

/** What is left of some lines. */
export function openOf(lines: readonly number[], left: Left): number {
  let open = 0;
  for (const at of lines) open += left[at] ?? 0;
  return open;
}

function isOneOf(
  { product, category }: Line,
  products: readonly string[] = [],
  categories: readonly string[] = [],
): boolean {
  return (
    (product !== undefined && products.includes(product)) ||
    (category !== undefined && categories.includes(category))
  );
}

type Benefit<K extends CouponTerms['benefit']['kind']> = Extract<CouponTerms['benefit'], { kind: K }>;

/** What a benefit would take off so much, were that enough. @param price of the lines before any coupon */
function wishOf(
  benefit: Benefit<'fixed' | 'percentage' | 'stepped'>,
  price: number,
): (open: number) => number {
  if (benefit.kind === 'fixed') return () => benefit.amount;
  if (benefit.kind === 'percentage')
    return (open) => Math.min(Math.floor((open * benefit.percentOff) / 100), benefit.cap ?? Infinity);
  const off = Math.max(0, ...benefit.steps.filter(({ from }) => from <= price).map((step) => step.off));
  return () => off;
}

/** Each line bears its share; what rounding leaves over goes to the first lines that still cost something. */
function spread(
  amount: number,
  open: number,
  { lines, left }: { readonly lines: readonly number[]; readonly left: Left },
): number[] {
  const off = left.map(() => 0);
  if (amount <= 0 || open === 0) return off;
  let rest = amount;
  for (const at of lines) {
    const share = shareOf(amount, left[at] ?? 0, open);
    off[at] = share;
    rest -= share;
  }
  for (const at of rest > 0 ? lines : []) {
    const more = Math.min(rest, (left[at] ?? 0) - (off[at] ?? 0));
    off[at] = (off[at] ?? 0) + more;
    rest -= more;
  }
  return off;
}

/** amount × part ÷ whole without its fraction, also where the product is more than a double holds. */
function shareOf(amount: number, part: number, whole: number): number {
  const product = amount * part;
  if (Number.isSafeInteger(product)) return Math.floor(product / whole);
  return Number((BigInt(amount) * BigInt(part)) / BigInt(whole));
}

/** One piece of the products, that which saves most, for the price of the exchange. */
function exchangeOff({ products, price }: Benefit<'exchange'>, { lines }: Cart, left: Left): number[] {
  const off = left.map(() => 0);
  const savings = lines.map((line, at) =>
    isOneOf(line, products) ? Math.max(0, pieceLeft(line, left[at] ?? 0) - price) : 0,
  );
  const best = Math.max(0, ...savings);
  if (best > 0) off[savings.indexOf(best)] = best;
  return off;
}

function giftOff({ product, quantity }: Benefit<'gift'>, { lines }: Cart, left: Left): number[] {
  let pieces = quantity;
  const off = left.map(() => 0);
  for (const [at, line] of lines.entries()) {
    if (line.product !== product) continue;
    const given = Math.min(pieces, line.quantity);
    off[at] = given === line.quantity ? (left[at] ?? 0) : given * pieceLeft(line, left[at] ?? 0);
    pieces -= given;
  }
  return off;
}

function pieceLeft({ quantity }: Line, left: number): number {
  return Math.floor(left / quantity);
}

function giftOf({ product, quantity }: Benefit<'gift'>): Gift {
  return { product, quantity };
}

function ofAmounts(off: readonly number[]): Cut {
  return { off, discount: sumOf(off) };
}
