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
import { spellCode } from '../../codes/domain/code.js';
import { COUPON_SOURCES, COUPON_STATES } from '../../life/domain/coupon.js';
import {
  BATCH_ID_PREFIX,
  CHANNEL_MAX,
  COUPON_ID_PREFIX,
  CUSTOMER_ID_PREFIX,
  type IssueResult,
  ORDERS_PER_CALL_MAX,
} from '../domain/issue-order.js';
import type { ShownCoupon } from '../queries/shown-coupons.js';
import type { ClaimResult } from '../use-cases/claim-batcher.js';

const KEY_MAX = 128;
const CODE_MAX = 64;
const CODE_OF_REFUSAL_MAX = 64;
const KEY_DESCRIPTION =
  "the business's own name for it, such as `birthday:2026:8842`: it gives one coupon once for ever in the corp";
const CHANNEL_DESCRIPTION = 'where it was got, for the figures: a word of your own';

export class ClaimDto {
  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TextField({ max: CHANNEL_MAX, optional: true, example: 'mini_program', description: CHANNEL_DESCRIPTION })
  channel?: string;
}

export class IssueDto extends ClaimDto {
  @TextField({ max: KEY_MAX, example: 'birthday:2026:8842', description: KEY_DESCRIPTION })
  key: string;
}

export class IssuesDto {
  @ListField(() => IssueDto, { minItems: 1, maxItems: ORDERS_PER_CALL_MAX })
  coupons: IssueDto[];
}

export class GotCouponView {
  @PublicIdField(COUPON_ID_PREFIX)
  id: string;

  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { nullable: true })
  customerId: string | null;

  @EnumField(COUPON_STATES, { example: 'claimed' })
  state: string;

  @TextField({ max: CODE_MAX, example: '7ZQ4-M1XK-0D9H-8RTB-W', description: 'for its holder only' })
  code: string;

  @EnumField(COUPON_SOURCES, { example: 'claim' })
  source: string;

  @TextField({ max: CHANNEL_MAX, nullable: true, example: 'mini_program' })
  channel: string | null;

  @TimeField()
  validFrom: string;

  @TimeField({ example: '2026-12-22T16:00:00.000Z' })
  validUntil: string;

  @TimeField()
  issuedAt: string;

  static of(coupon: ShownCoupon): GotCouponView {
    const { id, batchId, customerId, state, code, source, channel } = coupon;
    return {
      id: toPublicId(COUPON_ID_PREFIX, id),
      batchId: toPublicId(BATCH_ID_PREFIX, batchId),
      customerId: customerId === null ? null : toPublicId(CUSTOMER_ID_PREFIX, customerId),
      state,
      code: spellCode(code),
      source,
      channel,
      validFrom: coupon.validFrom.toISOString(),
      validUntil: coupon.validUntil.toISOString(),
      issuedAt: coupon.issuedAt.toISOString(),
    };
  }
}

export class ClaimedView {
  @ObjectField(() => GotCouponView)
  coupon: GotCouponView;

  @BooleanField({
    example: false,
    description: 'whether the same was asked before, and this is the coupon of then',
  })
  replayed: boolean;

  static of({ coupon, replayed }: Extract<ClaimResult, { outcome: 'claimed' }>): ClaimedView {
    return { coupon: GotCouponView.of(coupon), replayed };
  }
}

export class IssueResultView {
  @IntegerField({ min: 0, max: ORDERS_PER_CALL_MAX, example: 0, description: 'its place in the request' })
  index: number;

  @EnumField(['issued', 'refused'], { example: 'issued' })
  outcome: string;

  @PublicIdField(COUPON_ID_PREFIX, { nullable: true })
  couponId: string | null;

  @BooleanField({ example: false })
  replayed: boolean;

  @TextField({ max: CODE_OF_REFUSAL_MAX, nullable: true, example: null, description: 'why there is none' })
  code: string | null;

  static of(result: IssueResult, index: number): IssueResultView {
    const { outcome } = result;
    if (outcome === 'refused') return { index, outcome, couponId: null, replayed: false, code: result.code };
    const couponId = toPublicId(COUPON_ID_PREFIX, result.couponId);
    return { index, outcome, couponId, replayed: result.replayed, code: null };
  }
}

export class IssueResultsView {
  @ListField(() => IssueResultView, { maxItems: ORDERS_PER_CALL_MAX })
  results: IssueResultView[];
}
