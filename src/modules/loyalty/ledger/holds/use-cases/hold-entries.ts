import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../../platform/clock/clock.js';
import { Ids } from '../../../../../platform/clock/ids.js';
import { type LotTaking, NamedLots } from '../../persistence/named-lots.js';
import { LedgerNews } from '../../use-cases/ledger-news.js';
import { decidePayments, decideTakings, type HeldLot, type Hold } from '../domain/hold.js';
import { HeldLots } from '../persistence/held-lots.js';

/** What a hold that ends writes into the ledger. Inside an open unit of work, under the locks of its accounts. */
@Injectable()
export class HoldEntries {
  constructor(
    private readonly lots: HeldLots,
    private readonly ledger: NamedLots,
    private readonly news: LedgerNews,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Spends so much of what it reserves and sets the rest free. @returns the transfer. */
  async post(hold: Hold, amount: number): Promise<string> {
    const lots = await this.lots.list(hold.id);
    const takings = decideTakings(lots, amount);
    const transferId = await this.book('hold_post', hold, { key: `hold:${hold.id}`, amount, takings });
    await this.payDebts(
      hold,
      takings.map((taking, at) => ({ ...taking, amount: (lots[at]?.amount ?? 0) - taking.amount })),
    );
    return transferId;
  }

  async release(hold: Hold): Promise<void> {
    await this.lots.release(hold.id);
    await this.payDebts(hold, await this.lots.list(hold.id));
  }

  /** Points that were held when an earning was taken back were out of its reach: what is owed since takes them now. */
  private async payDebts(hold: Hold, freed: readonly HeldLot[]): Promise<void> {
    const takings = decidePayments(freed, await this.lots.debts(hold.id), this.clock.now());
    if (takings.length === 0) return;
    // its amount is 0: what the customer has, less what he owes, stays the same
    await this.book('settle', hold, { key: `hold:${hold.id}:settle`, amount: 0, takings });
  }

  private async book(
    kind: 'hold_post' | 'settle',
    { programId, reason }: Hold,
    { key, amount, takings }: { key: string; amount: number; takings: Omit<LotTaking, 'transferId'>[] },
  ): Promise<string> {
    const id = this.ids.next();
    const ofTransfer = takings.map((taking) => ({ ...taking, transferId: id }));
    const transfer = { id, programId, key, amount, reason };
    await this.news.tell(await this.ledger.take(kind, this.clock.now(), [transfer], ofTransfer));
    return id;
  }
}
