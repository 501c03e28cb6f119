import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Levels } from '../../levels/use-cases/levels.js';
import { levelsErrors } from '../../levels/levels.errors.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { Members } from '../../programs/use-cases/members.js';
import { GROWTH_WALLET } from '../../programs/domain/program.js';
import type { Opening, OpeningLevel, StagedRow } from '../domain/opening.js';
import { openingsErrors } from '../openings.errors.js';
import { OpeningRows } from '../persistence/opening-rows.js';

type LevelRow = StagedRow & { readonly level: OpeningLevel };

/** The levels that rows bring, in the doors of the room that keeps levels. Inside an open unit of work. */
@Injectable()
export class OpeningLevels {
  constructor(
    private readonly levels: Levels,
    private readonly members: Members,
    private readonly rows: OpeningRows,
    private readonly clock: Clock,
  ) {}

  /**
   * Before the points of these rows are booked, which would raise levels themselves.
   * @returns why a row is refused, by its number; nothing has happened for it.
   */
  async set(opening: Opening, rows: readonly StagedRow[]): Promise<Map<number, string>> {
    const { programId } = opening;
    const refusals = new Map<number, string>();
    const withLevel = rows.filter((row): row is LevelRow => row.level !== null);
    if (withLevel.length === 0) return refusals;
    const keys = await this.levels.keysOf(programId);
    const now = this.clock.now();
    const before = await this.levelledBefore(opening, withLevel);
    for (const { number, level, customerId } of withLevel) {
      const kept = before.has(customerId) ? openingsErrors.opening_level_kept.code : undefined;
      const code = refusalOf(level, keys, now) ?? kept;
      if (code) refusals.set(number, code);
    }
    const possible = withLevel.filter(({ number }) => !refusals.has(number));
    const members = await this.members.enrol(programId, [
      ...new Set(possible.map(({ customerId }) => customerId)),
    ]);
    await this.hand(programId, possible, members, refusals);
    return refusals;
  }

  /**
   * Levels that these rows brought, or that their scores raised.
   * @returns false when something else has happened to a level that a row brought, which then stays.
   */
  async undo(
    programId: string,
    rows: readonly Pick<StagedRow, 'customerId' | 'wallet' | 'level'>[],
  ): Promise<boolean> {
    const levelled = rows.filter(({ level, wallet }) => level !== null || wallet === GROWTH_WALLET);
    if (levelled.length === 0 || (await this.levels.keysOf(programId)).length === 0) return true;
    const customerIds = [...new Set(levelled.map(({ customerId }) => customerId))];
    const members = await this.members.enrol(programId, customerIds);
    const kept = new Set(await this.levels.undoOpening(programId, [...members.values()]));
    return !rows.some(({ level, customerId }) => level && kept.has(members.get(customerId) ?? ''));
  }

  /** A dry run undoes its steps, so that the next one does not find in the member's history what it would find in earnest. */
  private levelledBefore({ id }: Opening, rows: readonly LevelRow[]): Promise<Set<string>> {
    const [first] = rows;
    const customerIds = rows.map(({ customerId }) => customerId);
    return this.rows.levelledBefore(id, customerIds, first?.number ?? 0);
  }

  private async hand(
    programId: string,
    rows: readonly LevelRow[],
    members: ReadonlyMap<string, string>,
    refusals: Map<number, string>,
  ): Promise<void> {
    const byMember = new Map<string, LevelRow>();
    for (const row of rows) {
      const memberId = members.get(row.customerId);
      if (memberId === undefined) refusals.set(row.number, loyaltyErrors.customer_not_found.code);
      else if (byMember.has(memberId)) refusals.set(row.number, openingsErrors.opening_level_kept.code);
      else byMember.set(memberId, row);
    }
    if (byMember.size === 0) return;
    const openings = [...byMember].map(([memberId, { level }]) => ({
      memberId,
      level: level.key,
      since: level.since,
    }));
    for (const memberId of await this.levels.setOpening(programId, openings)) {
      const row = byMember.get(memberId);
      if (row) refusals.set(row.number, openingsErrors.opening_level_kept.code);
    }
  }
}

function refusalOf({ key, since }: OpeningLevel, keys: readonly string[], now: Date): string | undefined {
  if (keys.length === 0) return levelsErrors.levels_inactive.code;
  if (!keys.includes(key)) return levelsErrors.level_not_found.code;
  return since > now ? loyaltyErrors.time_in_future.code : undefined;
}
