import { Injectable } from '@nestjs/common';
import { type LevelTable } from '../domain/level-table.js';
import type { PostedEntry } from '../../ledger/domain/posting.js';
import { GROWTH_WALLET } from '../../programs/domain/program.js';
import { Programs } from '../../programs/queries/programs.js';
import { scored } from '../domain/member-level.js';
import { LevelMembers } from '../persistence/level-members.js';
import { LevelTableStore } from '../persistence/level-table-store.js';
import { EnterMembers } from './enter-members.js';
import { RecordLevels } from './record-levels.js';

interface NewScore {
  readonly seq: number;
  readonly score: number;
  readonly at: Date;
}

/** Keeps levels equal to scores: in the transaction that changes the score, so nobody waits for a level (L-2). */
@Injectable()
export class FollowScores {
  constructor(
    private readonly programs: Programs,
    private readonly tables: LevelTableStore,
    private readonly members: LevelMembers,
    private readonly entering: EnterMembers,
    private readonly recording: RecordLevels,
  ) {}

  async follow(entries: readonly PostedEntry[]): Promise<void> {
    const scores = await this.growthOf(entries);
    for (const table of await this.hold([...scores.keys()])) {
      await this.place(table, scores.get(table.programId) ?? new Map());
    }
  }

  /** New members stand on a level, too. */
  async enter(programId: string, memberIds: readonly string[]): Promise<void> {
    for (const table of await this.hold([programId])) {
      await this.entering.lock(table, memberIds);
      const scores = (await this.members.list(programId, memberIds)).filter(({ score }) => score > 0);
      const at = new Date(0); // an entry of then: what came after it has been followed already
      await this.place(
        table,
        new Map(scores.map(({ memberId, score }) => [memberId, { seq: 0, score, at }])),
      );
    }
  }

  private async hold(programIds: readonly string[]): Promise<LevelTable[]> {
    if (programIds.length === 0) return [];
    await this.tables.holdActive(programIds);
    return [...(await this.tables.active(programIds)).values()];
  }

  private async place(table: LevelTable, scores: ReadonlyMap<string, NewScore>): Promise<void> {
    if (scores.size === 0) return;
    const holders = await this.entering.lock(table, [...scores.keys()].sort());
    const moves = holders.flatMap((before) => {
      const news = scores.get(before.memberId);
      if (!news) return [];
      const at = news.at > before.changedAt ? news.at : before.changedAt;
      return [{ before, moved: scored(before, news.score, table, at) }];
    });
    await this.recording.record(table, moves);
  }

  /** The newest score of each member, by program. */
  private async growthOf(entries: readonly PostedEntry[]): Promise<Map<string, Map<string, NewScore>>> {
    const programs = await this.programs.recently([...new Set(entries.map(({ programId }) => programId))]);
    const wallets = new Set(
      [...programs.values()].flatMap((program) =>
        program.wallets.filter(({ key }) => key === GROWTH_WALLET).map(({ id }) => id),
      ),
    );
    const scores = new Map<string, Map<string, NewScore>>();
    for (const { walletId, programId, memberId, seq, balanceAfter, recordedAt } of entries) {
      if (!wallets.has(walletId)) continue;
      const ofProgram = scores.get(programId) ?? new Map<string, NewScore>();
      scores.set(programId, ofProgram);
      if ((ofProgram.get(memberId)?.seq ?? -1) < seq) {
        ofProgram.set(memberId, { seq, score: balanceAfter, at: recordedAt });
      }
    }
    return scores;
  }
}
