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

/**
 * What a coupon takes off what others have left, never more than that. Fractions of a 分 are not given. It never grows when
 * less is left, on which the search for the best combination relies.
 */
export function cutOf(terms: CouponTerms, cart: Cart, left: Left): Cut {
  const { benefit } = terms;
  const none = left.map(() => 0);
  switch (benefit.kind) {
    case 'exchange':
      return ofAmounts(exchangeOff(benefit, cart, left));
    case 'gift':
      return { ...ofAmounts(giftOff(benefit, cart, left)), gift: giftOf(benefit) };
    case 'shipping':
      return ofAmounts([...none.slice(1), Math.min(left.at(-1) ?? 0, benefit.cap ?? Infinity)]);
    default: {
      const eligible = eligibleLines(terms, cart);
      const open = sumOf(eligible.map((at) => left[at] ?? 0));
      return ofAmounts(
        spread(Math.min(wantedOff(benefit, open, priceOf(cart, eligible)), open), eligible, left),
      );
    }
  }
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

function wantedOff(
  benefit: Benefit<'fixed' | 'percentage' | 'stepped'>,
  open: number,
  price: number,
): number {
  if (benefit.kind === 'fixed') return benefit.amount;
  if (benefit.kind === 'percentage')
    return Math.min(Math.floor((open * benefit.percentOff) / 100), benefit.cap ?? Infinity);
  return Math.max(0, ...benefit.steps.filter(({ from }) => from <= price).map(({ off }) => off));
}

/** Each line bears its share; what rounding leaves over goes to the first lines that still cost something. */
function spread(amount: number, eligible: readonly number[], left: Left): number[] {
  const open = sumOf(eligible.map((at) => left[at] ?? 0));
  const off = left.map(() => 0);
  if (amount <= 0 || open === 0) return off;
  for (const at of eligible) off[at] = shareOf(amount, left[at] ?? 0, open);
  let rest = amount - sumOf(off);
  for (const at of rest > 0 ? eligible : []) {
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
