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
import {
  CUSTOMER_ID_PREFIX,
  MEMBER_ID_PREFIX,
  PROGRAM_ID_PREFIX,
  WALLET_ID_PREFIX,
} from '../domain/program.js';
import type { ExpiryPolicy } from '../domain/program-time.js';
import type { Program, Wallet } from '../domain/program.js';
import type { NewWallet } from '../persistence/program-store.js';
import type { MemberFacts } from '../queries/show-members.js';

const NAME_MAX = 60;
const KEY_MAX = 64;
const KEY = /^[a-z][a-z0-9_-]*$/;
const EXPIRY_KINDS = ['never', 'days', 'month_end', 'year_end'];
const EXPIRY_COUNT_MAX = 3_650;
const WALLETS_MAX = 20;
export const MEMBERS_PER_CALL_MAX = 1_000;
const REASON_MAX = 200;

export class WalletContentDto {
  @EnumField(['spendable', 'growth'], {
    example: 'spendable',
    description: 'growth: a score that is earned and never spent. Does not change once the wallet is there.',
  })
  kind: 'spendable' | 'growth';

  @TextField({ max: NAME_MAX, example: '积分' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Points' })
  nameEn: string;

  @EnumField(EXPIRY_KINDS, {
    example: 'year_end',
    description:
      'always at a midnight of the program: days: of the day that comes so many days after the earning',
  })
  expiryKind: 'never' | 'days' | 'month_end' | 'year_end';

  @IntegerField({
    min: 1,
    max: EXPIRY_COUNT_MAX,
    optional: true,
    example: 2,
    description: 'days, or months or years of which the present one is the first; default 1',
  })
  expiryCount?: number;

  @BooleanField({
    optional: true,
    example: false,
    description: 'an earning moves the expiry of all points that are still there to its own; default false',
  })
  extendsOnEarning?: boolean;
}

export class WalletDto extends WalletContentDto {
  @TextField({ max: KEY_MAX, pattern: KEY, example: 'points' })
  key: string;
}

/** A count that `never` does not take is none. */
export function walletOf(
  key: string,
  { expiryKind: kind, expiryCount, ...dto }: WalletContentDto,
): NewWallet {
  const { extendsOnEarning = false, nameZh, nameEn } = dto;
  const expiry: ExpiryPolicy = kind === 'never' ? { kind, count: 0 } : { kind, count: expiryCount ?? 1 };
  return { key, kind: dto.kind, nameZh, nameEn, expiry, extendsOnEarning };
}

export class ProgramDto {
  @TextField({ max: KEY_MAX, pattern: KEY, example: 'tea-club' })
  key: string;

  @TextField({ max: NAME_MAX, example: '茶友会' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Tea club' })
  nameEn: string;

  @TextField({
    max: 64,
    optional: true,
    example: 'Asia/Shanghai',
    description: "IANA; the corp's when left out. Days, weeks and months begin at its midnight.",
  })
  timeZone?: string;

  @ListField(() => WalletDto, {
    maxItems: WALLETS_MAX - 2,
    optional: true,
    description:
      'beside, or instead of, `points` and `growth`, which every program has and which never expire',
  })
  wallets?: WalletDto[];
}

export class WalletView {
  @PublicIdField(WALLET_ID_PREFIX)
  id: string;

  @TextField({ max: KEY_MAX, example: 'points' })
  key: string;

  @EnumField(['spendable', 'growth'], { example: 'spendable' })
  kind: string;

  @TextField({ max: NAME_MAX, example: '积分' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Points' })
  nameEn: string;

  @EnumField(EXPIRY_KINDS, { example: 'year_end' })
  expiryKind: string;

  @IntegerField({ min: 0, max: EXPIRY_COUNT_MAX, example: 2, description: '0 for never' })
  expiryCount: number;

  @BooleanField({ example: false })
  extendsOnEarning: boolean;

  static of(this: void, { id, expiry, ...wallet }: Wallet): WalletView {
    return {
      id: toPublicId(WALLET_ID_PREFIX, id),
      ...wallet,
      expiryKind: expiry.kind,
      expiryCount: expiry.count,
    };
  }
}

export class ProgramView {
  @PublicIdField(PROGRAM_ID_PREFIX)
  id: string;

  @TextField({ max: KEY_MAX, example: 'tea-club' })
  key: string;

  @TextField({ max: NAME_MAX, example: '茶友会' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Tea club' })
  nameEn: string;

  @TextField({ max: 64, example: 'Asia/Shanghai' })
  timeZone: string;

  @TimeField({ nullable: true })
  endedAt: string | null;

  @TimeField()
  createdAt: string;

  @ListField(() => WalletView, { maxItems: WALLETS_MAX })
  wallets: WalletView[];

  static of(this: void, { id, endedAt, createdAt, wallets, ...program }: Program): ProgramView {
    return {
      id: toPublicId(PROGRAM_ID_PREFIX, id),
      ...program,
      endedAt: endedAt?.toISOString() ?? null,
      createdAt: createdAt.toISOString(),
      wallets: wallets.map(WalletView.of),
    };
  }
}

export class EnrolDto {
  @ListField(
    { publicId: CUSTOMER_ID_PREFIX },
    { minItems: 1, maxItems: MEMBERS_PER_CALL_MAX, example: ['cus_01jd3q4mfaeq6v5c0qd8y3y5za'] },
  )
  customerIds: string[];
}

export class EnrolledView {
  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @PublicIdField(MEMBER_ID_PREFIX, { optional: true, description: 'also of who was a member before' })
  memberId?: string;

  @TextField({ max: 100, optional: true, example: 'loyalty.customer_not_found' })
  error?: string;
}

export class EnrolledListView {
  @ListField(() => EnrolledView, {
    maxItems: MEMBERS_PER_CALL_MAX,
    description: 'one for each, in the same order',
  })
  results: EnrolledView[];
}

export class FreezeDto {
  @TextField({ max: REASON_MAX, example: 'suspected fraud, case 4711' })
  reason: string;
}

export class MemberView {
  @PublicIdField(MEMBER_ID_PREFIX)
  id: string;

  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @TimeField()
  joinedAt: string;

  @TimeField({ nullable: true, description: 'since when he spends nothing; earnings are booked' })
  frozenAt: string | null;

  @TextField({ max: REASON_MAX, nullable: true, example: null })
  frozenReason: string | null;

  static of(this: void, member: MemberFacts): MemberView {
    return {
      id: toPublicId(MEMBER_ID_PREFIX, member.id),
      programId: toPublicId(PROGRAM_ID_PREFIX, member.programId),
      customerId: toPublicId(CUSTOMER_ID_PREFIX, member.customerId),
      joinedAt: member.joinedAt.toISOString(),
      frozenAt: member.frozenAt?.toISOString() ?? null,
      frozenReason: member.frozenReason,
    };
  }
}
