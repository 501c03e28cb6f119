import { Injectable, Optional } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Events } from '../../../../platform/events/events.js';
import { Honours } from '../../honours/use-cases/honours.js';
import { honoursErrors } from '../../honours/honours.errors.js';
import { benefitTaken } from '../../loyalty.events.js';
import type { Benefit } from '../domain/benefit.js';
import { CouponIssuer } from '../domain/coupon-issuer.js';
import { type Exchange, firstState } from '../domain/exchange.js';
import { exchangeErrors } from '../exchange.errors.js';
import { ExchangeStore } from '../persistence/exchange-store.js';

export type Order = Pick<
  Exchange,
  'id' | 'memberId' | 'customerId' | 'seq' | 'cost' | 'transferId' | 'source'
>;

/** Hands a piece of a benefit over, and takes it back. Inside an open unit of work. */
@Injectable()
export class HandOut {
  constructor(
    private readonly exchanges: ExchangeStore,
    private readonly honours: Honours,
    private readonly events: Events,
    private readonly clock: Clock,
    @Optional() private readonly coupons?: CouponIssuer,
  ) {}

  /**
   * @returns undefined: no piece is left, and nothing was written
   * @throws loyalty.honour_held where he got the honour in the meantime, and what the coupons module refuses
   */
  async hand(benefit: Benefit, order: Order): Promise<Exchange | undefined> {
    const now = this.clock.now();
    const exchange: Exchange = {
      ...order,
      benefitId: benefit.id,
      state: firstState(benefit.kind),
      stateAt: now,
      createdAt: now,
      grantId: null,
      couponId: null,
      trackingNumber: null,
      cancelledReason: null,
    };
    if (!(await this.exchanges.take(exchange))) return undefined;
    const given = { grantId: await this.grant(benefit, order), couponId: await this.issue(benefit, order) };
    if (given.grantId ?? given.couponId) await this.exchanges.setGiven(order.id, given);
    await this.events.append(benefitTaken, {
      exchangeId: order.id,
      benefitId: benefit.id,
      memberId: order.memberId,
      customerId: order.customerId,
    });
    return { ...exchange, ...given };
  }

  /** @throws what the coupons module refuses */
  async takeBack({ grantId, couponId }: Exchange, reason: string): Promise<void> {
    if (grantId !== null) await this.honours.revoke(grantId, reason);
    if (couponId !== null) await this.issuer().takeBack(couponId, reason);
  }

  private async grant({ honourId }: Benefit, { memberId }: Order): Promise<string | null> {
    if (honourId === null) return null;
    const [result] = await this.honours.grant([{ honourId, memberId, source: 'exchange' }]);
    if (result?.outcome === 'granted') return result.grantId;
    throw result?.code === honoursErrors.honour_ended.code
      ? honoursErrors.honour_ended()
      : honoursErrors.honour_held();
  }

  private async issue({ couponBatchId }: Benefit, { id, customerId }: Order): Promise<string | null> {
    if (couponBatchId === null) return null;
    return this.issuer().issue({ customerId, batchId: couponBatchId, exchangeId: id });
  }

  private issuer(): CouponIssuer {
    if (!this.coupons) throw exchangeErrors.benefit_coupons_unavailable();
    return this.coupons;
  }
}
