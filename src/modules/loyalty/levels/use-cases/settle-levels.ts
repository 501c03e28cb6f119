import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { settle } from '../domain/member-level.js';
import { LevelTableStore } from '../persistence/level-table-store.js';
import { MemberLevelStore } from '../persistence/member-level-store.js';
import { RecordLevels } from './record-levels.js';

const MEMBERS_A_STEP = 500;

/** What the clock brings to levels: notices, ends of periods and of locks, benefits that come again. */
@Injectable()
export class SettleLevels {
  constructor(
    private readonly tables: LevelTableStore,
    private readonly levels: MemberLevelStore,
    private readonly recording: RecordLevels,
    private readonly clock: Clock,
  ) {}

  /**
   * One part of those whose time has come, in one unit of work that the caller opens. A posting that comes first has done
   * the same for its member, so it does not matter when this runs.
   * @returns whether more may be due.
   */
  async settleDue(): Promise<boolean> {
    const programIds = await this.tables.listActivePrograms();
    if (programIds.length === 0) return false;
    await this.tables.holdActive(programIds);
    const tables = await this.tables.active(programIds);
    const now = this.clock.now();
    const due = await this.levels.lockDue(now, MEMBERS_A_STEP);
    for (const table of tables.values()) {
      const moves = due
        .filter(({ programId }) => programId === table.programId)
        .map((before) => ({ before, moved: settle(before, table, now) }));
      await this.recording.record(table, moves);
    }
    return due.length === MEMBERS_A_STEP;
  }
}
