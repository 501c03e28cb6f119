import { Injectable } from '@nestjs/common';
import { Stores } from '../../../staff/index.js';
import { Batches } from '../../batches/queries/batches.js';
import type { AskedFigures, Counts, Dimension, FigureGroup } from '../domain/figures.js';
import { FigureStore, type LowRate } from '../persistence/figure-store.js';
import { Figures } from './figures.js';

/** Figures as they are asked for over HTTP. Inside an open unit of work. */
@Injectable()
export class ShowFigures {
  constructor(
    private readonly figures: Figures,
    private readonly store: FigureStore,
    private readonly batches: Batches,
    private readonly stores: Stores,
  ) {}

  /** @throws coupons.figure_days_invalid, figures_too_many */
  async groups({ store, ...filter }: AskedFigures, by: readonly Dimension[]): Promise<FigureGroup[]> {
    if (store === undefined) return this.figures.groups(filter, by);
    const found = (await this.stores.byCodes([store])).get(store);
    return found ? this.figures.groups({ ...filter, storeId: found.id }, by) : [];
  }

  /** @throws coupons.batch_not_found */
  async ofBatch(batchId: string): Promise<{ counts: Counts; rateLow: boolean }> {
    await this.batches.get(batchId);
    const counts = await this.figures.totals({ batchId });
    return { counts, rateLow: await this.store.isLowToday(batchId) };
  }

  listLowRates(
    after: { day: string; batchId: string } | undefined,
    limit: number,
  ): Promise<(LowRate & { raisedAt: Date })[]> {
    return this.store.listLowRates(after, limit);
  }
}
