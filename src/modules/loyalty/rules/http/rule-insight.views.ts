import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { TRANSFER_ID_PREFIX } from '../../ledger/domain/posting.js';
import { VERDICTS } from '../domain/evaluate.js';
import { POINTS_MAX } from '../domain/rule.js';
import type { CapUsed } from '../queries/caps-used.js';
import type { Explanation } from '../queries/explain-event.js';
import { RULE_ID_PREFIX } from './rule.dto.js';

const CUSTOMER_ID_PREFIX = 'cus';
const VERSION_MAX = 1_000_000;
const TOTAL_MAX = Number.MAX_SAFE_INTEGER;
const BOOKINGS_MAX = 100;

export class ExplainQuery {
  @TextField({
    max: 64,
    example: 'cev_01jd3q4mfaeq6v5c0qd8y3y5za',
    description: 'of a customer event, or as an entry of a statement names its source',
  })
  eventId: string;
}

export class AwardBookingView {
  @PublicIdField(TRANSFER_ID_PREFIX)
  transferId: string;

  @IntegerField({ min: 1, max: POINTS_MAX, example: 20 })
  amount: number;

  @IntegerField({ min: 0, max: POINTS_MAX, example: 5, description: 'of it taken back' })
  reversed: number;
}

export class ExplanationView {
  @PublicIdField(RULE_ID_PREFIX)
  ruleId: string;

  @IntegerField({ min: 1, max: VERSION_MAX, example: 1 })
  version: number;

  @EnumField([...VERDICTS, 'would_earn_today'], {
    example: 'earned',
    description:
      'would_earn_today: nothing is recorded, since it was not evaluated yet or the member was another then',
  })
  verdict: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { nullable: true, description: 'who earned' })
  customerId: string | null;

  @IntegerField({ min: 0, max: POINTS_MAX, example: 20, description: 'before caps' })
  wanted: number;

  @IntegerField({ min: 0, max: POINTS_MAX, example: 20, description: 'before refunds' })
  granted: number;

  @IntegerField({ min: 0, max: POINTS_MAX, example: 15, description: 'what stands in the ledger' })
  booked: number;

  @TimeField({ nullable: true, description: 'when points come that are held back' })
  dueAt: string | null;

  @TimeField({ nullable: true, description: 'the customer of the event left' })
  clawedBackAt: string | null;

  @TextField({ max: 100, nullable: true, example: null, description: 'why the ledger refused' })
  refusal: string | null;

  @ListField(() => AwardBookingView, { maxItems: BOOKINGS_MAX })
  bookings: AwardBookingView[];

  static of(this: void, { version, verdict, award }: Explanation): ExplanationView {
    const bookings = award?.bookings ?? [];
    return {
      ruleId: toPublicId(RULE_ID_PREFIX, version.ruleId),
      version: version.version,
      verdict,
      customerId: award ? toPublicId(CUSTOMER_ID_PREFIX, award.customerId) : null,
      wanted: award?.wanted ?? 0,
      granted: award?.granted ?? 0,
      booked: bookings.reduce((sum, { amount, reversed }) => sum + amount - reversed, 0),
      dueAt: award?.dueAt?.toISOString() ?? null,
      clawedBackAt: award?.clawedBackAt?.toISOString() ?? null,
      refusal: award?.refusal ?? null,
      bookings: bookings.slice(0, BOOKINGS_MAX).map(({ transferId, amount, reversed }) => ({
        transferId: toPublicId(TRANSFER_ID_PREFIX, transferId),
        amount,
        reversed,
      })),
    };
  }
}

export class ExplanationsView {
  @ListField(() => ExplanationView, { maxItems: 1_000 })
  rules: ExplanationView[];
}

export class CounterView {
  @EnumField(['rule', 'program'], { example: 'rule' })
  of: string;

  @TextField({ max: 20, example: 'day' })
  period: string;

  @TextField({ max: 20, example: '2026-11-22' })
  periodKey: string;

  @TextField({ max: 20, example: 'member' })
  per: string;

  @TextField({
    min: 0,
    max: 300,
    example: 'cus_01jd3q4mfaeq6v5c0qd8y3y5za',
    description: 'the person, or property=value of a group',
  })
  subject: string;

  @IntegerField({ min: 0, max: TOTAL_MAX, example: 40 })
  used: number;

  static of(this: void, { id: _, ...cap }: CapUsed): CounterView {
    return cap;
  }
}
