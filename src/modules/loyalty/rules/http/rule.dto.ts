import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  MapField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import {
  type Amount,
  type Cap,
  CAP_PERIODS,
  CAPS_MAX,
  COOL_DOWN_MINUTES_MAX,
  DAYS_MAX,
  KEY_MAX,
  POINTS_MAX,
  type Step,
  STEPS_MAX,
} from '../domain/rule.js';

export const RULE_ID_PREFIX = 'rul';
export const NAME_MAX = 60;
const PRIORITY_MAX = 1_000;
const VERSION_MAX = 1_000_000;

export class StepDto implements Step {
  @IntegerField({ min: 0, max: POINTS_MAX, example: 10_000, description: 'at least so much: money in 分' })
  from: number;

  @IntegerField({ min: 0, max: POINTS_MAX, example: 50 })
  points: number;
}

export class AmountDto {
  @EnumField(['fixed', 'perUnit', 'steps'], { example: 'perUnit' })
  kind: Amount['kind'];

  @IntegerField({
    min: 1,
    max: POINTS_MAX,
    optional: true,
    example: 1,
    description: 'fixed: of each event; perUnit: of each full unit',
  })
  points?: number;

  @TextField({
    max: KEY_MAX,
    optional: true,
    example: 'amount',
    description: 'perUnit and steps: a property of the event of kind integer or amount',
  })
  property?: string;

  @IntegerField({
    min: 1,
    max: POINTS_MAX,
    optional: true,
    example: 100,
    description: 'perUnit: money in 分, so 100 is each full yuan',
  })
  per?: number;

  @ListField(() => StepDto, {
    optional: true,
    minItems: 1,
    maxItems: STEPS_MAX,
    description: 'steps: rising; the highest that is reached gives',
  })
  steps?: StepDto[];
}

export class CapDto implements Cap {
  @EnumField(['rule', 'program'], {
    example: 'rule',
    description: 'program: counted together with all rules of the program that have a cap of this form',
  })
  of: Cap['of'];

  @EnumField(['all', 'member', 'group'], {
    example: 'member',
    description: 'member: of one person; group: of all whose event names the same value of `property`',
  })
  per: Cap['per'];

  @TextField({ max: KEY_MAX, optional: true, example: 'storeId', description: 'of a group' })
  property?: string;

  @EnumField(CAP_PERIODS, {
    example: 'day',
    description: "of the program's time zone; weeks begin on Monday",
  })
  period: Cap['period'];

  @IntegerField({ min: 1, max: POINTS_MAX, example: 100 })
  points: number;
}

export class RuleContentDto {
  @TextField({
    max: KEY_MAX,
    example: 'order_paid',
    description: 'a type of customer event, relation_started or checked_in',
  })
  trigger: string;

  @TextField({ max: KEY_MAX, optional: true, example: 'points', description: 'default points' })
  wallet: string = 'points';

  @TextField({
    max: KEY_MAX,
    optional: true,
    nullable: true,
    example: null,
    description:
      'a property with a public customer id, who earns instead of the event’s customer (an inviter)',
  })
  beneficiaryProperty: string | null = null;

  @MapField('any', {
    optional: true,
    nullable: true,
    example: {
      all: [
        { of: 'event', key: 'amount', is: 'gte', value: 1000 },
        { of: 'level', is: 'in', value: ['gold'] },
      ],
    },
    description:
      'all, any, not, or a leaf {of: event, profile, tag or level; key; is: exists, missing, in, notIn, gte or lt; value}; at most 50, 5 deep',
  })
  conditions: Record<string, unknown> | null = null;

  @ObjectField(() => AmountDto)
  amount: AmountDto;

  @MapField('integer', {
    optional: true,
    example: { gold: 150 },
    description: 'percent by level; 100 for a level that is not named',
  })
  levelPercent: Record<string, number> = {};

  @ListField(() => CapDto, { optional: true, maxItems: CAPS_MAX })
  caps: CapDto[] = [];

  @BooleanField({
    optional: true,
    example: false,
    description: 'points taken back make room under the caps; default false',
  })
  givesCapBack: boolean = false;

  @IntegerField({
    min: 0,
    max: COOL_DOWN_MINUTES_MAX,
    optional: true,
    example: 0,
    description: 'for one person',
  })
  coolDownMinutes: number = 0;

  @TimeField({ optional: true, nullable: true, stored: true, description: 'the time of the event decides' })
  startsAt: Date | null = null;

  @TimeField({ optional: true, nullable: true, stored: true, description: 'not part of it' })
  endsAt: Date | null = null;

  @IntegerField({
    min: -PRIORITY_MAX,
    max: PRIORITY_MAX,
    optional: true,
    example: 0,
    description: 'the larger is asked first',
  })
  priority: number = 0;

  @TextField({
    max: KEY_MAX,
    optional: true,
    nullable: true,
    example: null,
    description: 'of the rules of a group only the first that applies earns',
  })
  exclusiveGroup: string | null = null;

  @IntegerField({
    min: 0,
    max: DAYS_MAX,
    optional: true,
    example: 0,
    description: 'the points come so many days later',
  })
  holdDays: number = 0;

  @IntegerField({
    min: 0,
    max: DAYS_MAX,
    optional: true,
    example: 0,
    description: 'taken back when the customer of the event leaves so soon',
  })
  clawBackDays: number = 0;
}

export class CreateRuleDto extends RuleContentDto {
  @TextField({ max: NAME_MAX, example: '消费积分' })
  name: string;

  @PublicIdField(PROGRAM_ID_PREFIX, { optional: true, description: 'the default program when left out' })
  programId?: string;
}

export class ActivateRuleDto {
  @IntegerField({
    min: 1,
    max: VERSION_MAX,
    optional: true,
    example: 2,
    description: 'the newest when left out',
  })
  version?: number;
}

export class UsePresetDto {
  @PublicIdField(PROGRAM_ID_PREFIX, { optional: true, description: 'the default program when left out' })
  programId?: string;

  @IntegerField({
    min: 1,
    max: POINTS_MAX,
    optional: true,
    example: 10,
    description: "instead of the preset's own",
  })
  points?: number;
}
