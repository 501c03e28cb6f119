import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { MEMBER_ID_PREFIX, PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import { type Level, LEVEL_TABLE_ID_PREFIX } from '../domain/level-table.js';
import { CHANGE_REASONS, type ChangeReason } from '../domain/level-state.js';
import type { DeliveredGrant, LevelInterval } from '../persistence/level-history-store.js';
import type { ShownLevel } from '../queries/show-levels.js';

const SCORE_MAX = 1_000_000_000_000_000;
const KEY_MAX = 32;
const REASON_MAX = 200;

export class LevelLockDto {
  @TextField({ max: KEY_MAX, example: 'gold' })
  level: string;

  @TextField({ max: REASON_MAX, example: '年会嘉宾' })
  reason: string;

  @TimeField({ stored: true, optional: true, nullable: true, description: 'null: until somebody unlocks it' })
  until?: Date | null;
}

export class LevelUnlockDto {
  @TextField({ max: REASON_MAX, example: '活动结束' })
  reason: string;
}

export class LevelNameView {
  @TextField({ max: KEY_MAX, example: 'gold' })
  key: string;

  @TextField({ max: 30, example: '黄金' })
  nameZh: string;

  @TextField({ max: 30, example: 'Gold' })
  nameEn: string;

  static of(this: void, { key, nameZh, nameEn }: Level): LevelNameView {
    return { key, nameZh, nameEn };
  }
}

export class NextLevelView extends LevelNameView {
  @IntegerField({ min: 0, max: SCORE_MAX, example: 1_500, description: 'how much score it takes' })
  missing: number;
}

export class PresentPeriodView {
  @TimeField()
  from: Date;

  @TimeField({ description: 'the first instant after it' })
  endsAt: Date;

  @TimeField({ description: 'the end of the grace days: no downgrade before' })
  retainUntil: Date;

  @IntegerField({ min: -SCORE_MAX, max: SCORE_MAX, example: 120, description: 'score gained in it' })
  gained: number;

  @IntegerField({ min: 0, max: SCORE_MAX, example: 0, description: 'how much score would keep the level' })
  missing: number;

  @ObjectField(() => LevelNameView, {
    nullable: true,
    description: 'where its end would lead as it stands; null: stays',
  })
  fallsTo: LevelNameView | null;
}

export class MemberLevelView {
  @PublicIdField(MEMBER_ID_PREFIX)
  memberId: string;

  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @PublicIdField(LEVEL_TABLE_ID_PREFIX)
  tableId: string;

  @ObjectField(() => LevelNameView)
  level: LevelNameView;

  @TimeField()
  since: Date;

  @IntegerField({ min: 0, max: SCORE_MAX, example: 2_340, description: 'balance of the growth wallet' })
  score: number;

  @IntegerField({
    min: 0,
    max: SCORE_MAX,
    example: 2_340,
    description: 'what counts of it: a fall uses up the rest',
  })
  countedScore: number;

  @ObjectField(() => NextLevelView, { nullable: true, description: 'null: it is the highest' })
  next: NextLevelView | null;

  @ObjectField(() => PresentPeriodView, { nullable: true, description: 'null: nothing ends' })
  period: PresentPeriodView | null;

  @BooleanField({ example: false })
  locked: boolean;

  @TimeField({ nullable: true })
  lockedUntil: Date | null;

  static of(this: void, shown: ShownLevel): MemberLevelView {
    const { state, next, period } = shown;
    return {
      memberId: toPublicId(MEMBER_ID_PREFIX, shown.memberId),
      programId: toPublicId(PROGRAM_ID_PREFIX, shown.programId),
      tableId: toPublicId(LEVEL_TABLE_ID_PREFIX, shown.tableId),
      level: LevelNameView.of(shown.level),
      since: state.since,
      score: state.score,
      countedScore: shown.countedScore,
      next: next && { ...LevelNameView.of(next.level), missing: next.missing },
      period: period && { ...period, fallsTo: period.fallsTo && LevelNameView.of(period.fallsTo) },
      locked: state.isLocked,
      lockedUntil: state.lockedUntil,
    };
  }
}

export class LevelIntervalView {
  @TextField({ max: KEY_MAX, example: 'gold' })
  level: string;

  @TextField({ max: KEY_MAX, nullable: true, example: 'silver' })
  from: string | null;

  @EnumField(CHANGE_REASONS, { example: 'score' })
  reason: ChangeReason;

  @TimeField()
  startedAt: Date;

  @TimeField({ nullable: true, description: 'where the next one starts; null: it lasts' })
  endedAt: Date | null;

  @IntegerField({ min: 0, max: SCORE_MAX, example: 2_010, description: 'at the start' })
  score: number;

  @PublicIdField(LEVEL_TABLE_ID_PREFIX)
  tableId: string;

  @TextField({ max: REASON_MAX, nullable: true, example: '年会嘉宾' })
  note: string | null;

  @TextField({ max: 200, example: 'key:key_01jd3q4mfaeq6v5c0qd8y3y5za' })
  actor: string;

  static of(this: void, interval: LevelInterval): LevelIntervalView {
    const { level, fromLevel, reason, startedAt, endedAt, score, tableId, note, actor } = interval;
    const table = toPublicId(LEVEL_TABLE_ID_PREFIX, tableId);
    return { level, from: fromLevel, reason, startedAt, endedAt, score, tableId: table, note, actor };
  }
}

export class LevelGrantView {
  @TextField({ max: KEY_MAX, example: 'silver' })
  level: string;

  @TextField({ max: KEY_MAX, example: 'welcome_gift' })
  benefit: string;

  @TextField({ max: 10, example: '2026-11', description: 'once, a month or a year' })
  period: string;

  @TimeField()
  grantedAt: Date;

  @TimeField({ nullable: true, description: 'when points were booked or an honour given' })
  deliveredAt: Date | null;

  @TextField({
    max: 100,
    nullable: true,
    example: 'loyalty.program_ended',
    description: 'why it could not be',
  })
  problem: string | null;

  static of(this: void, grant: DeliveredGrant): LevelGrantView {
    const { level, benefit, period, grantedAt, deliveredAt, problem } = grant;
    return { level, benefit, period, grantedAt, deliveredAt, problem };
  }
}
