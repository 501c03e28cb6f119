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
import { PageQuery } from '../../../../platform/http/page.js';
import { ACCOUNT_ID_PREFIX } from '../../ledger/domain/posting.js';
import { MEMBER_ID_PREFIX } from '../../programs/domain/program.js';
import { BOARD_ID_PREFIX, type BoardPeriod, type Standing } from '../domain/board.js';
import type { Correction } from '../queries/list-boards.js';
import type { ShownBoard, ShownPlace } from '../queries/show-boards.js';

const CUSTOMER_ID_PREFIX = 'cus';
const GROUP_CHAT_ID_PREFIX = 'gch';
const NAME_MAX = 100;
const TOP_MAX = 1_000;
const POINTS_MAX = Number.MAX_SAFE_INTEGER;
const PERIOD_KEY = { max: 10, pattern: /^[\w-]+$/, example: '2026-W47' };

class PeriodQuery {
  @TextField({ ...PERIOD_KEY, optional: true, description: 'key of the period; default: the present one' })
  period?: string;

  @PublicIdField(GROUP_CHAT_ID_PREFIX, {
    optional: true,
    description: 'only members of this group chat as it is now, ranked among themselves',
  })
  groupChatId?: string;
}

export class TopQuery extends PeriodQuery {
  @IntegerField({ min: 1, max: TOP_MAX, optional: true, example: 100 })
  limit: number = 100;
}

export class RankQuery extends PeriodQuery {
  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;
}

export class CorrectionsQuery extends PageQuery {
  @TextField({ ...PERIOD_KEY })
  period: string;
}

export class BoardPeriodView {
  @TextField(PERIOD_KEY)
  key: string;

  @TimeField()
  startsAt: string;

  @TimeField()
  endsAt: string;

  @TimeField({ nullable: true, description: 'from then on it never changes' })
  closedAt: string | null;

  static of(this: void, period: BoardPeriod): BoardPeriodView {
    return {
      key: period.key,
      startsAt: period.startsAt.toISOString(),
      endsAt: period.endsAt.toISOString(),
      closedAt: period.closedAt?.toISOString() ?? null,
    };
  }
}

class PrizeView {
  @TextField({ max: NAME_MAX, example: '线下活动名额' })
  zh: string;

  @TextField({ max: NAME_MAX, example: 'A seat at an offline event' })
  en: string;
}

class StandingView {
  @IntegerField({ min: 1, max: POINTS_MAX, example: 1 })
  rank: number;

  @PublicIdField(MEMBER_ID_PREFIX)
  memberId: string;

  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @IntegerField({ min: 1, max: POINTS_MAX, example: 120 })
  points: number;

  @TimeField({ description: 'when he earned last: of equal points the earlier one leads' })
  reachedAt: string;
}

class PlaceView extends StandingView {
  @ObjectField(() => PrizeView, { nullable: true })
  prize: PrizeView | null;
}

export class TopView {
  @PublicIdField(BOARD_ID_PREFIX)
  boardId: string;

  @ObjectField(() => BoardPeriodView)
  period: BoardPeriodView;

  @ListField(() => PlaceView, { maxItems: TOP_MAX })
  items: PlaceView[];

  static of({ board, period }: ShownBoard, places: readonly ShownPlace[]): TopView {
    return {
      boardId: toPublicId(BOARD_ID_PREFIX, board.id),
      period: BoardPeriodView.of(period),
      items: places.map((place) => ({ ...standingView(place), prize: place.prize })),
    };
  }
}

export class RankView {
  @ObjectField(() => BoardPeriodView)
  period: BoardPeriodView;

  @ObjectField(() => StandingView, { nullable: true, description: 'null: without points on this board' })
  place: StandingView | null;

  static of({ period }: ShownBoard, place: Standing | undefined): RankView {
    return { period: BoardPeriodView.of(period), place: place ? standingView(place) : null };
  }
}

export class CorrectionView {
  @PublicIdField(MEMBER_ID_PREFIX)
  memberId: string;

  @PublicIdField(ACCOUNT_ID_PREFIX)
  accountId: string;

  @IntegerField({ min: 1, max: POINTS_MAX, example: 12, description: 'the entry that came too late' })
  seq: number;

  @IntegerField({ min: 1, max: POINTS_MAX, example: 7, description: 'the earning that it belongs to' })
  earningSeq: number;

  @EnumField(['earn', 'reverse', 'expire'], { example: 'reverse' })
  kind: Correction['kind'];

  @IntegerField({ min: -POINTS_MAX, max: POINTS_MAX, example: -10 })
  amount: number;

  @TimeField()
  recordedAt: string;

  static of(this: void, correction: Correction): CorrectionView {
    const { seq, earningSeq, kind, amount } = correction;
    return {
      memberId: toPublicId(MEMBER_ID_PREFIX, correction.memberId),
      accountId: toPublicId(ACCOUNT_ID_PREFIX, correction.accountId),
      seq,
      earningSeq,
      kind,
      amount,
      recordedAt: correction.recordedAt.toISOString(),
    };
  }
}

function standingView({ rank, memberId, customerId, points, reachedAt }: Standing): StandingView {
  return {
    rank,
    memberId: toPublicId(MEMBER_ID_PREFIX, memberId),
    customerId: toPublicId(CUSTOMER_ID_PREFIX, customerId),
    points,
    reachedAt: reachedAt.toISOString(),
  };
}
