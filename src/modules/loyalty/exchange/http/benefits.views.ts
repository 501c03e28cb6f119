import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { HONOUR_ID_PREFIX } from '../../honours/http/honours.views.js';
import { AMOUNT_MAX } from '../../ledger/domain/posting.js';
import { PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import { BENEFIT_KINDS, type Benefit, type BenefitKind } from '../domain/benefit.js';
import type { BenefitTerms } from '../persistence/benefit-store.js';
import type { BenefitContent } from '../use-cases/define-benefits.js';

export const BENEFIT_ID_PREFIX = 'ben';
const NAME_MAX = 60;
const STOCK_MAX = 100_000_000;
const LIMIT_MAX = 1000;
const KEY_MAX = 64;
/** Of the coupons module, which this one does not know. */
const COUPON_BATCH_ID_PREFIX = 'cpb';
const COST = 'points; without it the benefit is given, not exchanged';
const STOCK = 'pieces over its whole life; without it there is no end';
const LIMIT = 'pieces of one person, over all customers that he is';

export class BenefitDto {
  @EnumField(BENEFIT_KINDS, {
    example: 'physical',
    description: 'coupon 优惠券, physical 实物, priority 优先权, title 头衔',
  })
  kind: BenefitKind;

  @TextField({ max: NAME_MAX, example: '限量保温杯' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Thermos flask' })
  nameEn: string;

  @IntegerField({ min: 1, max: AMOUNT_MAX, optional: true, example: 500, description: COST })
  cost?: number;

  @IntegerField({ min: 0, max: STOCK_MAX, optional: true, example: 100, description: STOCK })
  stock?: number;

  @IntegerField({ min: 1, max: LIMIT_MAX, optional: true, example: 1, description: LIMIT })
  limitPerMember?: number;

  @TextField({
    max: KEY_MAX,
    optional: true,
    example: 'gold',
    description: 'only for members of this level and above',
  })
  levelKey?: string;

  @PublicIdField(HONOUR_ID_PREFIX, { optional: true, description: 'what a title or a priority right brings' })
  honourId?: string;

  @PublicIdField(COUPON_BATCH_ID_PREFIX, { optional: true, description: 'of which a coupon is given' })
  couponBatchId?: string;

  @TimeField({ stored: true, optional: true })
  startsAt?: Date;

  @TimeField({ stored: true, optional: true, example: '2026-12-31T16:00:00.000Z' })
  endsAt?: Date;

  static contentOf(dto: BenefitDto): BenefitContent {
    return {
      kind: dto.kind,
      nameZh: dto.nameZh,
      nameEn: dto.nameEn,
      cost: dto.cost ?? null,
      stock: dto.stock ?? null,
      limitPerMember: dto.limitPerMember ?? null,
      levelKey: dto.levelKey ?? null,
      honourId: dto.honourId ?? null,
      couponBatchId: dto.couponBatchId ?? null,
      startsAt: dto.startsAt ?? null,
      endsAt: dto.endsAt ?? null,
    };
  }
}

export class BenefitTermsDto {
  @TextField({ max: NAME_MAX, optional: true, example: '限量保温杯' })
  nameZh?: string;

  @TextField({ max: NAME_MAX, optional: true, example: 'Thermos flask' })
  nameEn?: string;

  @IntegerField({ min: 1, max: AMOUNT_MAX, optional: true, nullable: true, example: 600, description: COST })
  cost?: number | null;

  @IntegerField({
    min: 0,
    max: STOCK_MAX,
    optional: true,
    example: 150,
    description: 'at least what is gone already',
  })
  stock?: number;

  @IntegerField({ min: 1, max: LIMIT_MAX, optional: true, nullable: true, example: 2, description: LIMIT })
  limitPerMember?: number | null;

  @TimeField({ stored: true, optional: true, nullable: true })
  startsAt?: Date | null;

  @TimeField({ stored: true, optional: true, nullable: true, example: '2026-12-31T16:00:00.000Z' })
  endsAt?: Date | null;

  /** What the caller does not name stays. */
  static termsOf(dto: BenefitTermsDto): Partial<BenefitTerms> {
    return Object.fromEntries(Object.entries(dto).filter(([, value]) => value !== undefined));
  }
}

export class BenefitView {
  @PublicIdField(BENEFIT_ID_PREFIX)
  id: string;

  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @EnumField(BENEFIT_KINDS, { example: 'physical' })
  kind: BenefitKind;

  @TextField({ max: NAME_MAX, example: '限量保温杯' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Thermos flask' })
  nameEn: string;

  @IntegerField({ min: 1, max: AMOUNT_MAX, nullable: true, example: 500 })
  cost: number | null;

  @IntegerField({ min: 0, max: STOCK_MAX, nullable: true, example: 100 })
  stock: number | null;

  @IntegerField({
    min: 0,
    max: STOCK_MAX,
    nullable: true,
    example: 97,
    description: 'null where there is no stock',
  })
  remaining: number | null;

  @IntegerField({ min: 1, max: LIMIT_MAX, nullable: true, example: 1 })
  limitPerMember: number | null;

  @TextField({ max: KEY_MAX, nullable: true, example: 'gold' })
  levelKey: string | null;

  @PublicIdField(HONOUR_ID_PREFIX, { nullable: true, example: null })
  honourId: string | null;

  @PublicIdField(COUPON_BATCH_ID_PREFIX, { nullable: true, example: null })
  couponBatchId: string | null;

  @TimeField({ nullable: true })
  startsAt: string | null;

  @TimeField({ nullable: true })
  endsAt: string | null;

  @TimeField()
  createdAt: string;

  static of({ taken, ...benefit }: Benefit): BenefitView {
    return {
      ...benefit,
      id: toPublicId(BENEFIT_ID_PREFIX, benefit.id),
      programId: toPublicId(PROGRAM_ID_PREFIX, benefit.programId),
      remaining: benefit.stock === null ? null : benefit.stock - taken,
      couponBatchId:
        benefit.couponBatchId === null ? null : toPublicId(COUPON_BATCH_ID_PREFIX, benefit.couponBatchId),
      honourId: benefit.honourId === null ? null : toPublicId(HONOUR_ID_PREFIX, benefit.honourId),
      startsAt: benefit.startsAt?.toISOString() ?? null,
      endsAt: benefit.endsAt?.toISOString() ?? null,
      createdAt: benefit.createdAt.toISOString(),
    };
  }
}
