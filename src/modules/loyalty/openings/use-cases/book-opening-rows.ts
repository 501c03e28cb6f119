import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { Posting } from '../../ledger/domain/posting.js';
import { Ledger } from '../../ledger/use-cases/ledger.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { isSameRow, type Opening, type RowOutcome, type StagedRow } from '../domain/opening.js';
import { openingsErrors } from '../openings.errors.js';
import { OpeningRows } from '../persistence/opening-rows.js';
import { OpeningLevels } from './opening-levels.js';

/** Books rows of an import, those of one step together. Inside an open unit of work. */
@Injectable()
export class BookOpeningRows {
  constructor(
    private readonly rows: OpeningRows,
    private readonly ledger: Ledger,
    private readonly levels: OpeningLevels,
    private readonly clock: Clock,
  ) {}

  async book(opening: Opening, rows: readonly StagedRow[]): Promise<RowOutcome[]> {
    const settled = await this.settledBefore(opening, rows);
    const open = rows.filter(({ number }) => !settled.has(number));
    const posted = await this.post(opening, open);
    return rows.map(
      ({ number }) => settled.get(number) ?? posted.get(number) ?? { number, outcome: 'repeated' },
    );
  }

  /** What needs no posting: booked by a run before or by another import, or not possible. */
  private async settledBefore(
    { programId }: Opening,
    rows: readonly StagedRow[],
  ): Promise<Map<number, RowOutcome>> {
    const keys = rows.map(({ key }) => key);
    const booked = await this.rows.booked(programId, keys);
    const now = this.clock.now();
    const settled = new Map<number, RowOutcome>();
    for (const row of rows) {
      const outcome = settledOutcome(row, booked.get(row.key), now);
      if (outcome) settled.set(row.number, outcome);
    }
    return settled;
  }

  private async post(opening: Opening, rows: readonly StagedRow[]): Promise<Map<number, RowOutcome>> {
    const outcomes = new Map<number, RowOutcome>();
    for (const [number, code] of await this.levels.set(opening, rows))
      outcomes.set(number, { number, outcome: 'refused', code });
    const open = rows.filter(({ number }) => !outcomes.has(number));
    for (const { number } of open) outcomes.set(number, { number, outcome: 'booked', transferId: null });
    const withPoints = open.filter(({ points }) => points > 0);
    const results = await this.ledger.post(withPoints.map((row) => postingOf(opening, row)));
    const refused = withPoints.filter((row, at) => {
      const { number } = row;
      const result = results[at];
      if (!result) throw new Error('the ledger gave no result');
      const isRefused = result.outcome === 'refused';
      outcomes.set(
        number,
        isRefused
          ? { number, outcome: 'refused', code: result.code }
          : { number, outcome: 'booked', transferId: result.transferId },
      );
      return isRefused;
    });
    // a row is booked wholly or not at all
    await this.levels.undo(
      opening.programId,
      refused.filter(({ level }) => level !== null),
    );
    return outcomes;
  }
}

function settledOutcome(row: StagedRow, booked: StagedRow | undefined, now: Date): RowOutcome | undefined {
  const { number } = row;
  if (row.isBooked) return { number, outcome: 'booked', transferId: null };
  if (booked && !isSameRow(booked, row))
    return { number, outcome: 'refused', code: loyaltyErrors.key_reused.code };
  if (booked) return { number, outcome: 'repeated' };
  if (row.expiresAt && row.expiresAt <= now)
    return { number, outcome: 'refused', code: openingsErrors.opening_row_expired.code };
  return undefined;
}

function postingOf({ id, programId, name }: Opening, row: StagedRow): Posting {
  const { customerId, wallet, points, expiresAt, number } = row;
  const key = `opening:${id}:${number}`;
  return { key, programId, customerId, wallet, kind: 'opening', amount: points, expiresAt, reason: name };
}
