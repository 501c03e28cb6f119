import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Levels } from '../../levels/use-cases/levels.js';
import { levelsErrors } from '../../levels/levels.errors.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { Members } from '../../programs/use-cases/members.js';
import type { OpeningLevel, StagedRow } from '../domain/opening.js';
import { openingsErrors } from '../openings.errors.js';

type LevelRow = StagedRow & { readonly level: OpeningLevel };

/** The levels that rows bring, in the doors of the room that keeps levels. Inside an open unit of work. */
@Injectable()
export class OpeningLevels {
  constructor(
    private readonly levels: Levels,
    private readonly members: Members,
    private readonly clock: Clock,
  ) {}

  /**
   * Before the points of these rows are booked, which would raise levels themselves.
   * @returns why a row is refused, by its number; nothing has happened for it.
   */
  async set(programId: string, rows: readonly StagedRow[]): Promise<Map<number, string>> {
    const refusals = new Map<number, string>();
    const withLevel = rows.filter((row): row is LevelRow => row.level !== null);
    if (withLevel.length === 0) return refusals;
    const keys = await this.levels.keysOf(programId);
    const now = this.clock.now();
    for (const { number, level } of withLevel) {
      const code = refusalOf(level, keys, now);
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
   * @param rows those of them that brought a level.
   * @returns false when something else has happened to one of these levels, which then stays.
   */
  async undo(
    programId: string,
    rows: readonly { customerId: string; level: OpeningLevel | null }[],
  ): Promise<boolean> {
    const customerIds = rows.filter(({ level }) => level !== null).map(({ customerId }) => customerId);
    if (customerIds.length === 0) return true;
    const members = await this.members.enrol(programId, [...new Set(customerIds)]);
    return (await this.levels.undoOpening(programId, [...members.values()])).length === 0;
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
