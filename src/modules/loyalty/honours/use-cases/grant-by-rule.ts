import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { RecentReads } from '../../../../platform/database/recent-reads.js';
import type { PostedEntry } from '../../ledger/domain/posting.js';
import { Ledger } from '../../ledger/use-cases/ledger.js';
import type { Honour } from '../domain/honour.js';
import { HonourStore, type RuledHonour } from '../persistence/honour-store.js';
import { GRANTS_PER_CALL_MAX, Honours, type HonourToGrant } from './honours.js';

/**
 * Gives what the rules of honours promise, in the unit of work of what fulfils them: a member sees his medal at once. Asking
 * again and again gives nothing twice.
 */
@Injectable()
export class GrantByRule implements OnModuleInit {
  private readonly earned = new RecentReads<RuledHonour[]>();

  constructor(
    private readonly database: Database,
    private readonly store: HonourStore,
    private readonly honours: Honours,
    private readonly ledger: Ledger,
  ) {}

  onModuleInit(): void {
    this.ledger.onPosted((entries) => this.posted(entries));
  }

  /** @returns the honours that he got */
  async checkedIn(
    { programId, memberId, person }: { programId: string; memberId: string; person: readonly string[] },
    { streakDays, totalDays }: { streakDays: number; totalDays: number },
  ): Promise<Honour[]> {
    const reached = (await this.store.listByRule([programId], ['streak', 'check_ins'])).filter(
      ({ rule }) => (rule?.count ?? Infinity) <= (rule?.kind === 'streak' ? streakDays : totalDays),
    );
    const outcomes = await this.honours.grant(
      reached.map((honour) => ({ honourId: honour.id, memberId, person, source: 'rule' })),
    );
    return reached.filter((_, at) => outcomes[at]?.outcome === 'granted');
  }

  /** @param passed for each member the keys of the level that he reached and of those below it; a member may come twice */
  async levelReached(
    programId: string,
    passed: readonly (readonly [memberId: string, levelKeys: readonly string[]])[],
  ): Promise<void> {
    const honours = await this.store.listByRule([programId], ['level']);
    const reached = passed.flatMap(([memberId, keys]) =>
      honours
        .filter(({ rule }) => keys.includes(rule?.ref ?? ''))
        .map((honour): HonourToGrant => ({ honourId: honour.id, memberId, source: 'rule' })),
    );
    await this.grantAll(reached);
  }

  /** The winners of a closed period of a board; each period of the honour is one of the board, unless it has only one. */
  async boardClosed(
    board: { ref: string; period: string },
    winners: readonly { memberId: string; rank: number }[],
  ): Promise<void> {
    const honours = await this.store.listByBoard(board.ref);
    const reached = winners.flatMap(({ memberId, rank }) =>
      honours
        .filter(({ rule }) => rank <= (rule?.count ?? 0))
        .map(({ id: honourId, period }): HonourToGrant => ({
          honourId,
          memberId,
          source: 'rule',
          ...(period !== 'lifetime' && { period: board.period }),
        })),
    );
    await this.grantAll(reached);
  }

  /** Every posting asks, so what it asks for is up to a second old: who reached it meanwhile gets it with his next points. */
  private async posted(entries: readonly PostedEntry[]): Promise<void> {
    const programIds = [
      ...new Set(entries.filter(({ delta }) => delta > 0).map(({ programId }) => programId)),
    ];
    const recent = await this.earned.get(this.database.corpId, programIds, (ids) => this.earnedOf(ids));
    const honours = [...recent.values()].flat();
    const reached = entries.flatMap(({ walletId, memberId, earnedTotal }) =>
      honours
        .filter((honour) => honour.walletId === walletId && earnedTotal >= (honour.rule?.count ?? Infinity))
        .map((honour): HonourToGrant => ({ honourId: honour.id, memberId, source: 'rule' })),
    );
    await this.grantAll(reached);
  }

  private async earnedOf(programIds: readonly string[]): Promise<Map<string, RuledHonour[]>> {
    const honours = await this.store.listByRule(programIds, ['earned']);
    return new Map(programIds.map((id) => [id, honours.filter(({ programId }) => programId === id)]));
  }

  private async grantAll(items: readonly HonourToGrant[]): Promise<void> {
    for (let from = 0; from < items.length; from += GRANTS_PER_CALL_MAX)
      await this.honours.grant(items.slice(from, from + GRANTS_PER_CALL_MAX));
  }
}
