import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Events } from '../../../../platform/events/events.js';
import type { PostedEntry } from '../../ledger/domain/posting.js';
import { Ledger } from '../../ledger/use-cases/ledger.js';
import { balanceBandChanged, ENTRIES_PER_EVENT_MAX } from '../../loyalty.events.js';
import { bandOf } from '../domain/tag-rules.js';
import { TagRuleStore } from '../persistence/tag-rule-store.js';

/** Tells whose balance crossed the edge of a band: nearly no posting does, so nearly none makes an event. */
@Injectable()
export class WatchBands implements OnModuleInit {
  constructor(
    private readonly ledger: Ledger,
    private readonly rules: TagRuleStore,
    private readonly events: Events,
  ) {}

  onModuleInit(): void {
    this.ledger.onPosted((entries) => this.watch(entries));
  }

  private async watch(entries: readonly PostedEntry[]): Promise<void> {
    const wallets = await this.rules.bandsOf([...new Set(entries.map(({ walletId }) => walletId))]);
    const crossed = new Map<string, Set<string>>();
    for (const { walletId, customerId, delta, balanceAfter } of entries) {
      const wallet = wallets.get(walletId);
      if (!wallet || bandOf(wallet.bands, balanceAfter - delta) === bandOf(wallet.bands, balanceAfter))
        continue;
      crossed.set(wallet.programId, (crossed.get(wallet.programId) ?? new Set()).add(customerId));
    }
    for (const [programId, customers] of crossed) {
      const customerIds = [...customers];
      for (let at = 0; at < customerIds.length; at += ENTRIES_PER_EVENT_MAX) {
        const part = customerIds.slice(at, at + ENTRIES_PER_EVENT_MAX);
        await this.events.append(balanceBandChanged, { programId, customerIds: part });
      }
    }
  }
}
