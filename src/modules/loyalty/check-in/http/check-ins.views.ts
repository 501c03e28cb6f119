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
import { BENEFIT_ID_PREFIX } from '../../exchange/http/benefits.views.js';
import { EXCHANGE_ID_PREFIX } from '../../exchange/http/exchanges.views.js';
import { HONOUR_KINDS, type HonourKind } from '../../honours/domain/honour.js';
import { MEMBER_ID_PREFIX, PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import {
  type CheckIn,
  type CheckInSettings,
  MILESTONES_MAX,
  PRESET,
  type ReachedMilestone,
  REWARD_MAX,
  STREAK_MAX,
} from '../domain/check-in.js';
import type { ShareCard } from '../queries/show-check-ins.js';
import type { CheckInResult } from '../use-cases/check-in.js';

const CUSTOMER_ID_PREFIX = 'cus';
const DAY_LENGTH = 10;
const NAME_MAX = 200;
const HONOURS_MAX = 50;

class MilestoneDto {
  @IntegerField({
    min: 1,
    max: STREAK_MAX,
    example: 7,
    description: 'days in a row; it is given once a streak',
  })
  days: number;

  @IntegerField({ min: 0, max: REWARD_MAX, optional: true, example: 10 })
  points: number = 0;

  @IntegerField({ min: 0, max: REWARD_MAX, optional: true, example: 10 })
  growth: number = 0;

  @PublicIdField(BENEFIT_ID_PREFIX, {
    optional: true,
    description: 'given beside the points while it is there',
  })
  benefitId?: string;
}

class MilestoneView {
  @IntegerField({ min: 1, max: STREAK_MAX, example: 7 })
  days: number;

  @IntegerField({ min: 0, max: REWARD_MAX, example: 10 })
  points: number;

  @IntegerField({ min: 0, max: REWARD_MAX, example: 10 })
  growth: number;

  @PublicIdField(BENEFIT_ID_PREFIX, { nullable: true, example: null })
  benefitId: string | null;
}

export class CheckInSettingsDto {
  @IntegerField({
    min: 0,
    max: REWARD_MAX,
    optional: true,
    example: 2,
    description: 'a day; 2 when left out',
  })
  points?: number;

  @IntegerField({
    min: 0,
    max: REWARD_MAX,
    optional: true,
    example: 2,
    description: 'growth value a day; 2 when left out',
  })
  growth?: number;

  @ListField(() => MilestoneDto, {
    maxItems: MILESTONES_MAX,
    optional: true,
    description: 'seven days for 10 more when left out',
  })
  milestones?: MilestoneDto[];

  static settingsOf(programId: string, { points, growth, milestones }: CheckInSettingsDto): CheckInSettings {
    const given = milestones?.map((one) => ({
      days: one.days,
      points: one.points,
      growth: one.growth,
      benefitId: one.benefitId ?? null,
    }));
    return {
      programId,
      points: points ?? PRESET.points,
      growth: growth ?? PRESET.growth,
      milestones: given ?? PRESET.milestones,
    };
  }
}

export class CheckInSettingsView {
  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @IntegerField({ min: 0, max: REWARD_MAX, example: 2 })
  points: number;

  @IntegerField({ min: 0, max: REWARD_MAX, example: 2 })
  growth: number;

  @ListField(() => MilestoneView, { maxItems: MILESTONES_MAX })
  milestones: MilestoneView[];

  static of({ programId, points, growth, milestones }: CheckInSettings): CheckInSettingsView {
    return {
      programId: toPublicId(PROGRAM_ID_PREFIX, programId),
      points,
      growth,
      milestones: milestones.map((one) => ({
        ...one,
        benefitId: one.benefitId === null ? null : toPublicId(BENEFIT_ID_PREFIX, one.benefitId),
      })),
    };
  }
}

export class CheckInDto {
  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @PublicIdField(PROGRAM_ID_PREFIX, { optional: true, description: 'the default program when left out' })
  programId?: string;
}

class ReachedMilestoneView {
  @IntegerField({ min: 1, max: STREAK_MAX, example: 7 })
  days: number;

  @IntegerField({ min: 0, max: REWARD_MAX, example: 10 })
  points: number;

  @IntegerField({ min: 0, max: REWARD_MAX, example: 10 })
  growth: number;

  @PublicIdField(EXCHANGE_ID_PREFIX, {
    nullable: true,
    example: null,
    description: 'the benefit that was given',
  })
  exchangeId: string | null;

  @TextField({ max: 64, nullable: true, example: null, description: 'why its benefit could not be given' })
  refusal: string | null;

  static of(one: ReachedMilestone): ReachedMilestoneView {
    return {
      ...one,
      exchangeId: one.exchangeId === null ? null : toPublicId(EXCHANGE_ID_PREFIX, one.exchangeId),
    };
  }
}

export class DayView {
  @PublicIdField(MEMBER_ID_PREFIX)
  memberId: string;

  @TextField({ max: DAY_LENGTH, example: '2026-11-22', description: "in the program's time zone" })
  day: string;

  @IntegerField({ min: 1, max: STREAK_MAX, example: 7, description: 'days in a row, with this one' })
  streak: number;

  @IntegerField({ min: 0, max: REWARD_MAX, example: 2, description: 'for the day, without milestones' })
  points: number;

  @IntegerField({ min: 0, max: REWARD_MAX, example: 2 })
  growth: number;

  @ListField(() => ReachedMilestoneView, { maxItems: MILESTONES_MAX })
  milestones: ReachedMilestoneView[];

  @TimeField()
  checkedInAt: string;

  static of(checkIn: CheckIn): DayView {
    return {
      ...checkIn,
      memberId: toPublicId(MEMBER_ID_PREFIX, checkIn.memberId),
      milestones: checkIn.milestones.map((one) => ReachedMilestoneView.of(one)),
      checkedInAt: checkIn.checkedInAt.toISOString(),
    };
  }
}

export class CheckInView extends DayView {
  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @BooleanField({
    example: false,
    description: 'the person had been there that day; this is what he got then',
  })
  repeated: boolean;

  static ofResult({ programId, customerId, checkIn, repeated }: CheckInResult): CheckInView {
    return {
      ...DayView.of(checkIn),
      programId: toPublicId(PROGRAM_ID_PREFIX, programId),
      customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId),
      repeated,
    };
  }
}

