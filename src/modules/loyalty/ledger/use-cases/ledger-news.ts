import { Injectable } from '@nestjs/common';
import { Events } from '../../../../platform/events/events.js';
import { ENTRIES_PER_EVENT_MAX, pointsPosted } from '../../loyalty.events.js';
import type { PostedEntry } from '../domain/posting.js';

export type PostedListener = (entries: readonly PostedEntry[]) => Promise<void>;

/** Tells what was posted: rooms of this module at once, inside the transaction, all others by an event. */
@Injectable()
export class LedgerNews {
  private readonly listeners: PostedListener[] = [];

  constructor(private readonly events: Events) {}

  onPosted(listener: PostedListener): void {
    this.listeners.push(listener);
  }

  async tell(entries: readonly PostedEntry[]): Promise<void> {
    if (entries.length === 0) return;
    for (let at = 0; at < entries.length; at += ENTRIES_PER_EVENT_MAX) {
      const told = entries.slice(at, at + ENTRIES_PER_EVENT_MAX).map(toldOf);
      await this.events.append(pointsPosted, { entries: told });
    }
    for (const listener of this.listeners) await listener(entries);
  }
}

function toldOf(entry: PostedEntry) {
  const { accountId, memberId, customerId, walletId, seq, delta, balanceAfter, kind } = entry;
  return { accountId, memberId, customerId, walletId, seq, delta, balanceAfter, kind };
}
