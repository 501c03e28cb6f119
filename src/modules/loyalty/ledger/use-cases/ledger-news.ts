import { Injectable } from '@nestjs/common';
import { Events } from '../../../../platform/events/events.js';
import { DEFAULT_PROGRAM, POINTS_WALLET } from '../../programs/domain/program.js';
import { Programs } from '../../programs/queries/programs.js';
import { ENTRIES_PER_EVENT_MAX, pointsPosted, type PointsPosted } from '../../loyalty.events.js';
import type { PostedEntry } from '../domain/posting.js';

export type PostedListener = (entries: readonly PostedEntry[]) => Promise<void>;

/** Tells what was posted: rooms of this module at once, inside the transaction, all others by an event. */
@Injectable()
export class LedgerNews {
  private readonly listeners: PostedListener[] = [];

  constructor(
    private readonly events: Events,
    private readonly programs: Programs,
  ) {}

  onPosted(listener: PostedListener): void {
    this.listeners.push(listener);
  }

  async tell(entries: readonly PostedEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const main = await this.mainWallets(entries);
    for (let at = 0; at < entries.length; at += ENTRIES_PER_EVENT_MAX) {
      const told = entries.slice(at, at + ENTRIES_PER_EVENT_MAX).map((entry) => toldOf(entry, main));
      await this.events.append(pointsPosted, { entries: told });
    }
    for (const listener of this.listeners) await listener(entries);
  }

  private async mainWallets(entries: readonly PostedEntry[]): Promise<Set<string>> {
    const programs = await this.programs.recently([...new Set(entries.map(({ programId }) => programId))]);
    const main = [...programs.values()].filter(({ key }) => key === DEFAULT_PROGRAM);
    return new Set(
      main.flatMap(({ wallets }) => wallets.filter(({ key }) => key === POINTS_WALLET).map(({ id }) => id)),
    );
  }
}

function toldOf(entry: PostedEntry, main: ReadonlySet<string>): PointsPosted['entries'][number] {
  const { accountId, memberId, customerId, walletId, seq, delta, balanceAfter, kind } = entry;
  const isMain = main.has(walletId);
  return {
    accountId,
    memberId,
    customerId,
    walletId,
    seq,
    delta,
    balanceAfter,
    kind,
    ...(isMain && { isMain }),
  };
}
