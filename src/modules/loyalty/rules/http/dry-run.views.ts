import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  PublicIdField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { VERDICTS } from '../domain/evaluate.js';
import { POINTS_MAX } from '../domain/rule.js';
import { DRY_RUN_EVENTS_MAX, type DryItem, type DryRunResult } from '../queries/dry-run.js';

const CUSTOMER_ID_PREFIX = 'cus';
export const CUSTOMER_EVENT_ID_PREFIX = 'cev';
const VERSION_MAX = 1_000_000;
const TOTAL_MAX = Number.MAX_SAFE_INTEGER;
const ITEMS_MAX = 200;
const CUSTOMERS_MAX = 100;

export class DryRunDto {
  @TimeField({ description: 'events at or after' })
  from: Date;

  @TimeField({ description: 'events before; at most 92 days later' })
  to: Date;

  @ListField(
    { publicId: CUSTOMER_ID_PREFIX },
    {
      optional: true,
      minItems: 1,
      maxItems: CUSTOMERS_MAX,
      example: ['cus_01jd3q4mfaeq6v5c0qd8y3y5za'],
      description: 'everybody when left out',
    },
  )
  customerIds?: string[];

  @IntegerField({
    min: 1,
    max: VERSION_MAX,
    optional: true,
    example: 2,
    description: 'the newest when left out',
  })
  version?: number;

  @TimeField({
    optional: true,
    description: 'as if it were then: later events are left out, holding periods end by it',
  })
  now?: Date;
}

export class DryItemView {
  @PublicIdField(CUSTOMER_EVENT_ID_PREFIX)
  eventId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { nullable: true, description: 'who would earn' })
  customerId: string | null;

  @TimeField()
  at: string;

  @EnumField(VERDICTS, { example: 'earned' })
  verdict: string;

  @IntegerField({ min: 0, max: POINTS_MAX, example: 20, description: 'before caps' })
  wanted: number;

  @IntegerField({ min: 0, max: POINTS_MAX, example: 12 })
  points: number;

  @TimeField({ nullable: true, description: 'when they would come; null: they have' })
  dueAt: string | null;

  static of(this: void, { question, evaluation, dueAt }: DryItem): DryItemView {
    const { occurrence, member } = question;
    return {
      eventId: toPublicId(CUSTOMER_EVENT_ID_PREFIX, occurrence.id),
      customerId: member ? toPublicId(CUSTOMER_ID_PREFIX, member.customerId) : null,
      at: occurrence.at.toISOString(),
      verdict: evaluation.verdict,
      wanted: evaluation.wanted,
      points: evaluation.points,
      dueAt: dueAt?.toISOString() ?? null,
    };
  }
}

export class DryRunView {
  @IntegerField({ min: 1, max: VERSION_MAX, example: 2 })
  version: number;

  @IntegerField({ min: 0, max: DRY_RUN_EVENTS_MAX, example: 120 })
  events: number;

  @IntegerField({ min: 0, max: DRY_RUN_EVENTS_MAX, example: 80, description: 'events that would earn' })
  earned: number;

  @IntegerField({ min: 0, max: TOTAL_MAX, example: 1600 })
  points: number;

  @IntegerField({ min: 0, max: TOTAL_MAX, example: 240, description: 'what caps would take away' })
  cut: number;

  @IntegerField({ min: 0, max: DRY_RUN_EVENTS_MAX, example: 35 })
  members: number;

  @BooleanField({ example: false, description: 'there are more events than the 1,000 that were looked at' })
  truncated: boolean;

  @ListField(() => DryItemView, { maxItems: ITEMS_MAX, description: 'the first 200' })
  items: DryItemView[];

  static of(this: void, { version, items, ...sums }: DryRunResult): DryRunView {
    return { ...sums, version: version.version, items: items.map(DryItemView.of) };
  }
}
