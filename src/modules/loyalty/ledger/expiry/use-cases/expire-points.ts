import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../../platform/clock/clock.js';
import { Ids } from '../../../../../platform/clock/ids.js';
import { type LotTaking, NamedLots, type TakingTransfer } from '../../persistence/named-lots.js';
import { LedgerNews } from '../../use-cases/ledger-news.js';
import { ExpiredLots } from '../persistence/expired-lots.js';

/** The most lots of one transaction: so long is the longest that a posting to one of these accounts waits. */
export const LOTS_PER_STEP_MAX = 1_000;

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

  /** @param limit lots, at most 1,000. @returns how many it expired; 0: nothing is due, but for what others hold. */
  async step(limit: number): Promise<number> {
    const now = this.clock.now();
    const due = await this.lots.lock(now, Math.min(limit, LOTS_PER_STEP_MAX));
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
