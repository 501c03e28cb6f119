import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { COUPON_STATES, type Coupon, type CouponState } from '../../life/domain/coupon.js';
import { STACK_MAX } from '../domain/best-combination.js';
import type { Gift } from '../domain/discount.js';
import { LEFT_OUT_REASONS, type LeftOutReason } from '../domain/left-out.js';
import { AMOUNT_MAX } from '../domain/order.js';
import { LOCK_SECONDS_DEFAULT, LOCK_SECONDS_MAX } from '../domain/redemption.js';
import { type Refusal, REFUSALS } from '../domain/refusal.js';
import type { Combined } from '../use-cases/combine.js';
import type { Locked } from '../use-cases/locks.js';
import type { Validated } from '../use-cases/redemption.js';
import { COUPON_ID_PREFIX, CouponNameDto, CouponUseDto, CUSTOMER_ID_PREFIX, OrderDto } from './order.dto.js';

const NAME_MAX = 100;
const discountField = (description: string): PropertyDecorator =>
  IntegerField({ min: 0, max: AMOUNT_MAX, example: 2_000, description });

export class GiftView {
  @TextField({ max: NAME_MAX, example: 'SKU-9001' })
  product: string;

  @IntegerField({ min: 1, max: AMOUNT_MAX, example: 1 })
  quantity: number;

  static of(this: void, gift: Gift | undefined): GiftView | null {
    return gift ? { product: gift.product, quantity: gift.quantity } : null;
  }
}

export class ValidationView {
  @PublicIdField(COUPON_ID_PREFIX)
  couponId: string;

  @BooleanField({ example: true, description: 'whether a redemption would be taken now' })
  allowed: boolean;

  @EnumField(REFUSALS, { nullable: true, example: null, description: 'why not: one of a closed list' })
  refusal: Refusal | null;

  @discountField('分 off the order; 0 when it is refused')
  discount: number;

  @ObjectField(() => GiftView, { nullable: true, description: 'what is handed out for nothing' })
  gift: GiftView | null;

  static of(this: void, { coupon, verdict }: Validated): ValidationView {
    return {
      couponId: toPublicId(COUPON_ID_PREFIX, coupon.id),
      allowed: verdict.refusal === undefined,
      refusal: verdict.refusal ?? null,
      discount: verdict.cut?.discount ?? 0,
      gift: GiftView.of(verdict.cut?.gift),
    };
  }
}

export class LockDto extends CouponUseDto {
  @IntegerField({
    min: 1,
    max: LOCK_SECONDS_MAX,
    optional: true,
    example: LOCK_SECONDS_DEFAULT,
    description: 'how long the order holds the coupon; never beyond the end of its validity',
  })
  seconds?: number;
}

export class LockView {
  @PublicIdField(COUPON_ID_PREFIX)
  couponId: string;

  @TextField({ max: NAME_MAX, example: 'SO-20261122-0017' })
  orderId: string;

  @TimeField({ description: 'from this instant on other orders may have it' })
  lockedUntil: string;

  @discountField('分, reserved of the budgets of its batch')
  discount: number;

  @ObjectField(() => GiftView, { nullable: true })
  gift: GiftView | null;

  static of(this: void, { couponId, orderId, lockedUntil, discount, gift }: Locked): LockView {
    return {
      couponId: toPublicId(COUPON_ID_PREFIX, couponId),
      orderId,
      lockedUntil: lockedUntil.toISOString(),
      discount,
      gift: GiftView.of(gift),
    };
  }
}

export class ReleaseDto extends CouponNameDto {
  @TextField({ max: NAME_MAX, example: 'SO-20261122-0017' })
  orderId: string;
}

export class ReleasedView {
  @PublicIdField(COUPON_ID_PREFIX)
  couponId: string;

  @EnumField(COUPON_STATES, { example: 'claimed' })
  state: CouponState;

  static of(this: void, { id, state }: Coupon): ReleasedView {
    return { couponId: toPublicId(COUPON_ID_PREFIX, id), state };
  }
}

export class CombineDto {
  @ListField(() => CouponNameDto, { minItems: 1, maxItems: STACK_MAX })
  coupons: CouponNameDto[];

  @PublicIdField(CUSTOMER_ID_PREFIX, { optional: true, description: 'who pays' })
  customerId?: string;

  @ObjectField(() => OrderDto)
  order: OrderDto;

  @TextField({ max: NAME_MAX, optional: true, example: '上海-01', description: 'code of the store' })
  store?: string;

  @TextField({ max: NAME_MAX, optional: true, example: 'mini_program' })
  channel?: string;
}

export class UsedCouponView {
  @PublicIdField(COUPON_ID_PREFIX)
  couponId: string;

  @discountField('分 that it takes off, after those before it')
  discount: number;

  @ObjectField(() => GiftView, { nullable: true })
  gift: GiftView | null;
}

export class LeftOutCouponView {
  @PublicIdField(COUPON_ID_PREFIX, { nullable: true, description: 'null: there is no such coupon' })
  couponId: string | null;

  @TextField({ max: NAME_MAX, nullable: true, example: null, description: 'the code it was named by' })
  code: string | null;

  @EnumField(LEFT_OUT_REASONS, {
    example: 'not_combinable',
    description:
      'a refusal, or: not_combinable beside used ones; adds_nothing: the customer would pay no less with it',
  })
  reason: LeftOutReason;

  @ListField(
    { publicId: COUPON_ID_PREFIX },
    {
      maxItems: STACK_MAX,
      example: ['cpn_01jd3q4mfaeq6v5c0qd8y3y5za'],
      description: 'the used ones beside which it is not allowed',
    },
  )
  excludedBy: string[];
}

export class CombinationView {
  @discountField('分 off the order in all')
  discount: number;

  @ListField(() => UsedCouponView, {
    maxItems: STACK_MAX,
    description: 'in the order in which they act: lock or redeem them so',
  })
  used: UsedCouponView[];

  @ListField(() => LeftOutCouponView, { maxItems: STACK_MAX })
  leftOut: LeftOutCouponView[];

  static of(this: void, { used, leftOut, discount }: Combined): CombinationView {
    const publicId = (id: string): string => toPublicId(COUPON_ID_PREFIX, id);
    return {
      discount,
      used: used.map(({ couponId, cut }) => ({
        couponId: publicId(couponId),
        discount: cut.discount,
        gift: GiftView.of(cut.gift),
      })),
      leftOut: leftOut.map(({ name, couponId, reason, excludedBy }) => ({
        couponId: couponId === undefined ? null : publicId(couponId),
        code: name.code ?? null,
        reason,
        excludedBy: excludedBy.map(publicId),
      })),
    };
  }
}
