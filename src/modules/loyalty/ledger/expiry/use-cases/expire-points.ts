import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../../platform/clock/clock.js';
import { Ids } from '../../../../../platform/clock/ids.js';
import { type LotTaking, NamedLots, type TakingTransfer } from '../../persistence/named-lots.js';
import { LedgerNews } from '../../use-cases/ledger-news.js';
import { ExpiredLots } from '../persistence/expired-lots.js';

/** Of one transaction: so long is the longest that a posting to one of these accounts waits. */
const LOTS_PER_STEP_MAX = 1_000;
/** A few milliseconds of one processor. */
const DUE_PER_STEP = 200;

/** Books the expiry of lots that are past it: each once, whoever else does the same. Inside an open unit of work. */
@Injectable()
export class ExpirePoints {
  constructor(
    private readonly lots: ExpiredLots,
    private readonly ledger: NamedLots,
    private readonly news: LedgerNews,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /**
   * @param from how many due lots it looks at; with them it takes what else of their accounts is due, at most 1,000 lots.
   * @returns how many lots it expired; 0: nothing is due, but for accounts that others have locked at the moment.
   */
  async step(from = DUE_PER_STEP): Promise<number> {
    const now = this.clock.now();
    const due = await this.lots.lock(now, from, LOTS_PER_STEP_MAX);
    if (due.length === 0) return 0;
    const transfers = new Map<string, TakingTransfer>(); // one for each account: each can be reversed for itself
    const takings = due.map(({ accountId, programId, lotSeq, amount }): LotTaking => {
      const before = transfers.get(accountId);
      const id = before?.id ?? this.ids.next();
      const sum = (before?.amount ?? 0) + amount;
      transfers.set(accountId, { id, programId, key: `expire:${id}`, amount: sum, reason: null });
      return { accountId, transferId: id, lotSeq, amount, released: 0 };
    });
    await this.news.tell(await this.ledger.take('expire', now, [...transfers.values()], takings));
    return due.length;
  }
}
