import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { EXCHANGE_ID_PREFIX } from '../../exchange/http/exchanges.views.js';
import { MEMBER_ID_PREFIX, PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import {
  type CheckIn,
  MILESTONES_MAX,
  type ReachedMilestone,
  REWARD_MAX,
  STREAK_MAX,
} from '../domain/check-in.js';
import type { CheckInResult } from '../use-cases/check-in.js';

const CUSTOMER_ID_PREFIX = 'cus';
export const DAY_LENGTH = 10;

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
