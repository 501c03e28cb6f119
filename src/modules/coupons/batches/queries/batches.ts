import { Injectable } from '@nestjs/common';
import { couponsErrors } from '../../coupons.errors.js';
import type { BatchWithTerms } from '../domain/batch.js';
import { type BatchFilter, BatchStore } from '../persistence/batch-store.js';
import { type BatchLeft, StockStore } from '../persistence/stock-store.js';

/** Batches with what their coupons promise. Inside an open unit of work. */
@Injectable()
export class Batches {
  constructor(
    private readonly store: BatchStore,
    private readonly stock: StockStore,
  ) {}

  /** @throws coupons.batch_not_found */
  async get(id: string): Promise<BatchWithTerms> {
    const found = await this.store.find(id);
    if (!found) throw couponsErrors.batch_not_found();
    return found;
  }

  /** Those that exist, in any order. */
  byIds(ids: readonly string[]): Promise<BatchWithTerms[]> {
    return this.store.byIds(ids);
  }

  list(
    filter: BatchFilter,
    after: { id: string } | undefined,
    limit: number,
  ): Promise<(BatchWithTerms & BatchLeft)[]> {
    return this.store.list(filter, after, limit).then((batches) => this.withLeft(batches));
  }

  /** Units that nobody has. */
  async stockOf(id: string): Promise<number> {
    const [left] = await this.stock.leftOf([id]);
    return left?.remaining ?? 0;
  }

  /** What is left of each; a unit that is being claimed at this moment may count on either side. */
  async withLeft(batches: readonly BatchWithTerms[]): Promise<(BatchWithTerms & BatchLeft)[]> {
    const left = await this.stock.leftOf(batches.map(({ id }) => id));
    const byId = new Map(left.map((one) => [one.batchId, one]));
    return batches.map((batch) => ({
      ...batch,
      ...(byId.get(batch.id) ?? { batchId: batch.id, remaining: 0, spent: null }),
    }));
  }
}
