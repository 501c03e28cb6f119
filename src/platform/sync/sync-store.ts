import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { OperationId } from '../operations/operation.js';
import type { SyncItem, SyncPass, SyncStep } from './sync.js';

/** An open pass and what it has done so far. */
export interface OpenPass extends SyncPass {
  readonly operationId: OperationId;
  readonly done: number;
  readonly total: number;
  readonly inserted: number;
  readonly changed: number;
  readonly ended: number;
  /** Asked a person and waits for the answer. */
  readonly waiting: boolean;
  readonly confirmed: boolean;
}

export function isSameItem(a: SyncItem, b: SyncItem): boolean {
  return a.stage === b.stage && a.key === b.key;
}

/** The rows of open passes: at most one for each kind and corp. Inside an open unit of work. */
@Injectable()
export class SyncStore {
  constructor(private readonly database: Database) {}

  async open(kind: string, operationId: OperationId, first: SyncItem): Promise<void> {
    await this.database.query(
      `INSERT INTO platform.sync_passes (corp_id, kind, operation_id, started_at, done, total, inserted, changed, ended, confirmed)
       VALUES ($1, $2, $3, clock_timestamp(), 0, 1, 0, 0, 0, false)`,
      [this.database.corpId, kind, operationId],
    );
    await this.addItems(kind, [first]);
  }

  find(kind: string): Promise<OpenPass | undefined> {
    return this.select(kind, '');
  }

  /** Steps of one pass take turns here, also when a worker that was taken for dead still runs. */
  lock(kind: string): Promise<OpenPass | undefined> {
    return this.select(kind, 'FOR UPDATE');
  }

  listItems(kind: string, limit: number): Promise<SyncItem[]> {
    return this.database.query<SyncItem>(
      `SELECT stage, key, args FROM platform.sync_items WHERE corp_id = $1 AND kind = $2
        ORDER BY stage, key LIMIT $3`,
      [this.database.corpId, kind, limit],
    );
  }

  /** @returns those that nobody else has finished. */
  async takeItems(kind: string, items: readonly SyncItem[]): Promise<Set<SyncItem>> {
    const taken = await this.database.query<SyncItem>(
      `DELETE FROM platform.sync_items t USING jsonb_to_recordset($3::jsonb) AS i(stage int, key text, args jsonb)
        WHERE t.corp_id = $1 AND t.kind = $2 AND t.stage = i.stage AND t.key = i.key AND t.args = i.args
       RETURNING t.stage, t.key`,
      [this.database.corpId, kind, JSON.stringify(items)],
    );
    return new Set(items.filter((item) => taken.some((other) => isSameItem(item, other))));
  }

  /** @returns how many are new. */
  async addItems(kind: string, items: readonly SyncItem[]): Promise<number> {
    if (items.length === 0) return 0;
    return this.database.execute(
      `INSERT INTO platform.sync_items (corp_id, kind, stage, key, args)
       SELECT $1, $2, i.stage, i.key, coalesce(i.args, '{}')
         FROM jsonb_to_recordset($3::jsonb) AS i(stage int, key text, args jsonb) ON CONFLICT DO NOTHING`,
      [this.database.corpId, kind, JSON.stringify(items)],
    );
  }

  async addCounts(
    kind: string,
    counts: Required<Pick<SyncStep, 'inserted' | 'changed' | 'ended'>> & { done: number; total: number },
  ): Promise<{ done: number; total: number }> {
    return this.database.one(
      `UPDATE platform.sync_passes SET done = done + $3, total = total + $4, inserted = inserted + $5,
              changed = changed + $6, ended = ended + $7
        WHERE corp_id = $1 AND kind = $2 RETURNING done, total`,
      [this.database.corpId, kind, counts.done, counts.total, counts.inserted, counts.changed, counts.ended],
    );
  }

  async markWaiting(kind: string): Promise<void> {
    await this.database.query(
      `UPDATE platform.sync_passes SET asked_at = clock_timestamp() WHERE corp_id = $1 AND kind = $2`,
      [this.database.corpId, kind],
    );
  }

  async markConfirmed(kind: string): Promise<void> {
    await this.database.query(
      `UPDATE platform.sync_passes SET confirmed = true WHERE corp_id = $1 AND kind = $2`,
      [this.database.corpId, kind],
    );
  }

  async close(kind: string): Promise<void> {
    await this.database.query(`DELETE FROM platform.sync_passes WHERE corp_id = $1 AND kind = $2`, [
      this.database.corpId,
      kind,
    ]);
  }

  now(): Promise<Date> {
    return this.database.now();
  }

  /**
   * Plans for tables that grow while they are written: along the key of each row, whatever the statistics say. They lag
   * behind a first pass: the checks of foreign keys keep plans made for a small table, which read a large one whole for
   * each row, and a corp that the statistics do not know yet seems to have no rows, so that any index looks as good as the
   * right one. Holds for the open unit of work.
   */
  async planForGrowth(): Promise<void> {
    await this.database.query('SET LOCAL plan_cache_mode = force_generic_plan; DISCARD PLANS');
  }

  private select(kind: string, lock: '' | 'FOR UPDATE'): Promise<OpenPass | undefined> {
    return this.database.maybeOne<OpenPass>(
      `SELECT corp_id AS "corpId", operation_id AS "operationId", started_at AS "startedAt", done, total, inserted,
              changed, ended, (asked_at IS NOT NULL AND NOT confirmed) AS waiting, confirmed
         FROM platform.sync_passes WHERE corp_id = $1 AND kind = $2 ${lock}`,
      [this.database.corpId, kind],
    );
  }
}
