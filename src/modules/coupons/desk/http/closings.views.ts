import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import type { Closing, ClosingLine } from '../domain/closing.js';

const BATCH_ID_PREFIX = 'cpb';
const STORE_ID_PREFIX = 'sto';
const STAFF_MAX = 100;
const DAY_LENGTH = 10;
const LINES_MAX = 100_000;
const SUM_MAX = Number.MAX_SAFE_INTEGER;

export class ClosingSumsView {
  @IntegerField({ min: 0, max: SUM_MAX, example: 42 })
  redeemed: number;

  @IntegerField({
    min: 0,
    max: SUM_MAX,
    example: 2,
    description: 'of them those that a desk told more than a minute late, for it was without network',
  })
  offline: number;

  @IntegerField({ min: 0, max: SUM_MAX, example: 126_000, description: '分' })
  discount: number;

  @IntegerField({ min: 0, max: SUM_MAX, example: 1 })
  reversals: number;

  @IntegerField({ min: 0, max: SUM_MAX, example: 3_000, description: '分 of discounts, by the reversals' })
  givenBack: number;

  @IntegerField({
    min: -SUM_MAX,
    max: SUM_MAX,
    example: 1_260_000,
    description: '分 of the orders before coupons, each once, less what was taken back of them',
  })
  revenue: number;
}

export class ClosingLineView extends ClosingSumsView {
  @PublicIdField(BATCH_ID_PREFIX)
  batchId: string;

  @TextField({ max: STAFF_MAX, nullable: true, example: 'zhangsan' })
  staffId: string | null;

  static of(this: void, { batchId, ...line }: ClosingLine): ClosingLineView {
    return { batchId: toPublicId(BATCH_ID_PREFIX, batchId), ...line };
  }
}

export class ClosingView extends ClosingSumsView {
  @PublicIdField(STORE_ID_PREFIX)
  storeId: string;

  @TextField({ max: DAY_LENGTH, example: '2026-11-11', description: "of the store's time zone" })
  day: string;

  @TimeField({ description: 'what was recorded from this instant' })
  from: string;

  @TimeField({ description: 'and before this one' })
  until: string;

  @TimeField({ nullable: true, description: 'null: not closed yet, this is what there is up to now' })
  closedAt: string | null;

  @ListField(() => ClosingLineView, { maxItems: LINES_MAX, description: 'by batch and staff member' })
  lines: ClosingLineView[];

  static of(this: void, { storeId, from, until, closedAt, lines, ...closing }: Closing): ClosingView {
    return {
      storeId: toPublicId(STORE_ID_PREFIX, storeId),
      ...closing,
      from: from.toISOString(),
      until: until.toISOString(),
      closedAt: closedAt?.toISOString() ?? null,
      lines: lines.map(ClosingLineView.of),
    };
  }
}
