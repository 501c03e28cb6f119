import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  EnumField,
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { PROGRAM_ID_PREFIX, WALLET_ID_PREFIX } from '../../programs/domain/program.js';
import {
  type Board,
  BOARD_ID_PREFIX,
  BOARD_PERIOD_KINDS,
  BOARD_RULES_MAX,
  type BoardPeriodKind,
  boardPresets,
  type PresetName,
  type Prize,
  PRIZES_MAX,
  WINNERS_MAX,
} from '../domain/board.js';

const RULE_ID_PREFIX = 'rul';
const RULE_ID = 'rul_01jd3q4mfaeq6v5c0qd8y3y5za';
const NAME_MAX = 100;
const NAME_ZH = '每周积分王';
const NAME_EN = 'Points king of the week';

export class PrizeField implements Prize {
  @IntegerField({ min: 1, max: WINNERS_MAX, example: 1 })
  from: number;

  @IntegerField({ min: 1, max: WINNERS_MAX, example: 3 })
  to: number;

  @TextField({ max: NAME_MAX, example: '线下活动名额' })
  zh: string;

  @TextField({ max: NAME_MAX, example: 'A seat at an offline event' })
  en: string;
}

export class NewBoardDto {
  @EnumField(Object.keys(boardPresets), {
    optional: true,
    example: 'weekly_points_king',
    description: 'gives what is left out',
  })
  preset?: PresetName;

  @TextField({ max: NAME_MAX, optional: true, example: NAME_ZH })
  nameZh?: string;

  @TextField({ max: NAME_MAX, optional: true, example: NAME_EN })
  nameEn?: string;

  @PublicIdField(PROGRAM_ID_PREFIX, { optional: true, description: 'default: the corp’s default program' })
  programId?: string;

  @TextField({ max: 64, optional: true, example: 'points', description: 'key of the wallet; default points' })
  wallet?: string;

  @EnumField(BOARD_PERIOD_KINDS, {
    optional: true,
    example: 'week',
    description: 'weeks and months of the program’s time zone; fixed: one period from startsAt to endsAt',
  })
  periodKind?: BoardPeriodKind;

  @TimeField({ optional: true, stored: true, description: 'of fixed only' })
  startsAt?: Date;

  @TimeField({
    optional: true,
    stored: true,
    description: 'of fixed only',
    example: '2026-12-22T08:00:00.000Z',
  })
  endsAt?: Date;

  @ListField(
    { publicId: RULE_ID_PREFIX },
    {
      optional: true,
      minItems: 1,
      maxItems: BOARD_RULES_MAX,
      example: [RULE_ID],
      description:
        'only what these rules award counts: one rule, or those of a campaign; default: every earning',
    },
  )
  ruleIds?: string[];

  @IntegerField({
    min: 1,
    max: WINNERS_MAX,
    optional: true,
    example: 10,
    description: 'how many ranks a closed period stores; default 100',
  })
  winners?: number;

  @ListField(() => PrizeField, { optional: true, maxItems: PRIZES_MAX })
  prizes?: PrizeField[];
}

export class BoardChangesDto {
  @TextField({ max: NAME_MAX, optional: true, example: NAME_ZH })
  nameZh?: string;

  @TextField({ max: NAME_MAX, optional: true, example: NAME_EN })
  nameEn?: string;

  @IntegerField({ min: 1, max: WINNERS_MAX, optional: true, example: 10 })
  winners?: number;

  @ListField(() => PrizeField, { optional: true, maxItems: PRIZES_MAX })
  prizes?: PrizeField[];
}

export class BoardsQuery extends PageQuery {
  @PublicIdField(PROGRAM_ID_PREFIX, { optional: true })
  programId?: string;
}

export class BoardView {
  @PublicIdField(BOARD_ID_PREFIX)
  id: string;

  @PublicIdField(PROGRAM_ID_PREFIX)
  programId: string;

  @PublicIdField(WALLET_ID_PREFIX)
  walletId: string;

  @TextField({ max: NAME_MAX, example: NAME_ZH })
  nameZh: string;

  @TextField({ max: NAME_MAX, example: NAME_EN })
  nameEn: string;

  @EnumField(BOARD_PERIOD_KINDS, { example: 'week' })
  periodKind: BoardPeriodKind;

  @TimeField({ nullable: true })
  startsAt: string | null;

  @TimeField({ nullable: true })
  endsAt: string | null;

  @ListField(
    { publicId: RULE_ID_PREFIX },
    { maxItems: BOARD_RULES_MAX, example: [RULE_ID], description: 'empty: every earning' },
  )
  ruleIds: string[];

  @IntegerField({ min: 1, max: WINNERS_MAX, example: 10 })
  winners: number;

  @ListField(() => PrizeField, { maxItems: PRIZES_MAX })
  prizes: readonly PrizeField[];

  @TimeField({ description: 'earnings of before are on no board' })
  countsFrom: string;

  @TimeField({ nullable: true })
  endedAt: string | null;

  static of(this: void, board: Board): BoardView {
    const { nameZh, nameEn, periodKind, winners, prizes } = board;
    return {
      id: toPublicId(BOARD_ID_PREFIX, board.id),
      programId: toPublicId(PROGRAM_ID_PREFIX, board.programId),
      walletId: toPublicId(WALLET_ID_PREFIX, board.walletId),
      nameZh,
      nameEn,
      periodKind,
      winners,
      prizes,
      startsAt: board.startsAt?.toISOString() ?? null,
      endsAt: board.endsAt?.toISOString() ?? null,
      ruleIds: (board.ruleIds ?? []).map((id) => toPublicId(RULE_ID_PREFIX, id)),
      countsFrom: board.countsFrom.toISOString(),
      endedAt: board.endedAt?.toISOString() ?? null,
    };
  }
}
