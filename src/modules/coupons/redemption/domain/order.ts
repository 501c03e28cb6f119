/** Amounts are 分, integers. */
export interface OrderItem {
  /** The shop's own number of the product. */
  readonly product: string;
  readonly category?: string | undefined;
  /** Of one piece, before any coupon. */
  readonly price: number;
  readonly quantity: number;
}

/** What somebody buys, before coupons. */
export interface Order {
  /** The shop's own number of the order. */
  readonly id: string;
  /** All items and the shipping; without items, what is bought is not known and conditions on products are not met. */
  readonly total: number;
  /** Absent: CNY, which is all there is. */
  readonly currency?: string | undefined;
  readonly items: readonly OrderItem[];
  readonly shipping?: number | undefined;
}

/** A line of an order. What is still to be paid for it stands in the `Left` of the moment. */
export interface Line {
  readonly product?: string | undefined;
  readonly category?: string | undefined;
  readonly price: number;
  readonly quantity: number;
}

/** An order as coupons see it. */
export interface Cart {
  readonly lines: readonly Line[];
  readonly shipping: number;
}

/** What is still to be paid of each line of a cart, and last of its shipping. */
export type Left = readonly number[];

export type OrderFault = 'currency_unsupported' | 'order_amount_invalid' | 'order_total_mismatch';

export const AMOUNT_MAX = 1_000_000_000_000;

/** What is wrong with an order before any coupon is looked at. */
export function faultOf({ currency = 'CNY', total, items, shipping = 0 }: Order): OrderFault | undefined {
  if (currency !== 'CNY') return 'currency_unsupported';
  const isAmount = (amount: number): boolean =>
    Number.isSafeInteger(amount) && amount >= 0 && amount <= AMOUNT_MAX;
  const isItem = ({ price, quantity }: OrderItem): boolean =>
    isAmount(price) && Number.isSafeInteger(quantity) && quantity >= 1 && isAmount(price * quantity);
  if (!isAmount(total) || !isAmount(shipping) || shipping > total || !items.every(isItem))
    return 'order_amount_invalid';
  const sum = items.reduce((all, { price, quantity }) => all + price * quantity, shipping);
  return items.length > 0 && sum !== total ? 'order_total_mismatch' : undefined;
}

export function cartOf({ total, items, shipping = 0 }: Order): Cart {
  return { lines: items.length > 0 ? items : [{ price: total - shipping, quantity: 1 }], shipping };
}

export function leftOf({ lines, shipping }: Cart): Left {
  return [...lines.map(({ price, quantity }) => price * quantity), shipping];
}

export function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