class CardHonourView {
  @TextField({ max: 64, example: 'week-streak' })
  key: string;

  @EnumField(HONOUR_KINDS, { example: 'medal' })
  kind: HonourKind;

  @TextField({ max: NAME_MAX, example: '七日之星' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Star of the week' })
  nameEn: string;

  @TextField({ max: 16, nullable: true, example: '🌟' })
  mark: string | null;
}

class CardLevelView {
  @TextField({ max: 64, example: 'gold' })
  key: string;

  @TextField({ max: NAME_MAX, example: '黄金' })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: 'Gold' })
  nameEn: string;
}

export class ShareCardView {
  @TextField({ max: NAME_MAX, nullable: true, example: '小林', description: 'the only thing personal on it' })
  displayName: string | null;

  @TextField({ max: NAME_MAX, example: '会员积分' })
  programNameZh: string;

  @TextField({ max: NAME_MAX, example: 'Points' })
  programNameEn: string;

  @ObjectField(() => CardLevelView, { nullable: true, description: 'null where the program has no levels' })
  level: CardLevelView | null;

  @TextField({ max: DAY_LENGTH, example: '2026-11-22' })
  day: string;

  @IntegerField({
    min: 0,
    max: STREAK_MAX,
    example: 7,
    description: 'alive until the end of the day after its last',
  })
  streak: number;

  @IntegerField({ min: 0, max: STREAK_MAX, example: 21 })
  bestStreak: number;

  @IntegerField({ min: 0, max: STREAK_MAX, example: 83 })
  totalDays: number;

  @BooleanField({ example: true })
  hasCheckedInToday: boolean;

  @ListField(() => CardHonourView, { maxItems: HONOURS_MAX })
  honours: CardHonourView[];

  static of({ honours, level, ...card }: ShareCard): ShareCardView {
    return {
      ...card,
      level: level && { key: level.key, nameZh: level.nameZh, nameEn: level.nameEn },
      honours: honours.map(({ key, kind, nameZh, nameEn, mark }) => ({ key, kind, nameZh, nameEn, mark })),
    };
  }
}
