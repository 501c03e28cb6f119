import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { BATCH_ID_PREFIX } from '../../batches/http/batches.views.js';
import { AMOUNT_MAX } from '../../templates/http/terms.dto.js';
import { spellCode } from '../../codes/domain/code.js';
import { COUPON_SOURCES, COUPON_STATES, type Coupon, type CouponState } from '../domain/coupon.js';
import type { CouponEvent } from '../queries/show-coupons.js';
import type { VoidResult } from '../use-cases/void-coupons.js';

export const COUPON_ID_PREFIX = 'cpn';
const CUSTOMER_ID_PREFIX = 'cus';
const STORE_ID_PREFIX = 'sto';
/** Of codes that other systems made, too. */
export const CODE_MAX = 64;
const TEXT_MAX = 200;
const REASON_MAX = 500;
const BULK_MAX = 1_000;
const VERSION_MAX = 2_147_483_647;
const STATE =
  'as of now: claimable 待领取, claimed 已领取, locked 已锁定, redeemed 已核销, reversed 已冲正, expired 已过期, void 已作废';

export class CouponsQuery extends PageQuery {
  @PublicIdField(CUSTOMER_ID_PREFIX, { optional: true, description: 'and all customers that he is' })
  customerId?: string;

  @PublicIdField(BATCH_ID_PREFIX, { optional: true })
  batchId?: string;

  @EnumField(COUPON_STATES, { optional: true, example: 'claimed', description: STATE })
  state?: CouponState;
}

export class CouponCodeDto {
  @TextField({
    max: CODE_MAX,
    example: '7ZQ4-M1XK-0D9H-8RTB-W',
    description: 'as somebody typed or scanned it',
  })
  code: string;
}

export class VoidDto {
  @TextField({ max: REASON_MAX, example: '活动取消' })
  reason: string;

  @BooleanField({
    optional: true,
    example: true,
    description: 'the units go back to the stock, and their holders may have others; default false',
  })
  returned?: boolean;
}

export class VoidManyDto extends VoidDto {
  @ListField(
    { publicId: COUPON_ID_PREFIX },
    { minItems: 1, maxItems: BULK_MAX, example: ['cpn_01jd3q4mfaeq6v5c0qd8y3y5za'] },
  )
  couponIds: string[];
}

export class CouponView {
  @PublicIdField(COUPON_ID_PREFIX)
  id: string;

  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { nullable: true, description: 'null: a code that nobody has yet' })
  customerId: string | null;

  @EnumField(COUPON_STATES, { example: 'claimed', description: STATE })
  state: CouponState;

  @EnumField(COUPON_SOURCES, { example: 'issue', description: 'how it came to be' })
  source: string;

  @TextField({ max: TEXT_MAX, nullable: true, example: 'mini_program' })
  channel: string | null;

  @TimeField()
  validFrom: string;

  @TimeField({ example: '2026-12-31T16:00:00.000Z', description: 'the first instant at which it is expired' })
  validUntil: string;

  @TextField({
    max: TEXT_MAX,
    nullable: true,
    example: null,
    description: 'that holds it, or that it was redeemed for',
  })
  orderId: string | null;

  @TimeField({ nullable: true, example: null })
  lockedUntil: string | null;

  @IntegerField({
    min: 0,
    max: VERSION_MAX,
    example: 0,
    description: 'how many transitions were written down',
  })
  version: number;

  @TimeField()
  issuedAt: string;

  static of(this: void, coupon: Coupon): CouponView {
    const isLocked = coupon.state === 'locked';
    return {
      id: toPublicId(COUPON_ID_PREFIX, coupon.id),
      batchId: toPublicId(BATCH_ID_PREFIX, coupon.batchId),
      customerId: coupon.customerId && toPublicId(CUSTOMER_ID_PREFIX, coupon.customerId),
      state: coupon.state,
      source: coupon.source,
      channel: coupon.channel,
      validFrom: coupon.validFrom.toISOString(),
      validUntil: coupon.validUntil.toISOString(),
      orderId: isLocked || coupon.lockedUntil === null ? coupon.orderId : null,
      lockedUntil: isLocked ? (coupon.lockedUntil?.toISOString() ?? null) : null,
      version: coupon.version,
      issuedAt: coupon.issuedAt.toISOString(),
    };
  }
}

export class CouponEventView {
  @IntegerField({ min: 1, max: VERSION_MAX, example: 1 })
  version: number;

  @EnumField(COUPON_STATES, { example: 'claimed' })
  from: CouponState;

  @EnumField(COUPON_STATES, { example: 'locked' })
  to: CouponState;

  @TimeField()
  at: string;

  @EnumField(['key', 'job', 'cli', 'system'], { example: 'key' })
  actorKind: string;

  @TextField({ max: TEXT_MAX, nullable: true, example: null })
  requestId: string | null;

  @PublicIdField(STORE_ID_PREFIX, { nullable: true })
  storeId: string | null;

  @TextField({ max: TEXT_MAX, nullable: true, example: 'order-20261122-17' })
  orderId: string | null;

  @IntegerField({ min: 0, max: AMOUNT_MAX, nullable: true, example: 1_000, description: '分' })
  amount: number | null;

  @TextField({ max: REASON_MAX, nullable: true, example: null })
  reason: string | null;

  static of(this: void, event: CouponEvent): CouponEventView {
    return {
      ...event,
      at: event.at.toISOString(),
      storeId: event.storeId && toPublicId(STORE_ID_PREFIX, event.storeId),
    };
  }
}

export class CodeView {
  @TextField({ max: CODE_MAX, example: '7ZQ4M1XK0D9H8RTBW' })
  code: string;

  @TextField({
    max: CODE_MAX * 2,
    example: '7ZQ4-M1XK-0D9H-8RTB-W',
    description: 'as people read it; the last one is a check symbol',
  })
  spelled: string;

  static of(code: string): CodeView {
    return { code, spelled: spellCode(code) };
  }
}

export class VoidResultView {
  @PublicIdField(COUPON_ID_PREFIX)
  couponId: string;

  @EnumField(['voided', 'refused'], { example: 'voided' })
  outcome: string;

  @TextField({ max: TEXT_MAX, optional: true, example: 'coupons.coupon_state_refused' })
  code?: string;

  static of(this: void, result: VoidResult): VoidResultView {
    return { ...result, couponId: toPublicId(COUPON_ID_PREFIX, result.couponId) };
  }
}

export class VoidResultsView {
  @ListField(() => VoidResultView, { maxItems: BULK_MAX })
  results: VoidResultView[];
}
