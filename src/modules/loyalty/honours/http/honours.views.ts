import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import type { PeriodKind } from '../../programs/domain/program-time.js';
import { PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import {
  HONOUR_KINDS,
  HONOUR_PERIODS,
  HONOUR_RULE_KINDS,
  HONOURS_MAX,
  type Honour,
  type HonourKind,
  type HonourRule,
  type HonourRuleKind,
} from '../domain/honour.js';
import type { HonourContent } from '../use-cases/define-honours.js';

export const HONOUR_ID_PREFIX = 'hon';
const NAME_MAX = 60;
export const MARK_MAX = 16;
const REF_MAX = 64;
const DAYS_MAX = 3650;
const COUNT_MAX = 1_000_000_000_000;
export const KEY_PATTERN = /^[a-z][a-z0-9_-]{0,63}$/;

class HonourRuleDto {
  @EnumField(HONOUR_RULE_KINDS, { example: 'streak' })
  kind: HonourRuleKind;

  @TextField({
    max: REF_MAX,
    optional: true,
    example: 'points',
    description: 'key of the level or the wallet, id of the board',
  })
  ref?: string;

  @IntegerField({
    min: 1,
    max: COUNT_MAX,
    optional: true,
    example: 7,
    description: 'days, points, or the last rank',
  })
  count?: number;
}

export class HonourRuleView {
  @EnumField(HONOUR_RULE_KINDS, { example: 'streak' })
  kind: HonourRuleKind;

  @TextField({ max: REF_MAX, nullable: true, example: null })
  ref: string | null;

  @IntegerField({ min: 1, max: COUNT_MAX, nullable: true, example: 7 })
  count: number | null;
}

export class HonourFields {
  @TextField({ max: 64, pattern: KEY_PATTERN, example: 'week-streak' })
  key: string;

  @EnumField(HONOUR_KINDS, { example: 'medal', description: 'medal 勋章, title 头衔, privilege 特权' })
  kind: HonourKind;

  @TextField({ max: NAME_MAX, example: '七日之星' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Star of the week' })
  nameEn: string;
}

export class HonourDto extends HonourFields {
  @TextField({ max: MARK_MAX, optional: true, example: '🌟', description: 'shown beside the name' })
  mark?: string;

  @EnumField(HONOUR_PERIODS, {
    optional: true,
    example: 'lifetime',
    description: 'a member gets it at most once in each',
  })
  period: PeriodKind = 'lifetime';

  @IntegerField({
    min: 1,
    max: DAYS_MAX,
    optional: true,
    example: 365,
    description: 'how long a grant holds',
  })
  validDays?: number;

  @ObjectField(() => HonourRuleDto, {
    optional: true,
    description: 'what gives it by itself; without it only people and benefits do',
  })
  rule?: HonourRuleDto;

  static contentOf({ mark, validDays, rule, ...rest }: HonourDto): HonourContent {
    const { key, kind, nameZh, nameEn, period } = rest;
    const whole: HonourRule | null = rule
      ? { kind: rule.kind, ref: rule.ref ?? null, count: rule.count ?? null }
      : null;
    return {
      key,
      kind,
      nameZh,
      nameEn,
      period,
      mark: mark ?? null,
      validDays: validDays ?? null,
      rule: whole,
    };
  }
}

export class HonourView extends HonourFields {
  @PublicIdField(HONOUR_ID_PREFIX)
  id: string;

  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @TextField({ max: MARK_MAX, nullable: true, example: '🌟' })
  mark: string | null;

  @EnumField(HONOUR_PERIODS, { example: 'lifetime' })
  period: PeriodKind;

  @IntegerField({ min: 1, max: DAYS_MAX, nullable: true, example: 365 })
  validDays: number | null;

  @ObjectField(() => HonourRuleView, { nullable: true })
  rule: HonourRuleView | null;

  @TimeField()
  createdAt: string;

  @TimeField({ nullable: true, example: null })
  endedAt: string | null;

  static of(honour: Honour): HonourView {
    return {
      ...honour,
      id: toPublicId(HONOUR_ID_PREFIX, honour.id),
      programId: toPublicId(PROGRAM_ID_PREFIX, honour.programId),
      createdAt: honour.createdAt.toISOString(),
      endedAt: honour.endedAt?.toISOString() ?? null,
    };
  }
}

export class HonoursView {
  @ListField(() => HonourView, { maxItems: HONOURS_MAX })
  items: HonourView[];
}
