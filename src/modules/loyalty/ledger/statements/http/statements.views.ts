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
import { ACCOUNT_ID_PREFIX, type EntryKind, KEY_MAX, TRANSFER_ID_PREFIX } from '../../domain/posting.js';
import type { Balance, PastBalance, StatementLine, UpcomingExpiry } from '../domain/statement.js';

const CUSTOMER_ID_PREFIX = 'cus';
const POINTS_MAX = Number.MAX_SAFE_INTEGER;
const TEXT_MAX = 500;
const ID_MAX = 200;
const WALLET_MAX = 64;
const ENTRY_KINDS = [
  'earn',
  'spend',
  'adjust',
  'opening',
  'expire',
  'reverse',
  'hold_post',
  'settle',
] as const;

/** Which accounts of a person. */
class OfPersonQuery extends PageQuery {
  @PublicIdField(PROGRAM_ID_PREFIX, { optional: true, description: 'default: the default program' })
  programId?: string;

  @TextField({ max: WALLET_MAX, optional: true, example: POINTS_WALLET })
  wallet: string = POINTS_WALLET;
}
export class PersonEntriesQuery extends OfPersonQuery {}
export class PersonExpiriesQuery extends OfPersonQuery {}

export class BalanceQuery {
  @TimeField({ optional: true, stored: true, description: 'any past instant; now when left out' })
  at?: Date;
}

export class PersonBalanceQuery extends BalanceQuery {
  @PublicIdField(PROGRAM_ID_PREFIX, { optional: true, description: 'default: the default program' })
  programId?: string;

  @TextField({ max: WALLET_MAX, optional: true, example: POINTS_WALLET })
  wallet: string = POINTS_WALLET;
}

export class StatementLineView {
  @PublicIdField(ACCOUNT_ID_PREFIX)
  accountId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @IntegerField({
    min: 1,
    max: POINTS_MAX,
    example: 7,
    description: "from 1 without a gap: the account's version",
  })
  seq: number;

  @EnumField(ENTRY_KINDS, { example: 'earn' })
  kind: EntryKind;

  @IntegerField({ min: -POINTS_MAX, max: POINTS_MAX, example: 15, description: 'points' })
  delta: number;

  @IntegerField({ min: 0, max: POINTS_MAX, example: 115 })
  balanceAfter: number;

  @IntegerField({
    min: -POINTS_MAX,
    max: POINTS_MAX,
    example: 0,
    description:
      'owed more (an earning was taken back that had been spent) or less (a later earning settled it)',
  })
  debtDelta: number;

  @IntegerField({ min: 0, max: POINTS_MAX, example: 0 })
  debtAfter: number;

  @TimeField()
  recordedAt: string;

  @TimeField({ description: 'when it was earned or spent' })
  effectiveAt: string;

  @PublicIdField(TRANSFER_ID_PREFIX)
  transferId: string;

  @TextField({ max: KEY_MAX, example: 'order:SO-20261122-0001', description: 'business key of the transfer' })
  key: string;

  @TextField({ max: TEXT_MAX, nullable: true, example: '订单积分' })
  reason: string | null;

  @TextField({ max: ID_MAX, example: 'key:key_01jd3q4mfaeq6v5c0qd8y3y5za', description: 'who booked it' })
  actor: string;

  @TextField({ max: ID_MAX, nullable: true, example: null })
  requestId: string | null;

  @TextField({ max: ID_MAX, nullable: true, example: null, description: 'the event that earned it' })
  sourceEventId: string | null;

  @TextField({
    max: ID_MAX,
    nullable: true,
    example: null,
    description: 'the version of the rule that decided it',
  })
  ruleVersionId: string | null;

  @PublicIdField(TRANSFER_ID_PREFIX, { nullable: true, example: null, description: 'what it takes back' })
  reverses: string | null;

  static of(this: void, line: StatementLine): StatementLineView {
    const { accountId, customerId, recordedAt, effectiveAt, transferId, reverses, place: _, ...rest } = line;
    const { actorKind, actorId, ...shown } = rest;
    return {
      ...shown,
      accountId: toPublicId(ACCOUNT_ID_PREFIX, accountId),
      customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId),
      recordedAt: recordedAt.toISOString(),
      effectiveAt: effectiveAt.toISOString(),
      transferId: toPublicId(TRANSFER_ID_PREFIX, transferId),
      actor: `${actorKind}:${actorId}`,
      reverses: reverses && toPublicId(TRANSFER_ID_PREFIX, reverses),
    };
  }
}

export class BalanceView {
  @TimeField()
  at: string;

  @IntegerField({ min: 0, max: POINTS_MAX, example: 115, description: 'points as recorded at this instant' })
  posted: number;

  @IntegerField({ min: 0, max: POINTS_MAX, example: 0, description: 'owed; settled first by later earnings' })
  debt: number;

  @IntegerField({
    min: 0,
    max: POINTS_MAX,
    nullable: true,
    example: 15,
    description: 'null: of a past instant',
  })
  held: number | null;

  @IntegerField({
    min: 0,
    max: POINTS_MAX,
    nullable: true,
    example: 100,
    description: 'can be spent: neither held nor past its expiry; null: of a past instant',
  })
  available: number | null;

  static now(this: void, at: Date, balance: Balance): BalanceView {
    return { at: at.toISOString(), ...balance };
  }

  static past(this: void, at: Date, balance: PastBalance): BalanceView {
    return { at: at.toISOString(), ...balance, held: null, available: null };
  }
}

export class UpcomingExpiryView {
  @TimeField()
  expiresAt: string;

  @IntegerField({ min: 1, max: POINTS_MAX, example: 100, description: 'points that expire at this instant' })
  points: number;

  @IntegerField({
    min: 0,
    max: POINTS_MAX,
    example: 0,
    description: 'of these, reserved: they expire only if their hold is not posted',
  })
  held: number;

  static of(this: void, { expiresAt, ...rest }: UpcomingExpiry): UpcomingExpiryView {
    return { expiresAt: expiresAt.toISOString(), ...rest };
  }
}
