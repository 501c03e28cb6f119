import { Injectable } from '@nestjs/common';
import { Operations } from '../../../../platform/operations/operations.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { Programs } from '../../programs/queries/programs.js';
import { isSameRow, type Opening, OPENING_ROWS_MAX, type OpeningRow, STARTABLE } from '../domain/opening.js';
import { openingsErrors } from '../openings.errors.js';
import { OpeningRows } from '../persistence/opening-rows.js';
import { type NewOpening, OpeningStore } from '../persistence/opening-store.js';
import { OpeningWork } from './opening-work.js';

export const OPENING_OPERATION = 'loyalty.opening';

/** What became of a row that was sent: staged now, staged before with the same content, or not taken. */
export type StagingResult =
  { readonly status: 'staged' | 'repeated' } | { readonly status: 'refused'; readonly code: string };

/** What a person does with an import of opening balances. Inside an open unit of work. */
@Injectable()
export class Openings {
  constructor(
    private readonly store: OpeningStore,
    private readonly rows: OpeningRows,
    private readonly programs: Programs,
    private readonly operations: Operations,
    private readonly work: OpeningWork,
  ) {}

  /** @throws loyalty.program_not_found, opening_full */
  async create(wanted: NewOpening): Promise<Opening> {
    await this.programs.get(wanted.programId);
    return this.store.insert(wanted);
  }

  /**
   * The same row again changes nothing, so that a part whose answer was lost is simply sent again.
   * @returns a result for each row, in their order.
   * @throws loyalty.opening_not_found, opening_state, opening_full
   */
  async stage(id: string, sent: readonly OpeningRow[]): Promise<StagingResult[]> {
    const opening = await this.lockStartable(id);
    const known: Map<string, OpeningRow> = new Map(
      await this.rows.byKeys(
        id,
        sent.map(({ key }) => key),
      ),
    );
    const fresh: OpeningRow[] = [];
    const results = sent.map((row): StagingResult => {
      const before = known.get(row.key);
      if (before && !isSameRow(before, row))
        return { status: 'refused', code: loyaltyErrors.key_reused.code };
      if (before) return { status: 'repeated' };
      if (row.points === 0 && !row.level)
        return { status: 'refused', code: openingsErrors.opening_row_empty.code };
      known.set(row.key, row);
      fresh.push(row);
      return { status: 'staged' };
    });
    const max = Math.min(OPENING_ROWS_MAX, opening.expectedRows);
    if (opening.stagedRows + fresh.length > max) throw openingsErrors.opening_full({ max });
    await this.rows.insert(opening, fresh);
    const points = fresh.reduce((sum, row) => sum + row.points, 0);
    await this.store.noteStaged(id, fresh.length, points);
    return results;
  }

  /** @throws loyalty.opening_not_found, opening_state, opening_sums_differ; operations.already_running */
  async start(id: string, dryRun: boolean): Promise<Opening> {
    const opening = await this.lockStartable(id);
    const { stagedRows, expectedRows, stagedPoints, expectedPoints } = opening;
    if (stagedRows !== expectedRows || stagedPoints !== expectedPoints)
      throw openingsErrors.opening_sums_differ({ stagedRows, expectedRows, stagedPoints, expectedPoints });
    const operationId = await this.operations.start(OPENING_OPERATION, stagedRows);
    const begun = await this.store.begin(id, operationId, dryRun);
    await this.work.enqueue(id);
    return begun;
  }

  /**
   * What it has booked, also where it was cancelled or failed half-way.
   * @throws loyalty.opening_not_found, opening_state; operations.already_running
   */
  async reverse(id: string): Promise<Opening> {
    const opening = await this.lock(id);
    const isIdle = opening.state === 'done' || STARTABLE.includes(opening.state);
    if (!isIdle || !(await this.rows.hasBooked(id)))
      throw openingsErrors.opening_state({ state: opening.state });
    const operationId = await this.operations.start(OPENING_OPERATION, opening.bookedRows);
    const begun = await this.store.beginReversal(id, operationId);
    await this.work.enqueue(id);
    return begun;
  }

  private async lock(id: string): Promise<Opening> {
    const found = await this.store.lock(id);
    if (!found) throw openingsErrors.opening_not_found();
    return found;
  }

  private async lockStartable(id: string): Promise<Opening> {
    const found = await this.lock(id);
    if (!STARTABLE.includes(found.state)) throw openingsErrors.opening_state({ state: found.state });
    return found;
  }
}
