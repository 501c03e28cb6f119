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
  /** The discount of that alone. */
  readonly takes: (left: Left) => number;
  readonly gift?: Gift;
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
      return exchanging(benefit, linesOf(benefit.products, cart));
    case 'gift':
      return giving(benefit, linesOf([benefit.product], cart));
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
    takes: (left) => takes(openOf(lines, left)),
    cut: (left) => {
      const open = openOf(lines, left);
      const discount = takes(open);
      return { off: spread(discount, open, { lines, left }), discount };
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
  for (const at of lines) {
    if (rest === 0) break;
    const more = Math.min(rest, (left[at] ?? 0) - (off[at] ?? 0));
    off[at] = (off[at] ?? 0) + more;
    rest -= more;
  }
  return off;
}

/**
 * amount × part ÷ whole without its fraction, also where the product is more than a double holds. No amount is 2^40, so the
 * quotient is 2^-12 wrong at most, which matters only beside a whole number: there the remainder is less than 2^30, and the
 * lower 32 bits of it, which `imul` knows, say whether that number is reached.
 */
function shareOf(amount: number, part: number, whole: number): number {
  const product = amount * part;
  const quotient = product / whole;
  if (product <= Number.MAX_SAFE_INTEGER) return Math.floor(quotient);
  const near = Math.round(quotient);
  if (Math.abs(quotient - near) > 2 ** -11) return Math.floor(quotient);
  return ((Math.imul(amount, part) - Math.imul(near, whole)) | 0) < 0 ? near - 1 : near;
}

/** A line that a coupon names by its product. */
interface Named {
  readonly at: number;
  readonly quantity: number;
}

function linesOf(products: readonly string[], { lines }: Cart): Named[] {
  return lines.flatMap((line, at) => (isOneOf(line, products) ? [{ at, quantity: line.quantity }] : []));
}

/** One piece of the products, that which saves most, for the price of the exchange. */
function exchanging({ price }: Benefit<'exchange'>, lines: readonly Named[]): Cutter {
  const bestOf = (left: Left): { at: number; saves: number } => {
    let [best, most] = [0, 0];
    for (const { at, quantity } of lines) {
      const saves = pieceOf(left[at] ?? 0, quantity) - price;
      if (saves > most) [best, most] = [at, saves];
    }
    return { at: best, saves: most };
  };
  const takes = (left: Left): number => bestOf(left).saves;
  const cut = (left: Left): Cut => {
    const { at: best, saves } = bestOf(left);
    return { off: left.map((_, at) => (at === best ? saves : 0)), discount: saves };
  };
  return { takes, cut };
}

/** Pieces that stand in the order are taken off there. */
function giving({ product, quantity: all }: Benefit<'gift'>, lines: readonly Named[]): Cutter {
  const gift = { product, quantity: all };
  const offOf = (left: Left): number[] => {
    let pieces = all;
    return lines.map(({ at, quantity }) => {
      const given = Math.min(pieces, quantity);
      pieces -= given;
      return given === quantity ? (left[at] ?? 0) : given * pieceOf(left[at] ?? 0, quantity);
    });
  };
  const takes = (left: Left): number => sumOf(offOf(left));
  const cut = (left: Left): Cut => {
    const off = left.map(() => 0);
    for (const [n, amount] of offOf(left).entries()) off[lines[n]?.at ?? 0] = amount;
    return { off, discount: sumOf(off), gift };
  };
  return { takes, cut, gift };
}

function pieceOf(left: number, quantity: number): number {
  return Math.floor(left / quantity);
}
