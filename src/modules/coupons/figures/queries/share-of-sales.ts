import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { Connections } from '../../../../wecom/index.js';
import { BehaviourEvents } from '../../../customers/index.js';
import { DAYS_MAX, daysBetween } from '../domain/figures.js';
import { figuresErrors } from '../figures.errors.js';
import { Figures } from './figures.js';

/** 分 */
export interface ShareOfSales {
  /** What was paid for orders with coupons: the orders less the discounts. */
  readonly withCoupons: number;
  /** What was paid for all orders that the corp's systems told of, less refunds. */
  readonly sales: number;
}

/** How much of what the corp sells is sold with coupons. Inside an open unit of work. */
@Injectable()
export class ShareOfSalesQuery {
  constructor(
    private readonly figures: Figures,
    private readonly events: BehaviourEvents,
    private readonly connections: Connections,
    private readonly database: Database,
  ) {}

  /** @throws coupons.figure_days_invalid */
  async between(from: string, to: string): Promise<ShareOfSales> {
    if ((daysBetween(from, to) ?? Infinity) > DAYS_MAX) throw figuresErrors.figure_days_invalid();
    const { revenue, cost } = await this.figures.totals({ from, to });
    const { timeZone } = await this.connections.get(this.database.corpId);
    const { paidAmount, refundedAmount } = await this.events.ordersBetween(from, to, timeZone);
    return { withCoupons: revenue - cost, sales: paidAmount - refundedAmount };
  }
}
