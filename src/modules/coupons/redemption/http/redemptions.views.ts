import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import type { Gift } from '../domain/discount.js';
import { AMOUNT_MAX } from '../domain/order.js';
import type { Redeemed, Reversal } from '../domain/redemption.js';
import { COUPON_ID_PREFIX, CouponUseDto, CUSTOMER_ID_PREFIX } from './order.dto.js';
import { GiftView } from './uses.views.js';

export const REDEMPTION_ID_PREFIX = 'rdm';
const BATCH_ID_PREFIX = 'cpb';
const STORE_ID_PREFIX = 'sto';
const REQUEST_NO_MAX = 64;
const NAME_MAX = 100;
const REASON_MAX = 500;
const REVERSALS_MAX = 10_000;

export class RedeemDto extends CouponUseDto {
  @TextField({
    max: REQUEST_NO_MAX,
    example: 'till-3-000417',
    description: 'of the shop: the same one with the same body is the same redemption, for ever',
  })
  requestNo: string;

  @TimeField({
    optional: true,
    description:
      'when it happened, of a desk without network; counts while the order held the coupon by its lock',
  })
  at?: Date;
}

export class ReverseDto {
  @TextField({ max: REQUEST_NO_MAX, example: 'till-3-refund-000031' })
  requestNo: string;

  @IntegerField({
    min: 1,
    max: AMOUNT_MAX,
    optional: true,
    example: 1_000,
    description: '分 of the discount; absent: all that is left',
  })
  amount?: number;

  @TextField({ max: REASON_MAX, optional: true, example: '退货一件' })
  reason?: string;
}

export class RedemptionsQuery extends PageQuery {
  @PublicIdField(COUPON_ID_PREFIX, { optional: true })
  couponId?: string;

  @PublicIdField(BATCH_ID_PREFIX, { optional: true })
  batchId?: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { optional: true })
  customerId?: string;

  @TextField({ max: NAME_MAX, optional: true, example: 'SO-20261122-0017' })
  orderId?: string;
}

export class ReversalView {
  @PublicIdField('rvs')
  id: string;

  @PublicIdField(REDEMPTION_ID_PREFIX)
  redemptionId: string;

  @TextField({ max: REQUEST_NO_MAX, example: 'till-3-refund-000031' })
  requestNo: string;

  @IntegerField({ min: 0, max: AMOUNT_MAX, example: 1_000, description: '分' })
  amount: number;

  @BooleanField({ example: false, description: 'whether its holder may use the coupon again' })
  returned: boolean;

  @TextField({ max: REASON_MAX, nullable: true, example: '退货一件' })
  reason: string | null;

  @TimeField()
  at: string;

  static of(
    this: void,
    { id, redemptionId, requestNo, amount, returned, reason, at }: Reversal,
  ): ReversalView {
    return {
      id: toPublicId('rvs', id),
      redemptionId: toPublicId(REDEMPTION_ID_PREFIX, redemptionId),
      requestNo,
      amount,
      returned,
      reason,
      at: at.toISOString(),
    };
  }
}

export class RedemptionView {
  @PublicIdField(REDEMPTION_ID_PREFIX)
  id: string;

  @PublicIdField(COUPON_ID_PREFIX)
  couponId: string;

  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TextField({ max: REQUEST_NO_MAX, example: 'till-3-000417' })
  requestNo: string;

  @TextField({ max: NAME_MAX, example: 'SO-20261122-0017' })
  orderId: string;

  @IntegerField({ min: 0, max: AMOUNT_MAX, example: 13_600, description: '分 before coupons' })
  orderTotal: number;

  @IntegerField({ min: 0, max: AMOUNT_MAX, example: 2_000, description: '分' })
  discount: number;

  @IntegerField({
    min: 0,
    max: AMOUNT_MAX,
    example: 0,
    description: '分 of the discount that were taken back',
  })
  reversed: number;

  @BooleanField({ example: true, description: 'not taken back as a whole' })
  open: boolean;

  @PublicIdField(STORE_ID_PREFIX, { nullable: true })
  storeId: string | null;

  @TextField({ max: NAME_MAX, nullable: true, example: 'mini_program' })
  channel: string | null;

  @TextField({ max: NAME_MAX, nullable: true, example: 'zhangsan' })
  staffId: string | null;

  @TimeField()
  redeemedAt: string;

  static of(this: void, redeemed: Redeemed): RedemptionView {
    const { id, couponId, batchId, customerId, storeId } = redeemed;
    const { requestNo, orderId, orderTotal, discount, reversed, open, channel, staffId } = redeemed;
    return {
      id: toPublicId(REDEMPTION_ID_PREFIX, id),
      couponId: toPublicId(COUPON_ID_PREFIX, couponId),
      batchId: toPublicId(BATCH_ID_PREFIX, batchId),
      customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId),
      requestNo,
      orderId,
      orderTotal,
      discount,
      reversed,
      open,
      storeId: storeId && toPublicId(STORE_ID_PREFIX, storeId),
      channel,
      staffId,
      redeemedAt: redeemed.redeemedAt.toISOString(),
    };
  }
}

export class RedeemedView extends RedemptionView {
  @ObjectField(() => GiftView, { nullable: true, description: 'what is handed out for nothing' })
  gift: GiftView | null;

  @BooleanField({ example: false, description: 'the request number had been here before' })
  replayed: boolean;

  static from(
    this: void,
    redeemed: Redeemed & { readonly gift?: Gift | undefined; readonly replayed: boolean },
  ): RedeemedView {
    return {
      ...RedemptionView.of(redeemed),
      gift: GiftView.of(redeemed.gift),
      replayed: redeemed.replayed,
    };
  }
}

export class RedemptionDetailView extends RedemptionView {
  @ListField(() => ReversalView, { maxItems: REVERSALS_MAX, description: 'the oldest first' })
  reversals: ReversalView[];

  static from(
    this: void,
    redeemed: Redeemed & { readonly reversals: readonly Reversal[] },
  ): RedemptionDetailView {
    return { ...RedemptionView.of(redeemed), reversals: redeemed.reversals.map(ReversalView.of) };
  }
}
