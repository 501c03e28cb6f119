import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import type { PeriodKind } from '../../programs/domain/program-time.js';
import { MEMBER_ID_PREFIX, PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import {
  GRANT_SOURCES,
  type GrantSource,
  HONOUR_KINDS,
  HONOUR_PERIODS,
  HONOUR_RULE_KINDS,
  type Honour,
  type HonourKind,
  type HonourRule,
  type HonourRuleKind,
} from '../domain/honour.js';
import type { HeldHonour } from '../queries/show-honours.js';
import type { HonourContent } from '../use-cases/define-honours.js';
import { GRANTS_PER_CALL_MAX, type GrantOutcome } from '../use-cases/honours.js';

export const HONOUR_ID_PREFIX = 'hon';
export const GRANT_ID_PREFIX = 'hgr';
const NAME_MAX = 60;
const MARK_MAX = 16;
const REF_MAX = 64;
const REASON_MAX = 200;
const DAYS_MAX = 3650;
const COUNT_MAX = 1_000_000_000_000;
export const KEY_PATTERN = /^[a-z][a-z0-9_-]{0,63}$/;
const HONOURS_MAX = 1000;

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

class HonourFields {
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

export class GrantHonourDto {
  @PublicIdField(HONOUR_ID_PREFIX)
  honourId: string;

  @PublicIdField(MEMBER_ID_PREFIX)
  memberId: string;

  @TextField({ max: REASON_MAX, example: '社群活动优秀组织者' })
  reason: string;
}

export class GrantHonoursDto {
  @ListField(() => GrantHonourDto, { maxItems: GRANTS_PER_CALL_MAX, minItems: 1 })
  items: GrantHonourDto[];
}

export class GrantResultView {
  @EnumField(['granted', 'refused'], { example: 'granted' })
  outcome: 'granted' | 'refused';

  @PublicIdField(GRANT_ID_PREFIX, { optional: true })
  grantId?: string;

  @TextField({ max: 64, optional: true, example: 'loyalty.honour_held', description: 'why it was refused' })
  code?: string;

  static of(result: GrantOutcome): GrantResultView {
    if (result.outcome === 'refused') return result;
    return { outcome: 'granted', grantId: toPublicId(GRANT_ID_PREFIX, result.grantId) };
  }
}

export class GrantResultsView {
  @ListField(() => GrantResultView, { maxItems: GRANTS_PER_CALL_MAX })
  results: GrantResultView[];
}

export class RevokeHonourDto {
  @TextField({ max: REASON_MAX, example: '活动作弊，撤销称号' })
  reason: string;
}

export class HeldHonoursQuery extends PageQuery {
  @EnumField(['active'], {
    optional: true,
    example: 'active',
    description: 'leaves out what is expired or revoked',
  })
  state?: 'active';
}

export class HeldHonourView extends HonourFields {
  @PublicIdField(GRANT_ID_PREFIX)
  id: string;

  @PublicIdField(HONOUR_ID_PREFIX)
  honourId: string;

  @PublicIdField(MEMBER_ID_PREFIX)
  memberId: string;

  @TextField({ max: MARK_MAX, nullable: true, example: '🌟' })
  mark: string | null;

  @TextField({ max: 10, example: 'all', description: '2026-11-22, 2026-W47, 2026-11, 2026 or all' })
  period: string;

  @EnumField(GRANT_SOURCES, { example: 'staff' })
  source: GrantSource;

  @TextField({ max: REASON_MAX, nullable: true, example: '社群活动优秀组织者' })
  reason: string | null;

  @BooleanField({ example: true, description: 'neither expired nor revoked' })
  isActive: boolean;

  @TimeField()
  grantedAt: string;

  @TimeField({ nullable: true })
  expiresAt: string | null;

  @TimeField({ nullable: true, example: null })
  revokedAt: string | null;

  @TextField({ max: REASON_MAX, nullable: true, example: null })
  revokedReason: string | null;

  static of(held: HeldHonour): HeldHonourView {
    const { key, kind, nameZh, nameEn, mark, period, source, reason, isActive, revokedReason } = held;
    return {
      id: toPublicId(GRANT_ID_PREFIX, held.id),
      honourId: toPublicId(HONOUR_ID_PREFIX, held.honourId),
      memberId: toPublicId(MEMBER_ID_PREFIX, held.memberId),
      key,
      kind,
      nameZh,
      nameEn,
      mark,
      period,
      source,
      reason,
      isActive,
      revokedReason,
      grantedAt: held.grantedAt.toISOString(),
      expiresAt: held.expiresAt?.toISOString() ?? null,
      revokedAt: held.revokedAt?.toISOString() ?? null,
    };
  }
}
