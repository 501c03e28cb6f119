import type { Order } from '../domain/order.js';
import type { CouponUse } from '../domain/redemption.js';
import { type CouponUseDto, nameOf, type OrderDto } from './order.dto.js';

export function orderOf({ items = [], ...order }: OrderDto): Order {
  return { ...order, items };
}

/** @throws coupons.coupon_unnamed */
export function useOf({ customerId, order, store, channel, staffId, ...name }: CouponUseDto): CouponUse {
  return { coupon: nameOf(name), customerId, order: orderOf(order), store, channel, staffId };
}
