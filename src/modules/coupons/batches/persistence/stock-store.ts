import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { STOCK_BUCKETS } from '../domain/batch.js';

/** What is left of a batch. */
export interface BatchLeft {
  readonly batchId: string;
  /** Units that nobody has; 0 before the approval. */
  readonly remaining: number;
  /** 分 booked or reserved; null without a budget. */
  readonly spent: number | null;
}

/** Stock and budgets of batches. Inside an open unit of work; what changes them holds the lock of the batch. */
@Injectable()
export class StockStore {
  constructor(private readonly database: Database) {}

  /** Of an approved batch: its units, spread over all buckets, and its budget. */
  async open(batchId: string, stock: number, budget: number | null): Promise<void> {
    await this.database.execute(
      `INSERT INTO coupons.batch_stock (corp_id, batch_id, bucket, remaining)
       SELECT $1, $2, b, $3::int / ${STOCK_BUCKETS} + (b < $3::int % ${STOCK_BUCKETS})::int
         FROM generate_series(0, ${STOCK_BUCKETS - 1}) AS b`,
      [this.database.corpId, batchId, stock],
    );
    if (budget === null) return;
    await this.database.execute(
      'INSERT INTO coupons.batch_budgets (corp_id, batch_id, limit_amount) VALUES ($1, $2, $3)',
      [this.database.corpId, batchId, budget],
    );
  }

  /**
   * Adds units, or takes some that nobody has, and spreads what is left over all buckets again. Claims wait meanwhile.
   * @returns false, with nothing changed, when fewer are left than shall go.
   */
  async change(batchId: string, delta: number): Promise<boolean> {
    const rows = await this.database.query<{ remaining: number }>(
      'SELECT remaining FROM coupons.batch_stock WHERE corp_id = $1 AND batch_id = $2 ORDER BY bucket FOR UPDATE',
      [this.database.corpId, batchId],
    );
    const left = rows.reduce((sum, { remaining }) => sum + remaining, delta);
    if (left < 0) return false;
    await this.database.execute(
      `UPDATE coupons.batch_stock SET remaining = $3::int / ${STOCK_BUCKETS} + (bucket < $3::int % ${STOCK_BUCKETS})::int
        WHERE corp_id = $1 AND batch_id = $2`,
      [this.database.corpId, batchId, left],
    );
    return true;
  }

  /** Units come back, to one bucket after the other. @param counts by id of the batch. */
  async giveBack(counts: ReadonlyMap<string, number>): Promise<void> {
    await this.database.execute(
      `UPDATE coupons.batch_stock s SET remaining = s.remaining + r.count
         FROM jsonb_to_recordset($2::jsonb) AS r(batch_id uuid, count int)
        WHERE s.corp_id = $1 AND s.batch_id = r.batch_id AND s.bucket = r.count % ${STOCK_BUCKETS}`,
      [
        this.database.corpId,
        JSON.stringify([...counts].map(([batchId, count]) => ({ batch_id: batchId, count }))),
      ],
    );
  }

  /** @returns false when more was spent already, or is reserved. */
  async setBudget(batchId: string, limit: number): Promise<boolean> {
    const changed = await this.database.execute(
      'UPDATE coupons.batch_budgets SET limit_amount = $3 WHERE corp_id = $1 AND batch_id = $2 AND spent <= $3',
      [this.database.corpId, batchId, limit],
    );
    return changed === 1;
  }

  /** Of this day and those after it. @returns false when more was spent on one of them already, or is reserved. */
  async setDailyBudget(batchId: string, limit: number, fromDay: string): Promise<boolean> {
    const days = await this.database.query<{ spent: number }>(
      'SELECT spent FROM coupons.batch_days WHERE corp_id = $1 AND batch_id = $2 AND day >= $3 ORDER BY day FOR UPDATE',
      [this.database.corpId, batchId, fromDay],
    );
    if (days.some(({ spent }) => spent > limit)) return false;
    await this.database.execute(
      'UPDATE coupons.batch_days SET limit_amount = $4 WHERE corp_id = $1 AND batch_id = $2 AND day >= $3',
      [this.database.corpId, batchId, fromDay, limit],
    );
    return true;
  }

  leftOf(batchIds: readonly string[]): Promise<BatchLeft[]> {
    return this.database.query<BatchLeft>(
      `SELECT b.id AS "batchId", g.spent, coalesce((
                SELECT sum(s.remaining) FROM coupons.batch_stock s WHERE s.corp_id = $1 AND s.batch_id = b.id), 0)::int AS remaining
         FROM coupons.batches b LEFT JOIN coupons.batch_budgets g ON g.corp_id = $1 AND g.batch_id = b.id
        WHERE b.corp_id = $1 AND b.id = ANY ($2::uuid[])`,
      [this.database.corpId, batchIds],
    );
  }
}
