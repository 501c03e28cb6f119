import { toPublicId } from '../../../../platform/context/typed-id.js';
import { IntegerField, ListField, PublicIdField } from '../../../../platform/http/fields.js';
import { BENEFIT_ID_PREFIX } from '../../exchange/http/benefits.views.js';
import { PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import { type CheckInSettings, MILESTONES_MAX, PRESET, REWARD_MAX, STREAK_MAX } from '../domain/check-in.js';

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
