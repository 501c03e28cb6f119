import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import type { Opening, RowOutcome, StagedRow } from '../domain/opening.js';
import { OpeningRows } from '../persistence/opening-rows.js';
import { OpeningStore } from '../persistence/opening-store.js';
import { BookOpeningRows } from './book-opening-rows.js';
import { OpeningWork } from './opening-work.js';

const STEP_ROWS = 500;

/** Undoes what was booked. */
class Undo extends Error {
  constructor(readonly outcomes: readonly RowOutcome[]) {
    super('undone');
  }
}

/**
 * Books some rows in one transaction, together with how far the import is. A dry run does the same and undoes it: so it
 * finds what the real one would find.
 */
@Injectable()
export class OpeningStep {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: OpeningStore,
    private readonly rows: OpeningRows,
    private readonly booking: BookOpeningRows,
    private readonly work: OpeningWork,
  ) {}

  /**
   * Of two processes that do the same import the second one goes on behind what the first one has done.
   * @returns the number of the last row that is done, undefined when there is no row left.
   * @throws operations.state_conflict when it was cancelled
   */
  async do(corpId: CorpId, opening: Opening, after: number): Promise<number | undefined> {
    const rows = await this.unit.read(corpId, () => this.rows.after(opening.id, after, STEP_ROWS));
    const last = rows.at(-1)?.number;
    if (last === undefined) return undefined;
    const outcomes = await this.attempt(corpId, opening, rows, last);
    if (opening.dryRun)
      await this.unit.run(corpId, async () => {
        if (await this.isDone(opening, last)) return;
        await this.rows.noteDry(opening.id, outcomes);
        await this.note(opening, rows, outcomes);
      });
    return last;
  }

  private async attempt(
    corpId: CorpId,
    opening: Opening,
    rows: readonly StagedRow[],
    last: number,
  ): Promise<readonly RowOutcome[]> {
    try {
      return await this.unit.run(corpId, async () => {
        if (await this.isDone(opening, last)) return [];
        const outcomes = await this.booking.book(opening, rows);
        if (opening.dryRun) throw new Undo(outcomes);
        await this.rows.note(opening.id, outcomes);
        await this.note(opening, rows, outcomes);
        return outcomes;
      });
    } catch (error) {
      if (error instanceof Undo) return error.outcomes;
      throw error;
    }
  }

  /** From here on no other process does them. */
  private async isDone(opening: Opening, last: number): Promise<boolean> {
    const found = await this.store.lock(opening.id);
    const isOurs = found?.state === 'running' && found.operationId === opening.operationId;
    if (!found || !isOurs) throw operationsErrors.state_conflict({ state: found?.state ?? 'gone' });
    return found.cursor >= last;
  }

  private async note(
    opening: Opening,
    rows: readonly StagedRow[],
    outcomes: readonly RowOutcome[],
  ): Promise<void> {
    const sums = { booked: 0, points: 0, repeated: 0, refused: 0 };
    outcomes.forEach(({ outcome }, at) => {
      sums[outcome]++;
      if (outcome === 'booked') sums.points += rows[at]?.points ?? 0;
    });
    const last = rows.at(-1)?.number ?? 0;
    await this.store.advance(opening.id, last, sums);
    await this.work.progress(opening, last);
  }
}
