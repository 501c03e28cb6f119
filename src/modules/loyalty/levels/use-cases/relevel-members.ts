import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { OperationId } from '../../../../platform/operations/operation.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { levelAt, type LevelTable, rankOf } from '../domain/level-table.js';
import { directionOf } from '../domain/level-moves.js';
import { periodOfBenefit } from '../domain/level-state.js';
import { levelsErrors } from '../levels.errors.js';
import { LevelTableStore } from '../persistence/level-table-store.js';
import { type LevelMove, type LevelPair, type Relevel, RelevelStore } from '../persistence/relevel-store.js';
import { type DueBenefit, RecordLevels } from './record-levels.js';

/** Larger parts are hardly faster, and a posting for one of the members waits until his part is committed. */
const MEMBERS_A_STEP = 20_000;

/**
 * Brings all members of a program to the version in force. Each part is one transaction together with how far it has come,
 * so a run that dies goes on behind the last part that was committed, and nobody is placed twice.
 */
@Injectable()
export class RelevelMembers {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly tables: LevelTableStore,
    private readonly relevels: RelevelStore,
    private readonly recording: RecordLevels,
    private readonly operations: Operations,
    private readonly clock: Clock,
  ) {}

  /** Outside any unit of work. @throws when the signal is aborted, or when the operation was cancelled. */
  async run(corpId: CorpId, operationId: OperationId, signal: AbortSignal): Promise<void> {
    const table = await this.unit.read(corpId, () => this.tableOf(operationId)); // its content never changes
    while (await this.unit.run(corpId, () => this.step(operationId, table))) signal.throwIfAborted();
  }

  /** @returns whether there may be more. */
  private async step(operationId: OperationId, table: LevelTable): Promise<boolean> {
    const relevel = await this.relevels.lock(operationId);
    if (relevel.finished) return false;
    const at = this.clock.now();
    const part = await this.relevels.place(table, relevel, at, MEMBERS_A_STEP);
    if (!part) return this.finish(relevel);
    await this.tell(table, part.moves, at);
    const done = relevel.done + part.members;
    const pairs = pairsOf(part.moves, relevel.pairs);
    await this.relevels.advance({ ...relevel, afterMember: part.lastMember, done, pairs });
    await this.operations.progress(operationId, { done });
    return true;
  }

  private async tableOf(operationId: OperationId): Promise<LevelTable> {
    const { tableId } = await this.relevels.get(operationId);
    const table = await this.tables.find(tableId);
    if (!table) throw levelsErrors.level_table_not_found();
    return table;
  }

  private async finish(relevel: Relevel): Promise<false> {
    await this.relevels.advance({ ...relevel, finished: true });
    const { done, pairs } = relevel;
    // reason for the cast: the operation's id came out of the table that it was put into
    await this.operations.succeed(relevel.operationId as OperationId, { members: done, moves: pairs });
    return false;
  }

  private async tell(table: LevelTable, moves: readonly LevelMove[], at: Date): Promise<void> {
    const reason = 'table' as const;
    await this.recording.tellChanges(
      table,
      moves.map((move) => ({ ...move, reason })),
    );
    await this.recording.grant(
      table,
      moves
        .filter(({ from, to }) => from !== to && directionOf(table, from, to) === 'up')
        .flatMap((move) => benefitsOf(table, move, at)),
    );
  }
}

function benefitsOf(table: LevelTable, { memberId, customerId, to }: LevelMove, at: Date): DueBenefit[] {
  const { benefits } = levelAt(table.levels, rankOf(table.levels, to));
  return benefits.map((benefit) => {
    const period = periodOfBenefit(benefit, table.timeZone, at);
    return { memberId, customerId, level: to, benefit, period, at };
  });
}

/** How many went where, with those of before. */
function pairsOf(moves: readonly LevelMove[], before: readonly LevelPair[]): LevelPair[] {
  const pairs = new Map(before.map((pair) => [`${pair.from}→${pair.to}`, { ...pair }]));
  for (const { from, to } of moves) {
    if (from === to) continue;
    const key = `${from}→${to}`;
    const pair = pairs.get(key) ?? { from, to, members: 0 };
    pairs.set(key, { ...pair, members: pair.members + 1 });
  }
  return [...pairs.values()];
}
