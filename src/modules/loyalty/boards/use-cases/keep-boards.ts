import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { Programs } from '../../programs/queries/programs.js';
import { boardsErrors } from '../boards.errors.js';
import {
  type Board,
  type BoardContent,
  type BoardPeriodKind,
  boardPresets,
  BOARDS_MAX,
  FIXED_PERIOD_KEY,
  type PresetName,
} from '../domain/board.js';
import { BoardStore } from '../persistence/board-store.js';
import { PeriodStore } from '../persistence/period-store.js';

const FIXED_MAX_MS = 366 * 86_400_000;

/** What is left out comes from the preset. */
export interface NewBoard extends Partial<BoardContent> {
  readonly preset?: PresetName;
  /** The corp's default program when left out. */
  readonly programId?: string;
  /** The wallet's key; `points` when left out. */
  readonly wallet?: string;
  readonly periodKind?: BoardPeriodKind;
  readonly startsAt?: Date;
  readonly endsAt?: Date;
  readonly ruleIds?: readonly string[];
}

/** Makes, changes and ends leaderboards. Inside an open unit of work. */
@Injectable()
export class KeepBoards {
  constructor(
    private readonly boards: BoardStore,
    private readonly periods: PeriodStore,
    private readonly programs: Programs,
    private readonly clock: Clock,
  ) {}

  /** @throws loyalty.board_not_found */
  async get(id: string): Promise<Board> {
    const board = await this.boards.find(id);
    if (!board) throw boardsErrors.board_not_found();
    return board;
  }

  /**
   * It counts what is earned from now on.
   * @throws loyalty.program_not_found, wallet_not_found, board_incomplete, board_time_invalid, board_prizes_invalid,
   * board_rule_unknown, boards_too_many
   */
  async create(asked: NewBoard): Promise<Board> {
    const preset = asked.preset && boardPresets[asked.preset];
    const { nameZh, nameEn, periodKind, winners = 100, prizes = [], ...rest } = { ...preset, ...asked };
    if (nameZh === undefined || nameEn === undefined || periodKind === undefined)
      throw boardsErrors.board_incomplete();
    const content = { nameZh, nameEn, winners, prizes };
    assertPrizes(content);
    const { startsAt = null, endsAt = null, ruleIds = null } = rest;
    const program = rest.programId ? await this.programs.get(rest.programId) : await this.programs.default();
    const wallet = program.wallets.find(({ key }) => key === (rest.wallet ?? 'points'));
    if (!wallet) throw loyaltyErrors.wallet_not_found();
    if (ruleIds && !(await this.boards.knowsRules(program.id, ruleIds)))
      throw boardsErrors.board_rule_unknown();
    await this.boards.stopCounting();
    const now = this.clock.now();
    assertTime(periodKind, startsAt, endsAt, now);
    if ((await this.boards.countOpen()) >= BOARDS_MAX)
      throw boardsErrors.boards_too_many({ max: BOARDS_MAX });
    const scope = { programId: program.id, walletId: wallet.id, periodKind, startsAt, endsAt, ruleIds };
    // what was booked in this very millisecond was booked without it
    const countsFrom = new Date(now.getTime() + 1);
    const board = await this.boards.insert({ ...scope, ...content, countsFrom }, now);
    if (startsAt && endsAt) {
      const period = { key: FIXED_PERIOD_KEY, startsAt, endsAt };
      await this.periods.open([{ boardId: board.id, period }]);
    }
    return board;
  }

  /** What was left out stays; results of closed periods stay as they are. @throws loyalty.board_not_found, board_prizes_invalid */
  async change(id: string, changes: Partial<BoardContent>): Promise<Board> {
    const { nameZh, nameEn, winners, prizes } = await this.get(id);
    const content = {
      nameZh: changes.nameZh ?? nameZh,
      nameEn: changes.nameEn ?? nameEn,
      winners: changes.winners ?? winners,
      prizes: changes.prizes ?? prizes,
    };
    assertPrizes(content);
    const board = await this.boards.update(id, content);
    if (!board) throw boardsErrors.board_not_found();
    return board;
  }

  /** Its open periods are closed now and their results follow; it can still be read. @throws loyalty.board_not_found */
  async end(id: string): Promise<void> {
    await this.get(id);
    await this.boards.stopCounting();
    const now = this.clock.now();
    if (await this.boards.end(id, now)) await this.periods.closeBoard(id, now);
  }
}

function assertTime(kind: BoardPeriodKind, startsAt: Date | null, endsAt: Date | null, now: Date): void {
  const fits =
    kind === 'fixed'
      ? startsAt !== null &&
        endsAt !== null &&
        startsAt < endsAt &&
        endsAt > now &&
        spanMs(startsAt, endsAt) <= FIXED_MAX_MS
      : startsAt === null && endsAt === null;
  if (!fits) throw boardsErrors.board_time_invalid();
}

function spanMs(startsAt: Date, endsAt: Date): number {
  return endsAt.getTime() - startsAt.getTime();
}

function assertPrizes({ prizes, winners }: BoardContent): void {
  if (prizes.some(({ from, to }) => from > to || to > winners)) throw boardsErrors.board_prizes_invalid();
}
