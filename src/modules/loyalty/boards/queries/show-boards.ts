import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Database } from '../../../../platform/database/database.js';
import { periodOf } from '../../programs/domain/program-time.js';
import { Programs } from '../../programs/queries/programs.js';
import { boardsErrors } from '../boards.errors.js';
import {
  type Board,
  type BoardPeriod,
  FIXED_PERIOD_KEY,
  type Prize,
  prizeOf,
  type Standing,
} from '../domain/board.js';
import { BoardStore } from '../persistence/board-store.js';
import { PeriodStore } from '../persistence/period-store.js';
import { BoardGroups } from './board-groups.js';
import { BoardPlaces } from './board-places.js';

export interface ShownPlace extends Standing {
  readonly prize: Pick<Prize, 'zh' | 'en'> | null;
}

export interface ShownBoard {
  readonly board: Board;
  /** `id` is missing while nobody has earned in it. */
  readonly period: BoardPeriod & { readonly id?: string };
}

/** Who leads, and where somebody stands. Inside an open unit of work. */
@Injectable()
export class ShowBoards {
  constructor(
    private readonly database: Database,
    private readonly boards: BoardStore,
    private readonly periods: PeriodStore,
    private readonly places: BoardPlaces,
    private readonly groups: BoardGroups,
    private readonly programs: Programs,
    private readonly clock: Clock,
  ) {}

  /** @param key of the period; the present one when left out. @throws loyalty.board_not_found, board_period_not_found */
  async show(boardId: string, key?: string): Promise<ShownBoard> {
    const board = await this.boards.find(boardId);
    if (!board) throw boardsErrors.board_not_found();
    const present = await this.presentPeriod(board);
    const period = await this.periods.find(boardId, key ?? present.key);
    if (period) return { board, period };
    if (key !== undefined && key !== present.key) throw boardsErrors.board_period_not_found();
    return { board, period: { ...present, closedAt: null } };
  }

  /**
   * Of a closed period the ranks and prizes that were stored, of an open one those that hold now.
   * @param groupChatId only members of the group chat as it is now, ranked among themselves. @throws loyalty.board_group_not_found
   */
  async top({ board, period }: ShownBoard, limit: number, groupChatId?: string): Promise<ShownPlace[]> {
    if (groupChatId !== undefined) {
      const memberIds = await this.groups.membersIn(groupChatId, board.programId);
      const places = period.id === undefined ? [] : await this.places.topAmong(period.id, memberIds, limit);
      return places.map((place) => ({ ...place, prize: null }));
    }
    if (period.id === undefined) return [];
    const places = await this.places.top(period.id, limit);
    if (period.closedAt === null)
      return places.map((place) => ({ ...place, prize: prizeOf(board.prizes, place.rank) ?? null }));
    const prizes = await this.storedPrizes(period.id);
    return places.map((place) => ({ ...place, prize: prizes.get(place.rank) ?? null }));
  }

  /** @returns undefined when the member has no points on the board. @throws loyalty.board_member_not_found, board_group_not_found */
  async placeOf(
    { board, period }: ShownBoard,
    customerId: string,
    groupChatId?: string,
  ): Promise<Standing | undefined> {
    const memberId = await this.groups.memberOf(board.programId, customerId);
    if (memberId === undefined) throw boardsErrors.board_member_not_found();
    if (groupChatId === undefined)
      return period.id === undefined ? undefined : this.places.placeOf(period.id, memberId);
    const memberIds = await this.groups.membersIn(groupChatId, board.programId);
    if (period.id === undefined) return undefined;
    const places = await this.places.topAmong(period.id, memberIds, memberIds.length);
    return places.find((place) => place.memberId === memberId);
  }

  private async presentPeriod(board: Board): Promise<Omit<BoardPeriod, 'closedAt'>> {
    const { periodKind, startsAt, endsAt } = board;
    if (startsAt && endsAt) return { key: FIXED_PERIOD_KEY, startsAt, endsAt };
    const { timeZone } = await this.programs.get(board.programId);
    return periodOf(this.clock.now(), timeZone, periodKind === 'fixed' ? 'lifetime' : periodKind);
  }

  private async storedPrizes(periodId: string): Promise<Map<number, Pick<Prize, 'zh' | 'en'>>> {
    const rows = await this.database.query<{ rank: number; zh: string; en: string }>(
      `SELECT rank, prize_zh AS zh, prize_en AS en FROM loyalty.board_results
        WHERE corp_id = $1 AND period_id = $2 AND prize_zh IS NOT NULL`,
      [this.database.corpId, periodId],
    );
    return new Map(rows.map(({ rank, zh, en }) => [rank, { zh, en }]));
  }
}
