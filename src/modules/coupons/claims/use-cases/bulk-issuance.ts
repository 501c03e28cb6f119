import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Events } from '../../../../platform/events/events.js';
import { Codes } from '../../codes/use-cases/codes.js';
import { COUPONS_PER_EVENT_MAX, couponsIssued } from '../../coupons.events.js';
import { BulkIssuer, type BulkOrder, type MintedCoupon } from '../persistence/bulk-issuer.js';

/** Coupons with their codes that were made while the database was busy: the processor has nothing else to do then. */
export class CouponsAhead {
  private ready: MintedCoupon[] = [];

  take(count: number, mint: (count: number) => MintedCoupon[]): MintedCoupon[] {
    const taken = this.ready.length < count ? mint(count) : this.ready.slice(0, count);
    this.ready = [];
    setImmediate(() => (this.ready = mint(count)));
    return taken;
  }
}

/**
 * Many coupons of one batch at once, at a fourth of what `Issuance` costs, for persons who are one customer each and have
 * none of the batch yet. Where anything else holds, it does nothing, and `Issuance` sorts it out.
 */
@Injectable()
export class BulkIssuance {
  constructor(
    private readonly issuer: BulkIssuer,
    private readonly codes: Codes,
    private readonly events: Events,
    private readonly ids: Ids,
  ) {}

  /**
   * Inside an open unit of work.
   * @param customerIds sorted, so that two calls with the same people do not wait in a circle
   * @returns whether all of them got all of theirs; else nothing has happened
   */
  async issue(order: BulkOrder, customerIds: readonly string[], ahead: CouponsAhead): Promise<boolean> {
    if (customerIds.length === 0) return true;
    const make = await this.codes.maker();
    const coupons = ahead.take(customerIds.length * order.each, (count) => {
      const ids = Array.from({ length: count }, () => this.ids.next());
      return make(ids).map(({ hash, cipher }, n) => ({ id: ids[n] ?? '', hash, cipher }));
    });
    if (!(await this.issuer.issue(order, customerIds, coupons))) return false;
    await this.tell(order, customerIds, coupons);
    return true;
  }

  private async tell(
    { batchId, source, channel, each }: BulkOrder,
    customerIds: readonly string[],
    coupons: readonly MintedCoupon[],
  ): Promise<void> {
    const issued = coupons.map(({ id: couponId }, n) => {
      const customerId = customerIds[Math.floor(n / each)] ?? null;
      return { couponId, batchId, customerId, source, channel };
    });
    for (let at = 0; at < issued.length; at += COUPONS_PER_EVENT_MAX)
      await this.events.append(couponsIssued, { coupons: issued.slice(at, at + COUPONS_PER_EVENT_MAX) });
  }
}
