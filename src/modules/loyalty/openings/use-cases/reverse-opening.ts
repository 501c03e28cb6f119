import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { operationsErrors } from '../../../../platform/operations/operations.errors.js';
import { refusalOf } from '../../ledger/domain/refusal.js';
import { POSTINGS_PER_CALL_MAX } from '../../ledger/domain/posting.js';
import { Ledger } from '../../ledger/use-cases/ledger.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import type { Opening } from '../domain/opening.js';
import { openingsErrors } from '../openings.errors.js';
import { type BookedRow, OpeningRows } from '../persistence/opening-rows.js';
import { OpeningStore } from '../persistence/opening-store.js';
import { OpeningLevels } from './opening-levels.js';
import { OpeningWork } from './opening-work.js';

/**
 * Takes an import back as a whole, which is possible until something else is posted on one of its accounts. One transaction
 * under the locks of all these accounts: in steps, a posting between two of them would leave a half.
 */
@Injectable()
export class ReverseOpening {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly store: OpeningStore,
    private readonly rows: OpeningRows,
    private readonly ledger: Ledger,
    private readonly levels: OpeningLevels,
    private readonly work: OpeningWork,
  ) {}

  /** @throws loyalty.opening_used; operations.state_conflict when it was cancelled or another process has done it */
  async reverse(corpId: CorpId, opening: Opening): Promise<void> {
    await this.unit.run(corpId, async () => {
      const found = await this.store.lock(opening.id);
      if (found?.state !== 'reversing' || found.operationId !== opening.operationId)
        throw operationsErrors.state_conflict({ state: found?.state ?? 'gone' });
      if (await this.rows.lockAccounts(opening.id)) throw openingsErrors.opening_used();
      await this.takeBackAll(opening);
      await this.rows.forgetBooked(opening.id);
      await this.work.finish(opening, 'reversed');
    });
  }

  private async takeBackAll(opening: Opening): Promise<void> {
    for (let after = 0, isMore = true; isMore;) {
      const part = await this.rows.listBooked(opening.id, after, POSTINGS_PER_CALL_MAX);
      await this.takeBack(opening, part);
      if (!(await this.levels.undo(opening.programId, part))) throw openingsErrors.opening_used();
      after = part.at(-1)?.number ?? after;
      isMore = part.length === POSTINGS_PER_CALL_MAX;
    }
  }

  private async takeBack({ programId, name }: Opening, rows: readonly BookedRow[]): Promise<void> {
    const results = await this.ledger.reverse(
      rows.flatMap(({ transferId }) =>
        transferId === null
          ? []
          : [{ key: `opening-reversal:${transferId}`, programId, transferId, reason: name }],
      ),
    );
    for (const result of results)
      if (result.outcome === 'refused' && result.code !== loyaltyErrors.reversal_exceeds.code)
        throw refusalOf(result.code); // that one says that nothing is left: it was taken back by itself
  }
}
