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
import {
  CUSTOMER_ID_PREFIX,
  MEMBER_ID_PREFIX,
  PROGRAM_ID_PREFIX,
  WALLET_ID_PREFIX,
} from '../../programs/domain/program.js';
import {
  ACCOUNT_ID_PREFIX,
  AMOUNT_MAX,
  KEY_MAX,
  type PostedEntry,
  POSTINGS_PER_CALL_MAX,
  type PostingResult,
  TRANSFER_ID_PREFIX,
} from '../domain/posting.js';
import type { TransferFacts } from '../queries/show-ledger.js';

const REASON_MAX = 200;
/** Of what other rooms book: adjustments say more. */
const ANY_REASON_MAX = 500;
const BALANCE_MAX = 1_000_000_000_000_000;
const ENTRY_KINDS = ['earn', 'spend', 'adjust', 'opening', 'expire', 'reverse', 'hold_post', 'settle'];
/** Under these the program itself books: a caller who took one would stand in its way for ever. */
const OWN_KEYS = [
  'rule',
  'check-in',
  'exchange',
  'level',
  'opening',
  'opening-reversal',
  'expire',
  'hold',
  'adjustment',
];
const KEY = new RegExp(`^(?!(${OWN_KEYS.join('|')}):)`);
const KEY_DESCRIPTION = `the business's own name for it, such as \`order:SO-1:earn\`: books it once for ever in its program. Not ${OWN_KEYS.map((own) => `\`${own}:\``).join(', ')}: those are the program's`;

export class ReverseDto {
  @TextField({ max: KEY_MAX, pattern: KEY, example: 'refund:SO-20261122-0001', description: KEY_DESCRIPTION })
  key: string;

  @IntegerField({
    min: 1,
    max: AMOUNT_MAX,
    optional: true,
    example: 40,
    description: 'what is left of the transfer when left out; at most 100 % of it in all',
  })
  amount?: number;

  @TextField({ max: REASON_MAX, optional: true, example: 'order refunded' })
  reason?: string;
}

export class TransferDto {
  @TextField({
    max: KEY_MAX,
    pattern: KEY,
    example: 'order:SO-20261122-0001:earn',
    description: KEY_DESCRIPTION,
  })
  key: string;

  @PublicIdField(PROGRAM_ID_PREFIX, { optional: true, description: 'the default program when left out' })
  programId?: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { description: 'who is not yet a member becomes one by earning' })
  customerId: string;

  @TextField({
    max: 64,
    optional: true,
    example: 'points',
    description: "the wallet's key; default `points`",
  })
  wallet?: string;

  @EnumField(['earn', 'spend'], {
    example: 'earn',
    description:
      'earn: pays what is owed first. spend: takes what expires first from all accounts of the person. Corrections by staff: POST /v1/loyalty/adjustments',
  })
  kind: 'earn' | 'spend';

  @IntegerField({ min: 1, max: AMOUNT_MAX, example: 129 })
  amount: number;

  @TextField({ max: REASON_MAX, optional: true, example: 'order SO-20261122-0001' })
  reason?: string;

  @TimeField({
    optional: true,
    description: 'when it was earned or spent: up to 36 months back, at most a day ahead; now when left out',
  })
  effectiveAt?: Date;
}

export class TransfersDto {
  @ListField(() => TransferDto, { minItems: 1, maxItems: POSTINGS_PER_CALL_MAX })
  transfers: TransferDto[];
}

export class EntryView {
  @PublicIdField(ACCOUNT_ID_PREFIX)
  accountId: string;

  @PublicIdField(MEMBER_ID_PREFIX)
  memberId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @PublicIdField(WALLET_ID_PREFIX)
  walletId: string;

  @IntegerField({ min: 1, max: Number.MAX_SAFE_INTEGER, example: 7, description: "the account's version" })
  seq: number;

  @EnumField(ENTRY_KINDS, { example: 'earn' })
  kind: string;

  @IntegerField({ min: -BALANCE_MAX, max: BALANCE_MAX, example: 129 })
  delta: number;

