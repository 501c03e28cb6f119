import { Injectable } from '@nestjs/common';
import type { PostedEntry } from '../../ledger/domain/posting.js';
import { periodOf } from '../../programs/domain/program-time.js';
import { PeriodStore } from '../persistence/period-store.js';

/** What changes a board: earnings, what takes them back, and the end of what was left of them. */
const COUNTED: ReadonlySet<string> = new Set(['earn', 'reverse', 'expire']);

/** Keeps the boards in the transaction that posts. Inside an open unit of work. */
@Injectable()
export class CountEntries {
  constructor(private readonly periods: PeriodStore) {}

  async count(posted: readonly PostedEntry[]): Promise<void> {
    const entries = posted.filter(({ kind }) => COUNTED.has(kind));
    if (entries.length === 0) return;
    for (;;) {
      const missing = await this.periods.count(entries);
      if (missing.length === 0) return;
      await this.periods.open(
        missing.map(({ boardId, at, periodKind, timeZone }) => ({
          boardId,
          period: periodOf(at, timeZone, periodKind),
        })),
      );
    }
  }
}
