import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { Redeemed, Reversal } from '../domain/redemption.js';
import { REDEMPTION_COLUMNS, RedemptionStore } from '../persistence/redemption-store.js';
import { ReversalStore } from '../persistence/reversal-store.js';
import { redemptionErrors } from '../redemption.errors.js';

export interface RedemptionFilter {
  readonly couponId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly orderId?: string | undefined;
}

/** Inside an open unit of work. */
@Injectable()
export class ShowRedemptions {
  constructor(
    private readonly database: Database,
    private readonly redemptions: RedemptionStore,
    private readonly reversals: ReversalStore,
  ) {}

  /** @throws coupons.redemption_not_found */
  async get(id: string): Promise<Redeemed & { readonly reversals: readonly Reversal[] }> {
    const redemption = await this.redemptions.find(id);
    if (!redemption) throw redemptionErrors.redemption_not_found();
    return { ...redemption, reversals: await this.reversals.of(id) };
  }

  /** The newest first; along the primary key or the index of what is filtered by. */
  list(filter: RedemptionFilter, after: { id: string } | undefined, limit: number): Promise<Redeemed[]> {
    const params: unknown[] = [this.database.corpId, limit];
    const bind = (value: unknown): string => `$${params.push(value)}`;
    const conditions = ['true'];
    if (filter.couponId) conditions.push(`r.coupon_id = ${bind(filter.couponId)}`);
    if (filter.batchId) conditions.push(`r.batch_id = ${bind(filter.batchId)}`);
    if (filter.customerId) conditions.push(`r.customer_id = ${bind(filter.customerId)}`);
    if (filter.orderId) conditions.push(`r.order_id = ${bind(filter.orderId)}`);
    if (after) conditions.push(`r.id < ${bind(after.id)}`);
    return this.database.query<Redeemed>(
      `SELECT ${REDEMPTION_COLUMNS} FROM coupons.redemptions r WHERE r.corp_id = $1 AND ${conditions.join(' AND ')}
        ORDER BY r.id DESC LIMIT $2`,
      params,
    );
  }
}
