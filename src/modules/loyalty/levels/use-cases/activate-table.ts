import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { CorpId } from '../../../../platform/context/typed-id.js';
import { Database } from '../../../../platform/database/database.js';
import { defineJob } from '../../../../platform/jobs/job.js';
import { Jobs } from '../../../../platform/jobs/jobs.js';
import type { OperationId } from '../../../../platform/operations/operation.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { countsPeriodsAlike, type LevelTable } from '../domain/level-table.js';
import { levelsErrors } from '../levels.errors.js';
import { LevelTableStore } from '../persistence/level-table-store.js';
import { type Relevel, RelevelStore } from '../persistence/relevel-store.js';

export const RELEVEL = 'loyalty.relevel';
export const relevelJob = defineJob<{ corpId: CorpId; operationId: OperationId }>(RELEVEL, {
  attemptsMax: 12,
});

/** Puts a version in force. From this commit on scores are judged by it; an operation brings everybody to it. */
@Injectable()
export class ActivateTable {
  constructor(
    private readonly database: Database,
    private readonly tables: LevelTableStore,
    private readonly relevels: RelevelStore,
    private readonly operations: Operations,
    private readonly jobs: Jobs,
    private readonly clock: Clock,
  ) {}

  /**
   * Once more for the active version goes on where a cancelled run stopped.
   * @throws loyalty.level_table_not_found, level_table_retired, operations.already_running
   */
  async activate(tableId: string, downgradesNow: boolean): Promise<OperationId> {
    const { corpId } = this.database;
    const table = await this.tables.find(tableId);
    if (!table) throw levelsErrors.level_table_not_found();
    if (table.state === 'retired') throw levelsErrors.level_table_retired();
    const total = await this.relevels.countMembers(table.programId);
    const operationId = await this.operations.start(RELEVEL, total); // one at a time, so this stands before the rest
    const active = (await this.tables.active([table.programId])).get(table.programId);
    const plan = active?.id === table.id ? await this.again(table) : await this.next(active, table);
    await this.tables.activate(table, this.clock.now());
    await this.relevels.insert({ ...plan, operationId, tableId, downgradesNow });
    await this.jobs.enqueue(relevelJob, { corpId, operationId }, { queue: `${RELEVEL}:${corpId}` });
    return operationId;
  }

  /** What the run of the version before was cancelled with is still to be done. */
  private async next(active: LevelTable | undefined, table: LevelTable): Promise<Plan> {
    const plan = planOf(active, table);
    const last = active && (await this.relevels.last(active.id));
    if (!last || last.finished) return plan;
    return {
      ...plan,
      restarts: plan.restarts || last.restarts,
      renamed: [...new Set([...plan.renamed, ...last.renamed])],
      enters: plan.enters || last.enters,
    };
  }

  private async again(table: LevelTable): Promise<Plan> {
    const last = await this.relevels.last(table.id);
    return last && !last.finished ? last : planOf(table, table);
  }
}

type Plan = Pick<Relevel, 'restarts' | 'renamed' | 'enters' | 'afterMember'>;

function planOf(active: LevelTable | undefined, table: LevelTable): Plan {
  const nameOf = (of: LevelTable | undefined, key: string): string | undefined =>
    of?.levels.find((level) => level.key === key)?.nameZh;
  return {
    restarts: active !== undefined && !countsPeriodsAlike(active, table),
    renamed: table.levels
      .filter(({ key, nameZh }) => (nameOf(active, key) ?? nameZh) !== nameZh)
      .map(({ key }) => key),
    enters: active === undefined,
    afterMember: null,
  };
}
