import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { directionOf, type MoveDirection } from '../domain/level-moves.js';
import { type Level, levelAt, type LevelTable, rankOf } from '../domain/level-table.js';
import { countedScore, type MemberLevel, outlook, presentPeriod } from '../domain/level-state.js';
import { joined, scored, settle } from '../domain/member-level.js';
import { levelsErrors } from '../levels.errors.js';
import { type LevelMember, LevelMembers } from '../persistence/level-members.js';
import { LevelTableStore } from '../persistence/level-table-store.js';
import { MemberLevelStore } from '../persistence/member-level-store.js';
import { type LevelPair, RelevelStore } from '../persistence/relevel-store.js';

/** A member's level, and what it takes to rise and to stay. */
export interface ShownLevel {
  readonly memberId: string;
  readonly programId: string;
  readonly tableId: string;
  readonly state: MemberLevel;
  readonly level: Level;
  readonly countedScore: number;
  /** null on the highest level. */
  readonly next: { readonly level: Level; readonly missing: number } | null;
  /** null where no period ends. */
  readonly period: {
    readonly from: Date;
    readonly endsAt: Date;
    readonly retainUntil: Date;
    readonly gained: number;
    readonly missing: number;
    readonly fallsTo: Level | null;
  } | null;
}

export interface ShownMove extends LevelPair {
  readonly direction: MoveDirection;
}

export interface WhatIf {
  readonly members: number;
  readonly up: number;
  readonly down: number;
  readonly moves: readonly ShownMove[];
}

/** Inside an open unit of work. */
@Injectable()
export class ShowLevels {
  constructor(
    private readonly tables: LevelTableStore,
    private readonly members: LevelMembers,
    private readonly levels: MemberLevelStore,
    private readonly relevels: RelevelStore,
    private readonly clock: Clock,
  ) {}

  /**
   * As it is at this moment: what the clock has brought and no job has written yet is shown, too.
   * @throws loyalty.member_not_found, levels_inactive
   */
  async get(memberId: string): Promise<ShownLevel> {
    const member = await this.members.find(memberId);
    if (!member) throw loyaltyErrors.member_not_found();
    const { programId } = member;
    const table = (await this.tables.active([programId])).get(programId);
    if (!table) throw levelsErrors.levels_inactive();
    const stored = await this.levels.find(programId, memberId);
    return shown(memberId, table, presentState(table, member, stored, this.clock.now()));
  }

  /** The same for many members of a program, by id, with the ranks of their levels; empty when it has none. */
  async levelsOf(
    programId: string,
    members: readonly LevelMember[],
  ): Promise<Map<string, { level: Level; rank: number }>> {
    const table = (await this.tables.active([programId])).get(programId);
    if (!table || members.length === 0) return new Map();
    const ids = members.map(({ memberId }) => memberId);
    const stored = new Map((await this.levels.list(programId, ids)).map((one) => [one.memberId, one]));
    const now = this.clock.now();
    return new Map(
      members.map((member) => {
        const state = presentState(table, member, stored.get(member.memberId), now);
        const rank = rankOf(table.levels, state.level);
        return [member.memberId, { level: levelAt(table.levels, rank), rank }];
      }),
    );
  }

  /** Exact, and written nowhere. @throws loyalty.level_table_not_found */
  async whatIf(tableId: string, downgradesNow: boolean): Promise<WhatIf> {
    const table = await this.tables.find(tableId);
    if (!table) throw levelsErrors.level_table_not_found();
    const isFirst = !(await this.tables.active([table.programId])).has(table.programId);
    const moves = withDirections(table, await this.relevels.whatIf(table, isFirst, downgradesNow));
    const count = (direction?: MoveDirection): number =>
      moves
        .filter((move) => !direction || move.direction === direction)
        .reduce((sum, { members }) => sum + members, 0);
    return { members: count(), up: count('up'), down: count('down'), moves };
  }
}

/** What the clock has brought and no job has written yet is in it. */
function presentState(
  table: LevelTable,
  { joinedAt, score }: LevelMember,
  stored: MemberLevel | undefined,
  now: Date,
): MemberLevel {
  return settle(stored ?? scored(joined(table, joinedAt).member, score, table, now).member, table, now)
    .member;
}

function withDirections(table: LevelTable, pairs: readonly LevelPair[]): ShownMove[] {
  const rank = (key: string | null): number => (key === null ? -1 : rankOf(table.levels, key));
  return pairs
    .map((pair) => ({ ...pair, direction: directionOf(table, pair.from, pair.to) }))
    .sort((a, b) => rank(a.from) - rank(b.from) || rank(a.to) - rank(b.to));
}

function shown(memberId: string, table: LevelTable, state: MemberLevel): ShownLevel {
  const rank = rankOf(table.levels, state.level);
  const counted = countedScore(state);
  const above = table.levels[rank + 1];
  return {
    memberId,
    programId: table.programId,
    tableId: table.id,
    state,
    level: levelAt(table.levels, rank),
    countedScore: counted,
    next: above ? { level: above, missing: Math.max(0, above.threshold - counted) } : null,
    period: periodOf(table, state),
  };
}

function periodOf(table: LevelTable, state: MemberLevel): ShownLevel['period'] {
  const end = presentPeriod(state, table);
  if (!end) return null;
  const { rank, missing } = outlook(state, table);
  return {
    from: state.periodFrom,
    endsAt: end.endsAt,
    retainUntil: end.retainUntil,
    gained: state.score - state.periodScore,
    missing,
    fallsTo: missing === 0 ? null : levelAt(table.levels, rank),
  };
}
