import { Injectable } from '@nestjs/common';
import { type LevelTable } from '../domain/level-table.js';
import { joined } from '../domain/member-level.js';
import { LevelMembers } from '../persistence/level-members.js';
import { MemberLevelStore, type StoredLevel } from '../persistence/member-level-store.js';
import { type Move, RecordLevels } from './record-levels.js';

/** Gives members of a program their first level. Inside an open unit of work that holds the active table. */
@Injectable()
export class EnterMembers {
  constructor(
    private readonly members: LevelMembers,
    private readonly levels: MemberLevelStore,
    private readonly recording: RecordLevels,
  ) {}

  /** The rows of these members, locked; who had none has the lowest level since he joined, or since there are levels. */
  async lock(table: LevelTable, memberIds: readonly string[]): Promise<StoredLevel[]> {
    const there = await this.levels.lock(table.programId, memberIds);
    const known = new Set(there.map(({ memberId }) => memberId));
    const missing = memberIds.filter((id) => !known.has(id));
    if (missing.length === 0) return there;
    await this.enter(table, missing);
    return [...there, ...(await this.levels.lock(table.programId, missing))];
  }

  private async enter(table: LevelTable, memberIds: readonly string[]): Promise<void> {
    const holders = await this.members.list(table.programId, memberIds);
    const moves = holders.map(({ memberId, customerId, joinedAt }): Move => {
      const since = table.activatedAt && table.activatedAt > joinedAt ? table.activatedAt : joinedAt;
      const moved = joined(table, since);
      const before = { ...moved.member, programId: table.programId, memberId, customerId, version: 0 };
      return { before, moved };
    });
    const entered = await this.levels.insert(moves.map(({ before }) => ({ ...before, version: 1 })));
    await this.recording.tell(
      table,
      moves.filter(({ before }) => entered.has(before.memberId)),
    );
  }
}
