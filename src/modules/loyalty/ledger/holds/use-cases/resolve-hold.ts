import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../../platform/clock/clock.js';
import { loyaltyErrors } from '../../../loyalty.errors.js';
import type { Hold } from '../domain/hold.js';
import { holdsErrors } from '../holds.errors.js';
import { HeldLots } from '../persistence/held-lots.js';
import { HoldStore } from '../persistence/hold-store.js';
import { HoldEntries } from './hold-entries.js';

/** Ends holds, each once: of those who try at the same time one wins. Inside an open unit of work, which it joins. */
@Injectable()
export class ResolveHold {
  constructor(
    private readonly store: HoldStore,
    private readonly lots: HeldLots,
    private readonly entries: HoldEntries,
    private readonly clock: Clock,
  ) {}

  /**
   * Spends what it reserves, what expires first of all; also lots that have passed their expiry meanwhile.
   * @param amount all when left out; what is not posted is set free.
   * @throws loyalty.hold_not_found, hold_resolved, hold_exceeds, member_frozen
   */
  async post(id: string, amount?: number): Promise<Hold> {
    const hold = await this.lockOpen(id);
    const posted = amount ?? hold.amount;
    if (posted > hold.amount) throw holdsErrors.hold_exceeds({ held: hold.amount });
    if (posted < 1) throw loyaltyErrors.amount_invalid();
    const accounts = await this.lots.lockAccountsOf(id);
    if (accounts.some(({ isFrozen }) => isFrozen)) throw loyaltyErrors.member_frozen();
    const transferId = await this.entries.post(hold, posted);
    return this.store.end(id, { state: 'posted', postedAmount: posted, transferId });
  }

  /** Sets all of it free: what is owed takes it first, and what has passed its expiry meanwhile expires. @throws loyalty.hold_not_found, hold_resolved */
  async void(id: string): Promise<Hold> {
    return this.setFree(await this.lockOpen(id), 'voided');
  }

  /** Open though their time is past. */
  listOverdue(limit: number): Promise<string[]> {
    return this.store.listOverdue(this.clock.now(), limit);
  }

  /** @returns when it is due, if that is later; undefined: it has ended. */
  async expire(id: string): Promise<Date | undefined> {
    const hold = await this.store.lock(id);
    if (hold?.state !== 'open') return undefined;
    if (hold.expiresAt > this.clock.now()) return hold.expiresAt;
    await this.setFree(hold, 'expired');
    return undefined;
  }

  private async setFree(hold: Hold, state: 'voided' | 'expired'): Promise<Hold> {
    await this.lots.lockAccountsOf(hold.id);
    await this.entries.release(hold);
    return this.store.end(hold.id, { state, postedAmount: 0, transferId: null });
  }

  /** Past its time it has ended, whether or not its job has come. */
  private async lockOpen(id: string): Promise<Hold> {
    const hold = await this.store.lock(id);
    if (!hold) throw holdsErrors.hold_not_found();
    const state = hold.state === 'open' && hold.expiresAt <= this.clock.now() ? 'expired' : hold.state;
    if (state !== 'open') throw holdsErrors.hold_resolved({ state });
    return hold;
  }
}
