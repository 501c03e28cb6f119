import {
  EnumField,
  IntegerField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { VERSION_ID_PREFIX } from '../../templates/http/templates.views.js';
import { AMOUNT_MAX } from '../../templates/http/terms.dto.js';
import { BATCH_STATES, type BatchAmounts, type BatchState, type BatchWanted } from '../domain/batch.js';

export const NAME_MAX = 60;
export const STOCK_MAX = 1_000_000_000;
export const PER_PERSON_MAX = 1_000;
export const ZONE_MAX = 64;
const BUDGET = '分 of discounts in all; without it there is no limit';
const DAILY_BUDGET = '分 of discounts a day of its time zone; without it there is no limit';

export class BatchDto {
  @PublicIdField(VERSION_ID_PREFIX, { description: 'of a template; the batch keeps to it' })
  versionId: string;

  @TextField({ max: NAME_MAX, example: '双旦满减' })
  name: string;

  @IntegerField({ min: 1, max: STOCK_MAX, example: 1_000, description: 'coupons in all' })
  stock: number;

  @IntegerField({
    min: 1,
    max: PER_PERSON_MAX,
    optional: true,
    example: 1,
    description: 'coupons of one person, over all customers that he is; default 1',
  })
  perPerson?: number;

  @IntegerField({ min: 1, max: AMOUNT_MAX, optional: true, example: 5_000_000, description: BUDGET })
  budget?: number;

  @IntegerField({ min: 1, max: AMOUNT_MAX, optional: true, example: 500_000, description: DAILY_BUDGET })
  dailyBudget?: number;

  @TimeField({ stored: true, optional: true })
  claimFrom?: Date;

  @TimeField({
    stored: true,
    optional: true,
    example: '2026-12-31T16:00:00.000Z',
    description: 'nothing is issued from then on',
  })
  claimUntil?: Date;

  @TextField({ max: ZONE_MAX, optional: true, example: 'Asia/Shanghai', description: 'default: of the corp' })
  timeZone?: string;

  static wantedOf(dto: BatchDto): Omit<BatchWanted, 'timeZone'> & { timeZone: string | undefined } {
    return {
      versionId: dto.versionId,
      name: dto.name,
      stock: dto.stock,
      perPerson: dto.perPerson ?? 1,
      budget: dto.budget ?? null,
      dailyBudget: dto.dailyBudget ?? null,
      claimFrom: dto.claimFrom ?? null,
      claimUntil: dto.claimUntil ?? null,
      timeZone: dto.timeZone,
    };
  }
}

export class BatchChangeDto {
  @PublicIdField(VERSION_ID_PREFIX, { optional: true })
  versionId?: string;

  @TextField({ max: NAME_MAX, optional: true, example: '双旦满减' })
  name?: string;

  @IntegerField({ min: 1, max: STOCK_MAX, optional: true, example: 2_000 })
  stock?: number;

  @IntegerField({ min: 1, max: PER_PERSON_MAX, optional: true, example: 1 })
  perPerson?: number;

  @IntegerField({
    min: 1,
    max: AMOUNT_MAX,
    optional: true,
    nullable: true,
    example: null,
    description: BUDGET,
  })
  budget?: number | null;

  @IntegerField({
    min: 1,
    max: AMOUNT_MAX,
    optional: true,
    nullable: true,
    example: null,
    description: DAILY_BUDGET,
  })
  dailyBudget?: number | null;

  @TimeField({ stored: true, optional: true, nullable: true, example: null })
  claimFrom?: Date | null;

  @TimeField({ stored: true, optional: true, nullable: true, example: null })
  claimUntil?: Date | null;

  @TextField({ max: ZONE_MAX, optional: true, example: 'Asia/Shanghai' })
  timeZone?: string;
}

export class BatchAmountsDto implements Partial<BatchAmounts> {
  @IntegerField({
    min: 0,
    max: STOCK_MAX,
    optional: true,
    example: 1_500,
    description: 'at least what was issued',
  })
  stock?: number;

  @IntegerField({
    min: 0,
    max: AMOUNT_MAX,
    optional: true,
    example: 6_000_000,
    description: '分, at least what was spent; only where there is a budget',
  })
  budget?: number;

  @IntegerField({
    min: 0,
    max: AMOUNT_MAX,
    optional: true,
    example: 600_000,
    description: '分, at least what was spent today; only where there is a daily budget',
  })
  dailyBudget?: number;
}

export class BatchStateDto {
  @EnumField(['running', 'paused', 'ended', 'void'], {
    example: 'running',
    description:
      'paused 暂停 and ended 结束: nothing more is issued, its coupons stay good; void 作废: they are not',
  })
  state: 'running' | 'paused' | 'ended' | 'void';
}

export class BatchesQuery extends PageQuery {
  @EnumField(BATCH_STATES, { optional: true, example: 'running' })
  state?: BatchState;
}
