import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { Events } from '../../../../platform/events/events.js';
import { boardClosed } from '../../loyalty.events.js';
import { ANNOUNCED_MAX, prizeOf } from '../domain/board.js';
import { BoardStore } from '../persistence/board-store.js';
import { LadderStore } from '../persistence/ladder-store.js';
import { PeriodStore } from '../persistence/period-store.js';
import { BoardPlaces } from '../queries/board-places.js';

/** What was recorded in the last moments of a period may still be committing; later it would be a correction. */
const GRACE_MS = 60_000;

/** Closes what has ended and keeps rank reads short. Outside any unit of work; may be repeated at any point. */
@Injectable()
export class ClosePeriods {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly boards: BoardStore,
    private readonly periods: PeriodStore,
    private readonly ladder: LadderStore,
    private readonly places: BoardPlaces,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** @returns how many periods were announced. */
  async closeEnded(corpId: CorpId): Promise<number> {
    await this.stopWhatEnded(corpId);
    for (let announced = 0; ; announced++)
      if (!(await this.unit.run(corpId, () => this.announceNext()))) return announced;
  }

  /** Sets the ladders anew from which ranks are counted, where too much has moved since. */
  async survey(corpId: CorpId): Promise<void> {
    for (const periodId of await this.unit.read(corpId, () => this.ladder.listStale()))
      await this.unit.run(corpId, () => this.ladder.survey(periodId));
  }

  /** Short, since postings wait for it: from here on the standings of these periods never change. */
  private async stopWhatEnded(corpId: CorpId): Promise<void> {
    const now = this.clock.now();
    const endedBefore = new Date(now.getTime() - GRACE_MS);
    if (!(await this.unit.read(corpId, () => this.periods.hasDue(endedBefore)))) return;
    await this.unit.run(corpId, async () => {
      await this.boards.stopCounting();
      await this.periods.close(endedBefore, this.clock.now());
    });
  }

  private async announceNext(): Promise<boolean> {
    const period = await this.periods.takeClosed(this.clock.now());
    if (!period) return false;
    const board = await this.boards.find(period.boardId);
    if (!board) throw new Error('a period outlived its board'); // boards are never deleted
    await this.ladder.survey(period.id);
    const standings = await this.places.top(period.id, board.winners);
    const results = standings.map((standing) => ({ standing, prize: prizeOf(board.prizes, standing.rank) }));
    await this.periods.insertResults(period.id, results);
    await this.events.append(boardClosed, {
      boardId: board.id,
      periodKey: period.key,
      winners: results.slice(0, ANNOUNCED_MAX).map(({ standing, prize }) => ({
        rank: standing.rank,
        memberId: standing.memberId,
        customerId: standing.customerId,
        points: standing.points,
        prize: prize ? { zh: prize.zh, en: prize.en } : null,
      })),
    });
    return true;
  }
}
