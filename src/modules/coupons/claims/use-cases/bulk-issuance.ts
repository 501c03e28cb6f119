import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Events } from '../../../../platform/events/events.js';
import type { SealedCode } from '../../codes/use-cases/codes.js';
import { COUPONS_PER_EVENT_MAX, couponsIssued } from '../../coupons.events.js';
import type { CouponSource } from '../../life/domain/coupon.js';
import { Issuer, type NewCoupon } from '../persistence/issuer.js';

/** So many coupons of a batch for each of many. */
export interface BulkOrder {
  readonly batchId: string;
  readonly source: CouponSource;
  readonly sourceId: string;
  readonly channel: string | null;
  /** A coupon's key is this, its customer, a colon, and the how many-th of his it is, from 1. */
  readonly keys: string;
  readonly each: number;
}

/**
 * Many coupons of one batch at once, for persons who are one customer each and have none of the batch yet. Where anything else
 * holds, it does nothing, and `Issuance` sorts it out.
 */
@Injectable()
export class BulkIssuance {
  constructor(
    private readonly issuer: Issuer,
    private readonly events: Events,
    private readonly ids: Ids,
  ) {}

  /**
   * Writes nothing: half of the work, to be done while the database does something else.
   * @param customerIds sorted, so that two calls with the same people do not wait in a circle
   */
  make(
    { each, keys, source, sourceId, channel }: BulkOrder,
    customerIds: readonly string[],
    codesOf: (couponIds: readonly string[]) => SealedCode[],
  ): NewCoupon[] {
    const ids = Array.from({ length: customerIds.length * each }, () => this.ids.next());
    return codesOf(ids).map(({ hash, cipher }, n) => {
      const customer = customerIds[Math.floor(n / each)] ?? '';
      const key = `${keys}${customer}:${(n % each) + 1}`;
      return { id: ids[n] ?? '', key, customer, source, sourceId, channel, hash, cipher };
    });
  }

  /** Inside an open unit of work. @returns whether all of them were issued; else nothing has happened */
  async issue({ batchId, each }: BulkOrder, coupons: readonly NewCoupon[]): Promise<boolean> {
    if (coupons.length === 0) return true;
    if (!(await this.issuer.issueAll(batchId, each, coupons))) return false;
    for (let at = 0; at < coupons.length; at += COUPONS_PER_EVENT_MAX) {
      const told = coupons.slice(at, at + COUPONS_PER_EVENT_MAX);
      await this.events.append(couponsIssued, {
        coupons: told.map(({ id: couponId, customer: customerId, source, channel }) => ({
          couponId,
          batchId,
          customerId,
          source,
          channel,
        })),
      });
    }
    return true;
  }
}