  @IntegerField({ min: 0, max: BALANCE_MAX, example: 1_129 })
  balanceAfter: number;

  @IntegerField({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    example: 0,
    description: 'points taken back that were spent already: later earnings pay them first',
  })
  debtAfter: number;

  @TimeField()
  recordedAt: string;

  static of(this: void, entry: PostedEntry): EntryView {
    return {
      accountId: toPublicId(ACCOUNT_ID_PREFIX, entry.accountId),
      memberId: toPublicId(MEMBER_ID_PREFIX, entry.memberId),
      customerId: toPublicId(CUSTOMER_ID_PREFIX, entry.customerId),
      walletId: toPublicId(WALLET_ID_PREFIX, entry.walletId),
      seq: entry.seq,
      kind: entry.kind,
      delta: entry.delta,
      balanceAfter: entry.balanceAfter,
      debtAfter: entry.debtAfter,
      recordedAt: entry.recordedAt.toISOString(),
    };
  }
}

export class PostedView {
  @PublicIdField(TRANSFER_ID_PREFIX)
  transferId: string;

  @BooleanField({
    example: false,
    description: 'true: the key was booked before; these are the entries of then',
  })
  replayed: boolean;

  @ListField(() => EntryView, { maxItems: 100, description: 'several, when a person has several accounts' })
  entries: EntryView[];

  static of(
    this: void,
    { transferId, replayed, entries }: PostingResult & { outcome: 'posted' },
  ): PostedView {
    return {
      transferId: toPublicId(TRANSFER_ID_PREFIX, transferId),
      replayed,
      entries: entries.map(EntryView.of),
    };
  }
}

export class TransferResultView {
  @EnumField(['posted', 'refused'], { example: 'posted' })
  outcome: string;

  @ObjectField(() => PostedView, { optional: true })
  posted?: PostedView;

  @TextField({
    max: 100,
    optional: true,
    example: 'loyalty.points_insufficient',
    description: 'as in docs/errors.md',
  })
  error?: string;

  static of(this: void, result: PostingResult): TransferResultView {
    return result.outcome === 'posted'
      ? { outcome: 'posted', posted: PostedView.of(result) }
      : { outcome: 'refused', error: result.code };
  }
}

export class TransferResultsView {
  @ListField(() => TransferResultView, {
    maxItems: POSTINGS_PER_CALL_MAX,
    description: 'one for each transfer, in the same order; a refused one has changed nothing',
  })
  results: TransferResultView[];
}

export class TransferView {
  @PublicIdField(TRANSFER_ID_PREFIX)
  id: string;

  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @TextField({ max: KEY_MAX, example: 'order:SO-20261122-0001:earn' })
  key: string;

  @EnumField(ENTRY_KINDS, { example: 'earn' })
  kind: string;

  @IntegerField({ min: -AMOUNT_MAX, max: AMOUNT_MAX, example: 129 })
  amount: number;

  @IntegerField({ min: 0, max: AMOUNT_MAX, example: 0, description: 'how much of it was taken back' })
  reversedAmount: number;

  @PublicIdField(TRANSFER_ID_PREFIX, { nullable: true, description: 'what it takes back' })
  reverses: string | null;

  @TextField({ max: ANY_REASON_MAX, nullable: true, example: 'order SO-20261122-0001' })
  reason: string | null;

  @TimeField()
  effectiveAt: string;

  @TimeField()
  recordedAt: string;

  @ListField(() => EntryView, { maxItems: 100 })
  entries: EntryView[];

  static ofAll(transfer: TransferFacts, entries: readonly PostedEntry[]): TransferView {
    const { id, programId, reverses, effectiveAt, recordedAt, ...facts } = transfer;
    return {
      id: toPublicId(TRANSFER_ID_PREFIX, id),
      programId: toPublicId(PROGRAM_ID_PREFIX, programId),
      ...facts,
      reverses: reverses && toPublicId(TRANSFER_ID_PREFIX, reverses),
      effectiveAt: effectiveAt.toISOString(),
      recordedAt: recordedAt.toISOString(),
      entries: entries.map(EntryView.of),
    };
  }
}
