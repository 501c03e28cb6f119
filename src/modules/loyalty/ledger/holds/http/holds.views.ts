import { toPublicId } from '../../../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../../platform/http/fields.js';
import { PageQuery } from '../../../../../platform/http/page.js';
import { POINTS_WALLET, PROGRAM_ID_PREFIX } from '../../../programs/domain/program.js';
import { AMOUNT_MAX, TRANSFER_ID_PREFIX } from '../../domain/posting.js';
import { type Hold, HOLD_STATES, type HoldState } from '../domain/hold.js';

export const HOLD_ID_PREFIX = 'hld';
const CUSTOMER_ID_PREFIX = 'cus';
const KEY_MAX = 100;
const WALLET_MAX = 64;
const REASON_MAX = 500;

export class HoldDto {
  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @TextField({
    max: KEY_MAX,
    example: 'order:SO-20261122-0007',
    description: 'business key: the same one is the same hold, for ever',
  })
  key: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TextField({ max: WALLET_MAX, optional: true, example: POINTS_WALLET })
  wallet: string = POINTS_WALLET;

  @IntegerField({ min: 1, max: AMOUNT_MAX, example: 200, description: 'points' })
  amount: number;

  @TimeField({ stored: true, description: 'it ends then by itself; at most 90 days ahead' })
  expiresAt: Date;

  @TextField({ max: REASON_MAX, optional: true, example: '订单抵扣' })
  reason?: string;
}

export class HoldPostDto {
  @IntegerField({
    min: 1,
    max: AMOUNT_MAX,
    optional: true,
    example: 150,
    description: 'all when left out; what is not posted is set free',
  })
  amount?: number;
}

export class HoldsQuery extends PageQuery {
  @EnumField(HOLD_STATES, { optional: true, example: 'open' })
  state?: HoldState;

  @PublicIdField(CUSTOMER_ID_PREFIX, { optional: true })
  customerId?: string;
}

export class HoldView {
  @PublicIdField(HOLD_ID_PREFIX)
  id: string;

  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @TextField({ max: KEY_MAX, example: 'order:SO-20261122-0007' })
  key: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TextField({ max: WALLET_MAX, example: POINTS_WALLET })
  wallet: string;

  @IntegerField({ min: 1, max: AMOUNT_MAX, example: 200, description: 'points reserved' })
  amount: number;

  @TextField({ max: REASON_MAX, nullable: true, example: '订单抵扣' })
  reason: string | null;

  @TimeField()
  expiresAt: string;

  @EnumField(HOLD_STATES, { example: 'posted' })
  state: HoldState;

  @IntegerField({ min: 0, max: AMOUNT_MAX, example: 150, description: 'points spent by it' })
  postedAmount: number;

  @PublicIdField(TRANSFER_ID_PREFIX, { nullable: true, description: 'which can be reversed like any other' })
  transferId: string | null;

  @TimeField()
  createdAt: string;

  @TimeField({ nullable: true })
  resolvedAt: string | null;

  static of(this: void, hold: Hold): HoldView {
    const { id, programId, customerId, transferId, expiresAt, createdAt, resolvedAt, ...rest } = hold;
    return {
      ...rest,
      id: toPublicId(HOLD_ID_PREFIX, id),
      programId: toPublicId(PROGRAM_ID_PREFIX, programId),
      customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId),
      transferId: transferId && toPublicId(TRANSFER_ID_PREFIX, transferId),
      expiresAt: expiresAt.toISOString(),
      createdAt: createdAt.toISOString(),
      resolvedAt: resolvedAt?.toISOString() ?? null,
    };
  }
}
