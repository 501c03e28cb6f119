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
import { CODE_MAX, COUPON_ID_PREFIX, CouponView } from '../../life/http/coupons.views.js';
import { AMOUNT_MAX } from '../../redemption/domain/order.js';
import {
  type CouponUse,
  LOCK_SECONDS_DEFAULT,
  LOCK_SECONDS_MAX,
} from '../../redemption/domain/redemption.js';
import { CouponNameDto, CUSTOMER_ID_PREFIX, nameOf, OrderDto } from '../../redemption/http/order.dto.js';
import { orderOf } from '../../redemption/http/requests.js';
import { BENEFIT_KINDS, type BenefitKind } from '../../templates/domain/terms.js';
import type { DeskCoupon } from '../domain/desk-coupon.js';
import { LOOKED_UP_MAX, type LookedUp } from '../queries/look-up.js';

const MEMBER_ID_PREFIX = 'mem';
const NAME_MAX = 100;
const REQUEST_NO_MAX = 64;

export class LookUpDto {
  @TextField({
    max: CODE_MAX,
    optional: true,
    example: '7ZQ4-M1XK-0D9H-8RTB-W',
    description: 'as it was typed or scanned; or',
  })
  code?: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { optional: true, description: 'and all customers that he is; or' })
  customerId?: string;

  @PublicIdField(MEMBER_ID_PREFIX, { optional: true, description: 'of a loyalty program' })
  memberId?: string;
}

export class DeskCouponView extends CouponView {
  @TextField({ max: NAME_MAX, example: '双十一满 300 减 30', description: 'of the batch' })
  name: string;

  @EnumField(BENEFIT_KINDS, { example: 'fixed' })
  kind: BenefitKind;

  @IntegerField({ min: 0, max: AMOUNT_MAX, nullable: true, example: 30_000, description: '分' })
  minimumSpend: number | null;

  @BooleanField({ example: true, description: 'whether its terms let this store redeem it' })
  usableHere: boolean;

  static from(this: void, { coupon, batch, usableHere }: DeskCoupon): DeskCouponView {
    const { name, kind, terms } = batch;
    return { ...CouponView.of(coupon), name, kind, minimumSpend: terms.minimumSpend ?? null, usableHere };
  }
}

export class LookedUpView {
  @PublicIdField(CUSTOMER_ID_PREFIX, {
    nullable: true,
    description:
      'whose coupons they are: whom to name when he uses a code that nobody holds yet, of which this is null',
  })
  customerId: string | null;

  @ListField(() => DeskCouponView, { maxItems: 2 * LOOKED_UP_MAX })
  coupons: DeskCouponView[];

  static of(this: void, { customerId, coupons }: LookedUp): LookedUpView {
    return {
      customerId: customerId === null ? null : toPublicId(CUSTOMER_ID_PREFIX, customerId),
      coupons: coupons.map(DeskCouponView.from),
    };
  }
}

/** Like `CouponUseDto`; the store stands in the path. */
export class DeskUseDto extends CouponNameDto {
  @PublicIdField(CUSTOMER_ID_PREFIX, {
    optional: true,
    description:
      'who pays: a coupon of another customer is refused, and one that nobody holds yet becomes his; absent: whoever shows a coupon that somebody holds may use it',
  })
  customerId?: string;

  @ObjectField(() => OrderDto)
  order: OrderDto;

  @TextField({ max: NAME_MAX, optional: true, example: 'store' })
  channel?: string;

  @TextField({ max: NAME_MAX, optional: true, example: 'zhangsan', description: 'who serves the customer' })
  staffId?: string;
}

/** @throws coupons.coupon_unnamed */
export function deskUseOf({ customerId, order, channel, staffId, ...name }: DeskUseDto): CouponUse {
  return { coupon: nameOf(name), customerId, order: orderOf(order), channel, staffId };
}

export class DeskLockDto extends DeskUseDto {
  @IntegerField({
    min: 1,
    max: LOCK_SECONDS_MAX,
    optional: true,
    example: LOCK_SECONDS_DEFAULT,
    description: 'how long the order holds the coupon; a desk that may lose its network asks for longer',
  })
  seconds?: number;
}

export class DeskReleaseDto {
  @PublicIdField(COUPON_ID_PREFIX)
  couponId: string;

  @TextField({ max: NAME_MAX, example: 'SO-20261122-0017' })
  orderId: string;
}

export class DeskRedeemDto extends DeskUseDto {
  @TextField({
    max: REQUEST_NO_MAX,
    example: 'till-3-000417',
    description: 'of the desk: the same one with the same body is the same redemption, for ever',
  })
  requestNo: string;

  @TimeField({
    optional: true,
    description:
      'when it happened, of a desk that was without network; it counts while the order held the coupon by its lock',
  })
  at?: Date;
}
