import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { type LevelTable, rankOf } from '../domain/level-table.js';
import type { Moved } from '../domain/level-state.js';
import { joined, locked, opened, scored, settle, unlocked } from '../domain/member-level.js';
import { levelsErrors } from '../levels.errors.js';
import { LevelHistoryStore } from '../persistence/level-history-store.js';
import { LevelMembers } from '../persistence/level-members.js';
import { LevelTableStore } from '../persistence/level-table-store.js';
import type { StoredLevel } from '../persistence/member-level-store.js';
import { EnterMembers } from './enter-members.js';
import { RecordLevels } from './record-levels.js';

export interface LevelOpening {
  readonly memberId: string;
  /** Key of a level of the active table. */
  readonly level: string;
  /** When the other system gave it; not in the future. */
  readonly since: Date;
}

/** What people and other systems say about levels, past the score. Inside an open unit of work. */
@Injectable()
export class Levels {
  constructor(
    private readonly tables: LevelTableStore,
    private readonly members: LevelMembers,
    private readonly entering: EnterMembers,
    private readonly history: LevelHistoryStore,
    private readonly recording: RecordLevels,
    private readonly clock: Clock,
  ) {}

  /** Keys of the levels of a program, the lowest first; empty when it has no active table. */
  async keysOf(programId: string): Promise<string[]> {
    const table = (await this.tables.active([programId])).get(programId);
    return table?.levels.map(({ key }) => key) ?? [];
  }

  /**
   * The levels that members bring from another system, with their dates; the period that is running then goes on here. Call
   * it before their opening scores are posted, or these raise the level first and grant what it brings. At most 1,000.
   * @returns the members whose history told of more than joining: they keep their level.
   * @throws loyalty.levels_inactive, level_not_found
   */
  async setOpening(programId: string, openings: readonly LevelOpening[]): Promise<string[]> {
    const table = await this.hold(programId);
    if (openings.some(({ level }) => rankOf(table.levels, level) < 0)) throw levelsErrors.level_not_found();
    const byMember = new Map(openings.map((opening) => [opening.memberId, opening]));
    const at = this.clock.now();
    return this.begin(
      table,
      [...byMember.keys()],
      (holder) => {
        const opening = byMember.get(holder.memberId);
        return opening ? opened(holder, opening, table, at) : { member: holder, facts: [] };
      },
      (ids) => this.history.listBeginning(ids, ['joined']),
    );
  }

  /**
   * Takes opening levels back, and what opening scores made of them: as if the members had just been found, on the level of
   * their score.
   * @returns the members whose history told of more: they keep their level.
   */
  async undoOpening(programId: string, memberIds: readonly string[]): Promise<string[]> {
    const table = await this.hold(programId);
    const scores = new Map(
      (await this.members.list(programId, memberIds)).map(({ memberId, ...rest }) => [memberId, rest]),
    );
    const at = this.clock.now();
    return this.begin(
      table,
      memberIds,
      ({ memberId, since }) => {
        const found = scores.get(memberId);
        const start = joined(table, found?.joinedAt ?? since);
        const then = scored(start.member, found?.score ?? 0, table, at);
        return { member: then.member, facts: [...start.facts, ...then.facts] };
      },
      (ids) => this.openedOnly(programId, ids),
    );
  }

  /** Of these members, those whose history tells of nothing but what openings did. */
  private async openedOnly(programId: string, memberIds: readonly string[]): Promise<Set<string>> {
    const scored = new Set(await this.members.listScoredSince(programId, memberIds));
    const [others, opened] = [[...scored], memberIds.filter((id) => !scored.has(id))];
    const beginnings = ['joined', 'opening'];
    return new Set([
      ...(await this.history.listBeginning(others, beginnings)),
      ...(await this.history.listBeginning(opened, [...beginnings, 'score'])),
    ]);
  }

  /** Sets the level by hand, and nothing but a person or `until` changes it. @throws loyalty.member_not_found, levels_inactive, level_not_found, lock_until_past */
  async lock(memberId: string, lock: { level: string; until: Date | null; reason: string }): Promise<void> {
    const { table, holder } = await this.holder(memberId);
    const at = this.clock.now();
    if (rankOf(table.levels, lock.level) < 0) throw levelsErrors.level_not_found();
    if (lock.until && lock.until <= at) throw levelsErrors.lock_until_past();
    await this.recording.record(
      table,
      [{ before: holder, moved: locked(holder, lock, table, at) }],
      lock.reason,
    );
  }

  /** A new period begins; the level rises where the score has grown meanwhile. @throws loyalty.member_not_found, levels_inactive, level_not_locked */
  async unlock(memberId: string, reason: string): Promise<void> {
    const { table, holder } = await this.holder(memberId);
    const at = this.clock.now();
    const settled = settle(holder, table, at);
    if (!settled.member.isLocked) throw levelsErrors.level_not_locked();
    const free = unlocked(settled.member, table, at, 'unlocked');
    const moved = { member: free.member, facts: [...settled.facts, ...free.facts] };
    await this.recording.record(table, [{ before: holder, moved }], reason);
  }

  /** Replaces the beginning of a history that has nothing else yet. @returns those that have more. */
  private async begin(
    table: LevelTable,
    memberIds: readonly string[],
    moveOf: (holder: StoredLevel) => Moved,
    listFresh: (memberIds: readonly string[]) => Promise<Set<string>>,
  ): Promise<string[]> {
    const holders = await this.entering.lock(table, memberIds.toSorted());
    const fresh = await listFresh(memberIds);
    const moves = holders
      .filter(({ memberId }) => fresh.has(memberId))
      .map((before) => ({ before, moved: moveOf(before) }));
    await this.history.forget(moves.map(({ before }) => before.memberId));
    await this.recording.record(table, moves);
    return memberIds.filter((id) => !fresh.has(id));
  }

  private async holder(memberId: string): Promise<{ table: LevelTable; holder: StoredLevel }> {
    const member = await this.members.find(memberId);
    if (!member) throw loyaltyErrors.member_not_found();
    const table = await this.hold(member.programId);
    const [holder] = await this.entering.lock(table, [memberId]);
    if (!holder) throw loyaltyErrors.member_not_found();
    return { table, holder };
  }

  private async hold(programId: string): Promise<LevelTable> {
    await this.tables.holdActive([programId]);
    const table = (await this.tables.active([programId])).get(programId);
    if (!table) throw levelsErrors.levels_inactive();
    return table;
  }
}
