import {
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
} from '../../../../platform/http/fields.js';
import { AMOUNT_MAX } from '../domain/order.js';
import type { CouponName } from '../domain/redemption.js';
import { redemptionErrors } from '../redemption.errors.js';

export const COUPON_ID_PREFIX = 'cpn';
export const CUSTOMER_ID_PREFIX = 'cus';
const CODE_MAX = 64;
const NAME_MAX = 100;
const PIECES_MAX = 1_000_000;

export class OrderItemDto {
  @TextField({ max: NAME_MAX, example: 'SKU-1001' })
  product: string;

  @TextField({ max: NAME_MAX, optional: true, example: 'tea' })
  category?: string;

  @IntegerField({ min: -AMOUNT_MAX, max: AMOUNT_MAX, example: 6_800, description: '分 for one piece' })
  price: number;

  @IntegerField({ min: -PIECES_MAX, max: PIECES_MAX, example: 2 })
  quantity: number;
}

/** Negative amounts pass the form and get a code of their own: they are what shops' refunds look like. */
export class OrderDto {
  @TextField({ max: NAME_MAX, example: 'SO-20261122-0017', description: "the shop's own number" })
  id: string;

  @IntegerField({
    min: -AMOUNT_MAX,
    max: AMOUNT_MAX,
    example: 13_600,
    description: '分 before coupons: all items and the shipping; never negative',
  })
  total: number;

  @TextField({
    max: 10,
    optional: true,
    example: 'CNY',
    description: 'CNY, which is the default and all there is',
  })
  currency?: string;

  @ListField(() => OrderItemDto, { maxItems: 200, optional: true })
  items?: OrderItemDto[];

  @IntegerField({
    min: -AMOUNT_MAX,
    max: AMOUNT_MAX,
    optional: true,
    example: 0,
    description: '分, part of the total',
  })
  shipping?: number;
}

export class CouponNameDto {
  @PublicIdField(COUPON_ID_PREFIX, { optional: true, description: 'either this or the code' })
  couponId?: string;

  @TextField({
    max: CODE_MAX,
    optional: true,
    example: '7ZQ4-M1XK-0D9H-8RTB-W',
    description: 'as it was typed or scanned',
  })
  code?: string;
}

/** @throws coupons.coupon_unnamed */
export function nameOf({ couponId, code }: CouponNameDto): CouponName {
  if (couponId !== undefined && code === undefined) return { id: couponId };
  if (code !== undefined && couponId === undefined) return { code };
  throw redemptionErrors.coupon_unnamed();
}

export class CouponUseDto extends CouponNameDto {
  @PublicIdField(CUSTOMER_ID_PREFIX, {
    optional: true,
    description:
      'who pays: a coupon of another customer is refused, and one that nobody holds yet becomes his; absent: whoever shows a coupon that somebody holds may use it',
  })
  customerId?: string;

  @ObjectField(() => OrderDto)
  order: OrderDto;

  @TextField({ max: NAME_MAX, optional: true, example: '上海-01', description: 'code of the store' })
  store?: string;

  @TextField({ max: NAME_MAX, optional: true, example: 'mini_program' })
  channel?: string;

  @TextField({ max: NAME_MAX, optional: true, example: 'zhangsan', description: 'who serves the customer' })
  staffId?: string;
}
