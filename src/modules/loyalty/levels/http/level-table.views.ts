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
import { HONOUR_ID_PREFIX } from '../../honours/http/honours.views.js';
import { PROGRAM_ID_PREFIX } from '../../programs/domain/program.js';
import {
  DOWNGRADE_POLICIES,
  type DowngradePolicy,
  type Level,
  LEVEL_TABLE_ID_PREFIX,
  LEVEL_TABLE_STATES,
  type LevelTable,
  type LevelTableState,
} from '../domain/level-table.js';
import type { MoveDirection } from '../domain/level-moves.js';
import type { ShownMove, WhatIf } from '../queries/show-levels.js';
import { LevelBenefitDto, LevelDto, LevelPeriodDto } from './level-table.dto.js';

const DIRECTIONS: readonly MoveDirection[] = ['up', 'down', 'same'];
const LEVELS_MAX = 50;

export class LevelTableView {
  @PublicIdField(LEVEL_TABLE_ID_PREFIX)
  id: string;

  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @IntegerField({ min: 1, max: 1_000, example: 1 })
  version: number;

  @EnumField(LEVEL_TABLE_STATES, { example: 'active' })
  state: LevelTableState;

  @ListField(() => LevelDto, { maxItems: LEVELS_MAX })
  levels: LevelDto[];

  @EnumField(DOWNGRADE_POLICIES, { example: 'retention' })
  policy: DowngradePolicy;

  @ObjectField(() => LevelPeriodDto)
  period: LevelPeriodDto;

  @IntegerField({ min: 0, max: 180, example: 7 })
  graceDays: number;

  @IntegerField({ min: 0, max: 180, example: 30 })
  noticeDays: number;

  @TimeField()
  createdAt: Date;

  @TimeField({ nullable: true })
  activatedAt: Date | null;

  static of(this: void, table: LevelTable): LevelTableView {
    const { version, state, policy, graceDays, noticeDays, createdAt, activatedAt } = table;
    const months = table.period.kind === 'months' ? table.period.months : 12;
    return {
      id: toPublicId(LEVEL_TABLE_ID_PREFIX, table.id),
      programId: toPublicId(PROGRAM_ID_PREFIX, table.programId),
      version,
      state,
      levels: table.levels.map(levelView),
      policy,
      period: { kind: table.period.kind, months },
      graceDays,
      noticeDays,
      createdAt,
      activatedAt,
    };
  }
}

function levelView({ benefits, ...level }: Level): LevelDto {
  return {
    ...level,
    benefits: benefits.map(({ points = null, honourId, ...benefit }): LevelBenefitDto => ({
      ...benefit,
      points,
      honourId: honourId === undefined ? null : toPublicId(HONOUR_ID_PREFIX, honourId),
    })),
  };
}

export class LevelMoveView {
  @TextField({
    max: 32,
    nullable: true,
    example: 'silver',
    description: 'null: the program has no levels yet',
  })
  from: string | null;

  @TextField({ max: 32, example: 'gold' })
  to: string;

  @EnumField(DIRECTIONS, { example: 'up' })
  direction: MoveDirection;

  @IntegerField({ min: 0, max: 1_000_000_000, example: 42 })
  members: number;

  static of(this: void, { from, to, direction, members }: ShownMove): LevelMoveView {
    return { from, to, direction, members };
  }
}

export class WhatIfView {
  @IntegerField({ min: 0, max: 1_000_000_000, example: 1_000 })
  members: number;

  @IntegerField({ min: 0, max: 1_000_000_000, example: 42 })
  up: number;

  @IntegerField({ min: 0, max: 1_000_000_000, example: 0 })
  down: number;

  @ListField(() => LevelMoveView, {
    maxItems: 2_600,
    description: 'each pair of levels that some member has',
  })
  moves: LevelMoveView[];

  static of(this: void, { members, up, down, moves }: WhatIf): WhatIfView {
    return { members, up, down, moves: moves.map(LevelMoveView.of) };
  }
}
