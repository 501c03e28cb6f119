import { Injectable } from '@nestjs/common';
import { parsePublicId, toPublicId } from '../../../../platform/context/typed-id.js';
import { CouponIssuer } from '../../../loyalty/index.js';
import { Batches } from '../../batches/queries/batches.js';
import { couponsErrors } from '../../coupons.errors.js';
import { VoidCoupons } from '../../life/use-cases/void-coupons.js';
import { COUPON_ID_PREFIX } from '../domain/issue-order.js';
import { refusalOf } from '../domain/refusal.js';
import { Issuance } from './issuance.js';

/** Coupons for points. It joins the transaction that takes the points: both happen, or neither (law P-13). */
@Injectable()
export class CouponsForPoints extends CouponIssuer {
  constructor(
    private readonly batches: Batches,
    private readonly issuance: Issuance,
    private readonly voiding: VoidCoupons,
  ) {
    super();
  }

  async knows(batchId: string): Promise<boolean> {
    return (await this.batches.byIds([batchId])).length > 0;
  }

  async issue(order: { customerId: string; batchId: string; exchangeId: string }): Promise<string> {
    const { exchangeId: sourceId, ...rest } = order;
    const key = `exchange:${sourceId}`;
    const [result] = await this.issuance.issue([{ ...rest, key, source: 'exchange', sourceId }]);
    if (result?.outcome !== 'issued') throw refusalOf(result?.code ?? '');
    return toPublicId(COUPON_ID_PREFIX, result.couponId);
  }

  /** @throws coupons.coupon_state_refused: it was used, or is over */
  async takeBack(couponId: string, reason: string): Promise<void> {
    const id = parsePublicId(COUPON_ID_PREFIX, couponId);
    if (id === undefined) throw couponsErrors.coupon_not_found();
    await this.voiding.one(id, { reason, returned: true });
  }
}
