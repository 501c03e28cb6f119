import { toPublicId } from '../../../../platform/context/typed-id.js';
import { IntegerField, ListField, PublicIdField, TextField } from '../../../../platform/http/fields.js';
import { CUSTOMER_ID_PREFIX, MEMBER_ID_PREFIX, PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import { ACCOUNT_ID_PREFIX } from '../domain/posting.js';
import type { AccountFacts } from '../queries/show-ledger.js';

const BALANCE_MAX = 1_000_000_000_000_000;

export class AccountView {
  @PublicIdField(ACCOUNT_ID_PREFIX)
  id: string;

  @PublicIdField(MEMBER_ID_PREFIX)
  memberId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @TextField({ max: 64, example: 'points' })
  wallet: string;

  @IntegerField({ min: 0, max: BALANCE_MAX, example: 1_129, description: 'what was booked' })
  balance: number;

  @IntegerField({ min: 0, max: BALANCE_MAX, example: 1_000, description: 'neither held nor past its expiry' })
  available: number;

  @IntegerField({ min: 0, max: BALANCE_MAX, example: 100, description: 'reserved by holds' })
  held: number;

  @IntegerField({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    example: 0,
    description: 'paid by later earnings first',
  })
  debt: number;

  @IntegerField({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    example: 2_400,
    description: 'less what was taken back',
  })
  earnedTotal: number;

  @IntegerField({ min: 0, max: Number.MAX_SAFE_INTEGER, example: 7, description: 'entries so far' })
  version: number;

  static of(this: void, { id, memberId, customerId, programId, ...account }: AccountFacts): AccountView {
    return {
      id: toPublicId(ACCOUNT_ID_PREFIX, id),
      memberId: toPublicId(MEMBER_ID_PREFIX, memberId),
      customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId),
      programId: toPublicId(PROGRAM_ID_PREFIX, programId),
      ...account,
    };
  }
}

export class AccountsView {
  @ListField(() => AccountView, { maxItems: 1_000 })
  items: AccountView[];
}
