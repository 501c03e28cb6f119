import { hash } from 'node:crypto';
import type { RedeemRequest, ReverseRequest } from '../domain/redemption.js';

/** What a request number stands for. The coupon counts, and not whether it was named by its id or by its code. */
export function bodyHash(wanted: RedeemRequest, couponId: string): Buffer {
  const { customerId, order, store, channel, staffId, at } = wanted;
  const items = order.items.map(({ product, category, price, quantity }) => [
    product,
    category,
    price,
    quantity,
  ]);
  const said = [order.id, order.total, order.currency ?? 'CNY', order.shipping ?? 0, items];
  return hashOf([couponId, customerId, said, store, channel, staffId, at]);
}

export function reversalHash({ redemptionId, amount, reason }: ReverseRequest): Buffer {
  return hashOf([redemptionId, amount, reason]);
}

function hashOf(said: readonly unknown[]): Buffer {
  return hash('sha256', JSON.stringify(said), 'buffer');
}
