import {
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import {
  type Benefit,
  BENEFIT_KINDS,
  type BenefitKind,
  type CouponTerms,
  REVERSALS,
  STACKINGS,
  type Validity,
} from '../domain/terms.js';
import { couponsErrors } from '../../coupons.errors.js';

/** 分 */
export const AMOUNT_MAX = 1_000_000_000_000;
const KEY_MAX = 64;
const LIST_MAX = 200;
const STEPS_MAX = 10;
const QUANTITY_MAX = 1000;
const DAYS_MAX = 3650;
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;
const END_OF_DAY = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

class CouponStepDto {
  @IntegerField({ min: 0, max: AMOUNT_MAX, example: 20_000 })
  from: number;

  @IntegerField({ min: 1, max: AMOUNT_MAX, example: 3_000 })
  off: number;
}

class CouponBenefitDto {
  @EnumField(BENEFIT_KINDS, {
    example: 'stepped',
    description: 'fixed 立减, percentage 折扣, stepped 满减阶梯, exchange 换购, gift 赠品, shipping 免运费',
  })
  kind: BenefitKind;

  @IntegerField({ min: 1, max: AMOUNT_MAX, optional: true, example: 1_000, description: '分, of fixed' })
  amount?: number;

  @IntegerField({ min: 1, max: 99, optional: true, example: 20, description: 'of percentage: 20 is 八折' })
  percentOff?: number;

  @IntegerField({
    min: 1,
    max: AMOUNT_MAX,
    optional: true,
    example: 5_000,
    description: '分 at most, of percentage and shipping',
  })
  cap?: number;

  @ListField(() => CouponStepDto, {
    minItems: 1,
    maxItems: STEPS_MAX,
    optional: true,
    example: [
      { from: 10_000, off: 1_000 },
      { from: 20_000, off: 3_000 },
    ],
    description: 'of stepped, in 分 and rising: the highest step that the amount reaches counts',
  })
  steps?: CouponStepDto[];

  @ListField('text', {
    minItems: 1,
    maxItems: LIST_MAX,
    maxLength: KEY_MAX,
    optional: true,
    example: ['SKU-1'],
    description: 'of exchange: one piece of any of them',
  })
  products?: string[];

  @IntegerField({
    min: 0,
    max: AMOUNT_MAX,
    optional: true,
    example: 100,
    description: '分 to pay, of exchange',
  })
  price?: number;

  @TextField({ max: KEY_MAX, optional: true, example: 'SKU-2', description: 'of gift' })
  product?: string;

  @IntegerField({ min: 1, max: QUANTITY_MAX, optional: true, example: 1, description: 'of gift' })
  quantity?: number;
}

class HoursDto {
  @TextField({ max: 5, pattern: TIME_OF_DAY, example: '11:00' })
  from: string;

  @TextField({
    max: 5,
    pattern: END_OF_DAY,
    example: '14:00',
    description: 'the first minute outside; before `from`: of the next day',
  })
  until: string;
}

class ValidityDto {
  @EnumField(['absolute', 'after_claim'], { example: 'after_claim' })
  kind: 'absolute' | 'after_claim';

  @TimeField({ stored: true, optional: true, description: 'of absolute' })
  from?: Date;

  @TimeField({ stored: true, optional: true, description: 'of absolute: the first instant outside' })
  until?: Date;

  @IntegerField({
    min: 0,
    max: DAYS_MAX,
    optional: true,
    example: 0,
    description: 'of after_claim: 0 begins at once, 1 at the next midnight of the batch',
  })
  startsAfterDays?: number;

  @IntegerField({
    min: 1,
    max: DAYS_MAX,
    optional: true,
    example: 7,
    description: 'of after_claim: days of the calendar, of which the first counts',
  })
  days?: number;

  @ListField('integer', {
    minItems: 1,
    maxItems: 7,
    optional: true,
    example: [6, 7],
    description: '1 is Monday',
  })
  weekdays?: number[];

  @ListField(() => HoursDto, {
    minItems: 1,
    maxItems: 2,
    optional: true,
    example: [{ from: '11:00', until: '14:00' }],
  })
  hours?: HoursDto[];
}

function keys(example: string[], description?: string): PropertyDecorator {
  const shown = { example, ...(description !== undefined && { description }) };
  return ListField('text', {
    minItems: 1,
    maxItems: LIST_MAX,
    maxLength: KEY_MAX,
    optional: true,
    ...shown,
  });
}

class ConditionsDto {
  @keys(['mini_program'])
  channels?: string[];

  @keys(['BJ-001'], 'codes of stores')
  stores?: string[];

  @keys(['SKU-1'])
  products?: string[];

  @keys(['shoes'])
  categories?: string[];

  @keys(['gold'], 'levels of the default loyalty program')
  levels?: string[];
}

class StackingDto {
  @TextField({ max: KEY_MAX, example: 'order' })
  group: string;

  @EnumField(STACKINGS, {
    example: 'other_groups',
    description: 'beside which coupons of the same cart it may be used',
  })
  withOthers: (typeof STACKINGS)[number];

  @IntegerField({
    min: 0,
    max: 1000,
    optional: true,
    example: 10,
    description: 'the smaller is applied first',
  })
  priority?: number;
}

/** Comes in and goes out in the same form. */
export class TermsDto {
  @ObjectField(() => CouponBenefitDto, { example: { kind: 'fixed', amount: 1_000 } })
  benefit: CouponBenefitDto;

  @IntegerField({
    min: 0,
    max: AMOUNT_MAX,
    optional: true,
    example: 10_000,
    description: '分, over the items that the conditions let in',
  })
  minimumSpend?: number;

  @ObjectField(() => ValidityDto, { example: { kind: 'after_claim', startsAfterDays: 0, days: 7 } })
  validity: ValidityDto;

  @ObjectField(() => ConditionsDto, {
    optional: true,
    example: { channels: ['mini_program'] },
    description: 'what is left out does not matter; of a list any one is enough',
  })
  conditions?: ConditionsDto;

  @ObjectField(() => StackingDto, { example: { group: 'order', withOthers: 'other_groups' } })
  stacking: StackingDto;

  @EnumField(REVERSALS, {
    example: 'return',
    description: 'what a whole reversal does: return 退券, used_up 不退券',
  })
  reversal: (typeof REVERSALS)[number];

  /** @throws coupons.terms_invalid where a kind lacks something, or has something of another kind. */
  static termsOf({ benefit, validity, conditions = {}, ...rest }: TermsDto): CouponTerms {
    return {
      ...rest,
      benefit: ofKind<Benefit>('benefit', benefit, BENEFIT_FIELDS[benefit.kind]),
      validity: ofKind<Validity>('validity', validity, VALIDITY_FIELDS[validity.kind], ['weekdays', 'hours']),
      conditions,
    };
  }
}

const BENEFIT_FIELDS: Record<BenefitKind, readonly string[]> = {
  fixed: ['amount'],
  percentage: ['percentOff', 'cap?'],
  stepped: ['steps'],
  exchange: ['products', 'price'],
  gift: ['product', 'quantity'],
  shipping: ['cap?'],
};
const VALIDITY_FIELDS = {
  absolute: ['from', 'until'],
  after_claim: ['startsAfterDays', 'days'],
} as const;

/** Of a flat object what belongs to its kind. @param fields those with `?` may be absent. */
function ofKind<T extends { kind: string }>(
  path: string,
  given: { kind: string },
  fields: readonly string[],
  always: readonly string[] = [],
): T {
  const present = Object.entries(given).filter(([, value]) => value !== undefined);
  const names = new Set(present.map(([name]) => name));
  const known = new Set(['kind', ...fields.map((field) => field.replace('?', '')), ...always]);
  const missing = fields.find((field) => !field.endsWith('?') && !names.has(field));
  const strange = [...names].find((name) => !known.has(name));
  const fault = missing ?? strange;
  if (fault !== undefined) throw couponsErrors.terms_invalid({ field: `${path}.${fault}` });
  return Object.fromEntries(present) as T; // reason: exactly the fields of the kind are there, each of its checked type
}
