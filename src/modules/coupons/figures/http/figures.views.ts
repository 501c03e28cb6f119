import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import {
  type Counts,
  DIMENSIONS,
  type Dimension,
  type FigureGroup,
  GROUPS_MAX,
  rateOf,
} from '../domain/figures.js';
import type { LowRate } from '../persistence/figure-store.js';

export const BATCH_ID_PREFIX = 'cpb';
export const STORE_ID_PREFIX = 'sto';
export const DAY_EXAMPLE = '2026-11-11';
export const DAY_LENGTH = 10;
export const SUM_MAX = Number.MAX_SAFE_INTEGER;
const COUNT_MAX = 1_000_000_000_000;
const CHANNEL_MAX = 64;
const STORE_CODE_MAX = 64;
const STAFF_MAX = 64;
export const BY = {
  optional: true,
  example: ['day', 'channel', 'store', 'staff'],
  description: 'a group for each combination there is; one group of everything when left out',
} as const;
const RATE = 'of 10,000 that were claimed so many are redeemed and not taken back; null: none was claimed';

export class DaysQuery {
  @TextField({ max: DAY_LENGTH, example: '2026-11-01', description: 'the first day' })
  from: string;

  @TextField({ max: DAY_LENGTH, example: DAY_EXAMPLE, description: 'the last day; at most 366 in all' })
  to: string;
}

export class PlacesQuery extends DaysQuery {
  @TextField({ max: CHANNEL_MAX, optional: true, example: 'wechat_shop' })
  channel?: string;

  @TextField({ max: STORE_CODE_MAX, optional: true, example: 'SH-01', description: 'code of a store' })
  store?: string;

  @TextField({ max: STAFF_MAX, optional: true, example: 'chen.yu' })
  staffId?: string;
}

export class FiguresQuery extends PlacesQuery {
  @ListField({ values: DIMENSIONS }, { ...BY, maxItems: DIMENSIONS.length })
  by?: Dimension[];

  @PublicIdField(BATCH_ID_PREFIX, { optional: true })
  batchId?: string;
}

export class CountsView {
  @IntegerField({ min: 0, max: COUNT_MAX, example: 1_000 })
  issued: number;

  @IntegerField({ min: 0, max: COUNT_MAX, example: 800, description: 'of them those that somebody holds' })
  claimed: number;

  @IntegerField({ min: 0, max: COUNT_MAX, example: 240 })
  redeemed: number;

  @IntegerField({ min: 0, max: COUNT_MAX, example: 3, description: 'redemptions taken back as a whole' })
  reversed: number;

  @IntegerField({
    min: -SUM_MAX,
    max: SUM_MAX,
    example: 711_000,
    description: '分 of discounts, less what was taken back on these days',
  })
  cost: number;

  @IntegerField({
    min: -SUM_MAX,
    max: SUM_MAX,
    example: 7_230_000,
    description:
      '分 of the orders before coupons, less what was taken back on these days; an order counts once, with the first of its coupons',
  })
  revenue: number;

  @IntegerField({ min: -SUM_MAX, max: SUM_MAX, nullable: true, example: 2_962, description: RATE })
  redemptionRate: number | null;
}

export class FigureGroupView extends CountsView {
  @TextField({
    max: DAY_LENGTH,
    optional: true,
    example: DAY_EXAMPLE,
    description: "of the batch's time zone",
  })
  day?: string;

  @PublicIdField(BATCH_ID_PREFIX, { optional: true })
  batchId?: string;

  @TextField({ max: CHANNEL_MAX, optional: true, nullable: true, example: 'wechat_shop' })
  channel?: string | null;

  @PublicIdField(STORE_ID_PREFIX, { optional: true, nullable: true })
  storeId?: string | null;

  @TextField({ max: STAFF_MAX, optional: true, nullable: true, example: 'chen.yu' })
  staffId?: string | null;

  static of(this: void, { batchId, storeId, ...group }: FigureGroup): FigureGroupView {
    return {
      ...group,
      ...(batchId !== undefined && { batchId: toPublicId(BATCH_ID_PREFIX, batchId) }),
      ...(storeId !== undefined && { storeId: storeId && toPublicId(STORE_ID_PREFIX, storeId) }),
      redemptionRate: rateOf(group) ?? null,
    };
  }
}

export class FiguresView {
  @ListField(() => FigureGroupView, { maxItems: GROUPS_MAX })
  groups: FigureGroupView[];
}

export class BatchFiguresView {
  @ObjectField(() => CountsView)
  counts: CountsView;

  @BooleanField({
    example: false,
    description: 'the batch was found low today: fewer than 25 of 100 coupons claimed before are redeemed',
  })
  rateLow: boolean;

  static of(this: void, counts: Counts, rateLow: boolean): BatchFiguresView {
    return { counts: { ...counts, redemptionRate: rateOf(counts) ?? null }, rateLow };
  }
}

export class LowRateView {
  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @TextField({ max: DAY_LENGTH, example: DAY_EXAMPLE })
  day: string;

  @IntegerField({ min: 0, max: COUNT_MAX, example: 800, description: 'before this day' })
  claimed: number;

  @IntegerField({ min: -COUNT_MAX, max: COUNT_MAX, example: 120 })
  redeemed: number;

  @TimeField()
  raisedAt: string;

  static of(this: void, low: LowRate & { raisedAt: Date }): LowRateView {
    return {
      ...low,
      batchId: toPublicId(BATCH_ID_PREFIX, low.batchId),
      raisedAt: low.raisedAt.toISOString(),
    };
  }
}
