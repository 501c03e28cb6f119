import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
} from '../../../../platform/http/fields.js';
import { HONOUR_ID_PREFIX } from '../../honours/http/honours.views.js';
import { AMOUNT_MAX } from '../../ledger/domain/posting.js';
import {
  DOWNGRADE_POLICIES,
  type DowngradePolicy,
  type Level,
  type LevelBenefit,
  type LevelRules,
} from '../domain/level-table.js';
import { presetLevels } from '../domain/preset-levels.js';

const KEY = /^[a-z][a-z0-9_]*$/;
const KEY_MAX = 32;
const NAME_MAX = 30;
const LEVELS_MAX = 50;
const BENEFITS_MAX = 20;
const MONTHS_MAX = 60;
const DAYS_MAX = 180;
const PRESET_MONTHS = 12;
const PRESET_GRACE_DAYS = 7;
const PRESET_NOTICE_DAYS = 30;

const KINDS: readonly LevelBenefit['kind'][] = ['points', 'honour', 'other'];
const EVERY: readonly LevelBenefit['every'][] = ['once', 'month', 'year'];
const PERIODS = ['months', 'calendar_year'] as const;

export class LevelBenefitDto {
  @TextField({ max: KEY_MAX, pattern: KEY, example: 'welcome_gift' })
  key: string;

  @EnumField(KINDS, { example: 'points' })
  kind: LevelBenefit['kind'];

  @TextField({ max: NAME_MAX, example: '升级礼' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Welcome gift' })
  nameEn: string;

  @EnumField(EVERY, {
    example: 'once',
    description: 'once when the level is reached, or once a month or year on it',
  })
  every: LevelBenefit['every'];

  @IntegerField({ min: 1, max: AMOUNT_MAX, optional: true, nullable: true, example: 100 })
  points?: number | null;

  @PublicIdField(HONOUR_ID_PREFIX, { optional: true, nullable: true })
  honourId?: string | null;
}

export class LevelDto {
  @TextField({ max: KEY_MAX, pattern: KEY, example: 'silver', description: 'the same level in all versions' })
  key: string;

  @TextField({ max: NAME_MAX, example: '白银' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Silver' })
  nameEn: string;

  @IntegerField({
    min: 0,
    max: AMOUNT_MAX,
    example: 500,
    description: 'score from which it is reached; the lowest level: 0',
  })
  threshold: number;

  @IntegerField({
    min: 0,
    max: AMOUNT_MAX,
    optional: true,
    example: 250,
    description: 'score of a period that keeps it; default 0',
  })
  retention: number = 0;

  @ListField(() => LevelBenefitDto, { maxItems: BENEFITS_MAX, optional: true, example: [] })
  benefits: LevelBenefitDto[] = [];
}

export class LevelPeriodDto {
  @EnumField(PERIODS, { example: 'months' })
  kind: (typeof PERIODS)[number];

  @IntegerField({
    min: 1,
    max: MONTHS_MAX,
    optional: true,
    example: 12,
    description: 'of kind months; default 12',
  })
  months: number = PRESET_MONTHS;
}

export class LevelTableDto {
  @ListField(() => LevelDto, {
    minItems: 1,
    maxItems: LEVELS_MAX,
    optional: true,
    example: presetLevels,
    description: 'the lowest first; default: bronze, silver, gold, platinum',
  })
  levels?: LevelDto[];

  @EnumField(DOWNGRADE_POLICIES, { optional: true, example: 'retention', description: 'default retention' })
  policy: DowngradePolicy = 'retention';

  @ObjectField(() => LevelPeriodDto, { optional: true, example: { kind: 'months', months: 12 } })
  period?: LevelPeriodDto;

  @IntegerField({ min: 0, max: DAYS_MAX, optional: true, example: 7, description: 'default 7' })
  graceDays: number = PRESET_GRACE_DAYS;

  @IntegerField({ min: 0, max: DAYS_MAX, optional: true, example: 30, description: 'default 30' })
  noticeDays: number = PRESET_NOTICE_DAYS;
}

export class ActivationDto {
  @BooleanField({
    optional: true,
    example: false,
    description: 'true: who lacks the score falls at once; false (default): not before his period ends',
  })
  downgradesNow: boolean = false;
}

export function rulesOf({
  levels,
  policy,
  period,
  graceDays,
  noticeDays,
}: LevelTableDto): Omit<LevelRules, 'timeZone'> {
  return {
    levels: levels?.map(levelOf) ?? presetLevels,
    policy,
    period:
      period?.kind === 'calendar_year'
        ? { kind: 'calendar_year' }
        : { kind: 'months', months: period?.months ?? PRESET_MONTHS },
    graceDays,
    noticeDays,
  };
}

function levelOf({ key, nameZh, nameEn, threshold, retention, benefits }: LevelDto): Level {
  return { key, nameZh, nameEn, threshold, retention, benefits: benefits.map(benefitOf) };
}

function benefitOf({ points, honourId, key, kind, nameZh, nameEn, every }: LevelBenefitDto): LevelBenefit {
  return { key, kind, nameZh, nameEn, every, ...(points && { points }), ...(honourId && { honourId }) };
}
