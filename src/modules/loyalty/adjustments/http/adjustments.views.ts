import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import {
  type Adjustment,
  ADJUSTMENT_STATES,
  type AdjustmentLimit,
  type AdjustmentState,
} from '../domain/adjustment.js';

export const ADJUSTMENT_ID_PREFIX = 'adj';
const PROGRAM_ID_PREFIX = 'prg';
const CUSTOMER_ID_PREFIX = 'cus';
const TRANSFER_ID_PREFIX = 'ptr';
const POINTS_MAX = 1_000_000_000_000;
const KEY_MAX = 100;
const WALLET_MAX = 64;
const REASON_MAX = 500;
const OWNER_MAX = 200;

export class AdjustmentDto {
  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @TextField({
    max: KEY_MAX,
    example: 'complaint-20261122-17',
    description: 'business key: the same one is the same adjustment, for ever',
  })
  key: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TextField({ max: WALLET_MAX, optional: true, example: 'points', description: 'default points' })
  wallet?: string;

  @IntegerField({ min: -POINTS_MAX, max: POINTS_MAX, example: 50, description: 'negative takes away; not 0' })
  amount: number;

  @TextField({ max: REASON_MAX, example: '补发未到账的签到积分' })
  reason: string;
}

export class AdjustmentsQuery extends PageQuery {
  @EnumField(ADJUSTMENT_STATES, { optional: true, example: 'requested' })
  state?: AdjustmentState;

  @PublicIdField(CUSTOMER_ID_PREFIX, { optional: true })
  customerId?: string;
}

export class AdjustmentDecisionDto {
  @TextField({ max: REASON_MAX, optional: true, example: '已核对签到记录' })
  reason?: string;
}

export class AdjustmentView {
  @PublicIdField(ADJUSTMENT_ID_PREFIX)
  id: string;

  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @TextField({ max: KEY_MAX, example: 'complaint-20261122-17' })
  key: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TextField({ max: WALLET_MAX, example: 'points' })
  wallet: string;

  @IntegerField({ min: -POINTS_MAX, max: POINTS_MAX, example: 50 })
  amount: number;

  @TextField({ max: REASON_MAX, example: '补发未到账的签到积分' })
  reason: string;

  @EnumField(ADJUSTMENT_STATES, {
    example: 'approved',
    description: 'requested: waits for another owner; approved: posted',
  })
  state: AdjustmentState;

  @TextField({ max: OWNER_MAX, example: 'desk', description: 'owner of the key that asked' })
  requestedBy: string;

  @TimeField()
  requestedAt: string;

  @TextField({
    max: OWNER_MAX,
    nullable: true,
    example: 'head-of-service',
    description: 'null: within the limit, so nobody had to decide',
  })
  decidedBy: string | null;

  @TimeField({ nullable: true })
  decidedAt: string | null;

  @TextField({ max: REASON_MAX, nullable: true, example: null })
  decisionReason: string | null;

  @PublicIdField(TRANSFER_ID_PREFIX, { nullable: true })
  transferId: string | null;

  static of(this: void, adjustment: Adjustment): AdjustmentView {
    const { id, programId, customerId, requestedAt, decidedAt, transferId, ...rest } = adjustment;
    return {
      ...rest,
      id: toPublicId(ADJUSTMENT_ID_PREFIX, id),
      programId: toPublicId(PROGRAM_ID_PREFIX, programId),
      customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId),
      requestedAt: requestedAt.toISOString(),
      decidedAt: decidedAt?.toISOString() ?? null,
      transferId: transferId && toPublicId(TRANSFER_ID_PREFIX, transferId),
    };
  }
}

export class AdjustmentLimitDto {
  @IntegerField({
    min: 0,
    max: POINTS_MAX,
    example: 500,
    description: 'up to so many points a day one person decides alone; 0: never',
  })
  points: number;
}

export class AdjustmentLimitView {
  @IntegerField({ min: 0, max: POINTS_MAX, example: 500 })
  points: number;

  @TextField({
    max: OWNER_MAX,
    nullable: true,
    example: 'head-of-service',
    description: 'whose own adjustments always need another person; null: the default, 1,000 points',
  })
  setBy: string | null;

  @TimeField({ nullable: true })
  setAt: string | null;

  static of(this: void, { points, setBy, setAt }: AdjustmentLimit): AdjustmentLimitView {
    return { points, setBy, setAt: setAt?.toISOString() ?? null };
  }
}
