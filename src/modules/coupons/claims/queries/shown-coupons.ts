import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { Codes } from '../../codes/use-cases/codes.js';
import { type Coupon, stateAt } from '../../life/domain/coupon.js';
import { CouponStore } from '../../life/persistence/coupon-store.js';
import type { IssueOrder, IssueResult } from '../domain/issue-order.js';

/** A coupon with its code, for its holder. */
export type ShownCoupon = Pick<
  Coupon,
  'id' | 'batchId' | 'customerId' | 'state' | 'source' | 'channel' | 'validFrom' | 'validUntil' | 'issuedAt'
> & { readonly code: string };

/** Inside an open unit of work. */
@Injectable()
export class ShownCoupons {
  constructor(
    private readonly coupons: CouponStore,
    private readonly codes: Codes,
    private readonly database: Database,
  ) {}

  /**
   * What came of orders, in their order; undefined for one that was refused. Those that were just made are told as they
   * were made, only the others are read.
   */
  async ofResults(
    orders: readonly IssueOrder[],
    results: readonly IssueResult[],
  ): Promise<(ShownCoupon | undefined)[]> {
    const replayed = await this.byIds(
      results.flatMap((result) => (result.outcome === 'issued' && result.replayed ? [result.couponId] : [])),
    );
    return results.map((result, at) => {
      const order = orders[at];
      if (!order || result.outcome === 'refused') return undefined;
      return result.replayed ? replayed.get(result.couponId) : madeOf(order, result);
    });
  }

  /** By id; unknown ones are missing. */
  private async byIds(ids: readonly string[]): Promise<Map<string, ShownCoupon>> {
    if (ids.length === 0) return new Map();
    const coupons = await this.coupons.byIds(ids);
    const codes = await this.codes.open(coupons);
    const now = await this.database.now();
    return new Map(
      coupons.map((coupon, at) => [
        coupon.id,
        { ...coupon, state: stateAt(coupon, now), code: codes[at] ?? '' },
      ]),
    );
  }
}

function madeOf(
  { batchId, customerId, source, channel }: IssueOrder,
  { couponId, made }: Extract<IssueResult, { made: unknown }>,
): ShownCoupon {
  const state = customerId === null ? 'claimable' : 'claimed';
  return { id: couponId, batchId, customerId, state, source, channel: channel ?? null, ...made };
}
