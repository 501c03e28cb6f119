/** Points that stand in the ledger for an award. */
export interface Booking {
  readonly transferId: string;
  readonly customerId: string;
  readonly amount: number;
  /** Of it taken back. */
  readonly reversed: number;
}

/** Money of an order, all its payments and all its refunds, 分. */
export interface OrderSums {
  readonly paid: number;
  readonly refunded: number;
}

/** What to do in the ledger, so that it holds what an award is worth. */
export interface Settlement {
  readonly reverse: readonly { readonly transferId: string; readonly amount: number }[];
  readonly post: number;
}

/**
 * What of an award stands: of an order in proportion to what is not refunded. Depends on the sums and not on their order, so
 * a refund that comes before its payment, or in ten parts, takes back what one whole refund would. The part of a point
 * stays with the customer until the whole is refunded.
 */
export function worthOf(granted: number, order: OrderSums | undefined, isClawedBack: boolean): number {
  if (isClawedBack) return 0;
  if (!order || order.paid === 0) return granted;
  const refunded = BigInt(Math.min(order.paid, order.refunded));
  return granted - Number((BigInt(granted) * refunded) / BigInt(order.paid));
}

/** The newest bookings are taken back first; those of a customer whose award it no longer is, wholly. */
export function planSettlement(
  bookings: readonly Booking[],
  { customerId, worth, isDue }: { customerId: string; worth: number; isDue: boolean },
): Settlement {
  const reverse: { transferId: string; amount: number }[] = [];
  let kept = worth;
  for (const { transferId, customerId: owner, amount, reversed } of bookings) {
    const stands = amount - reversed;
    const stays = owner === customerId ? Math.min(stands, kept) : 0;
    kept -= stays;
    if (stands > stays) reverse.push({ transferId, amount: stands - stays });
  }
  return { reverse, post: isDue ? kept : 0 };
}
