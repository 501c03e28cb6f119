import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { Connections } from '../../../../wecom/index.js';
import { BehaviourEvents, type SaleDimension, type SalesGroup } from '../../../customers/index.js';
import { Stores } from '../../../staff/index.js';
import { type AskedFigures, DAYS_MAX, daysBetween, type FigureGroup, GROUPS_MAX } from '../domain/figures.js';
import { figuresErrors } from '../figures.errors.js';
import { ShowFigures } from './show-figures.js';

/** 分. What is not asked for is absent; null: nobody said. */
export interface ShareOfSales {
  readonly day?: string;
  readonly channel?: string | null;
  readonly storeId?: string | null;
  readonly staffId?: string | null;
  /** What was paid for orders with coupons: the orders less the discounts. */
  readonly withCoupons: number;
  /** What was paid for all orders that the corp's systems told of, less refunds. */
  readonly sales: number;
}

/** How much of what the corp sells is sold with coupons. Inside an open unit of work. */
@Injectable()
export class ShareOfSalesQuery {
  constructor(
    private readonly figures: ShowFigures,
    private readonly events: BehaviourEvents,
    private readonly stores: Stores,
    private readonly connections: Connections,
    private readonly database: Database,
  ) {}

  /** @throws coupons.figure_days_invalid, figures_too_many */
  async groups(filter: AskedFigures, by: readonly SaleDimension[]): Promise<ShareOfSales[]> {
    if ((daysBetween(filter.from, filter.to) ?? Infinity) > DAYS_MAX)
      throw figuresErrors.figure_days_invalid();
    const withCoupons = await this.figures.groups(filter, by);
    const { timeZone } = await this.connections.get(this.database.corpId);
    const sold = await this.events.sales({ ...filter, timeZone }, by, GROUPS_MAX + 1);
    const shares = merged(withCoupons, await this.placed(sold));
    if (Math.max(sold.length, shares.length) > GROUPS_MAX) throw figuresErrors.figures_too_many();
    return shares;
  }

  /** Orders say the store's code; one that we do not know is none. */
  private async placed(sold: readonly SalesGroup[]): Promise<ShareOfSales[]> {
    const stores = await this.stores.byCodes([...new Set(sold.flatMap(({ store }) => store ?? []))]);
    return sold.map(({ store, ...group }) => ({
      ...group,
      ...(store !== undefined && { storeId: stores.get(store ?? '')?.id ?? null }),
      withCoupons: 0,
    }));
  }
}

/** One group of each place. */
function merged(withCoupons: readonly FigureGroup[], sold: readonly ShareOfSales[]): ShareOfSales[] {
  const places = new Map<string, ShareOfSales>();
  const paid = withCoupons.map(({ day, channel, storeId, staffId, revenue, cost }) => ({
    ...(day !== undefined && { day }),
    ...(channel !== undefined && { channel }),
    ...(storeId !== undefined && { storeId }),
    ...(staffId !== undefined && { staffId }),
    withCoupons: revenue - cost,
    sales: 0,
  }));
  for (const group of [...paid, ...sold]) {
    const { day, channel, storeId, staffId } = group;
    const place = JSON.stringify([day, channel, storeId, staffId]);
    const before = places.get(place) ?? { withCoupons: 0, sales: 0 };
    const [both, sales] = [before.withCoupons + group.withCoupons, before.sales + group.sales];
    places.set(place, { ...group, withCoupons: both, sales });
  }
  return [...places.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}
