import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Events } from '../../../../platform/events/events.js';
import { couponReversed } from '../../coupons.events.js';
import { CouponStore } from '../../life/persistence/coupon-store.js';
import { reversalHash } from './body-hash.js';
import type { Redeemed, Reversal, ReverseRequest } from '../domain/redemption.js';
import { type FoundCoupon } from '../persistence/held-coupons.js';
import { RedemptionStore } from '../persistence/redemption-store.js';
import { ReversalStore } from '../persistence/reversal-store.js';
import { redemptionErrors } from '../redemption.errors.js';
import { FindCoupons } from './find-coupons.js';

export type ReverseResult = Reversal & {
  readonly couponId: string;
  readonly replayed: boolean;
};

/** Takes redemptions back, in parts or whole. Inside an open unit of work; whoever catches a refusal ends it without a commit. */
@Injectable()
export class Reverse {
  constructor(
    private readonly names: FindCoupons,
    private readonly coupons: CouponStore,
    private readonly redemptions: RedemptionStore,
    private readonly reversals: ReversalStore,
    private readonly events: Events,
    private readonly ids: Ids,
  ) {}

  /**
   * A part gives money back to the budgets and leaves the coupon used; what takes the last of it ends the redemption, and
   * then the coupon goes back to its holder if its terms say so and it is still valid.
   * @throws coupons.redemption_not_found, request_no_reused, reversal_exceeds
   */
  async reverse(wanted: ReverseRequest): Promise<ReverseResult> {
    const { couponId, orderId } = await this.get(wanted.redemptionId);
    const held = await this.names.lock({ id: couponId }, orderId);
    const first = await this.reversals.byRequest(wanted.requestNo);
    if (first) {
      const { bodyHash, ...reversal } = first;
      if (!bodyHash.equals(reversalHash(wanted))) throw redemptionErrors.request_no_reused();
      return { ...reversal, couponId, replayed: true };
    }
    const redemption = await this.get(wanted.redemptionId); // again: now that nobody else can change it
    const left = redemption.discount - redemption.reversed;
    const amount = wanted.amount ?? left;
    if (!redemption.open || amount > left) throw redemptionErrors.reversal_exceeds({ left });
    return this.write(held, wanted, { redemption, amount });
  }

  private async get(id: string): Promise<Redeemed> {
    const found = await this.redemptions.find(id);
    if (!found) throw redemptionErrors.redemption_not_found();
    return found;
  }

  private async write(
    held: FoundCoupon,
    wanted: ReverseRequest,
    { redemption, amount }: { redemption: Redeemed; amount: number },
  ): Promise<ReverseResult> {
    const { id: redemptionId, couponId, batchId, customerId } = redemption;
    const isWhole = amount === redemption.discount - redemption.reversed;
    const returned = isWhole && (await this.goesBack(held));
    const id = this.ids.next();
    const { requestNo, reason = null } = wanted;
    const bodyHash = reversalHash(wanted);
    const reversal = await this.reversals.insert({
      id,
      redemptionId,
      requestNo,
      bodyHash,
      amount,
      returned,
      reason,
    });
    if (!reversal) throw redemptionErrors.request_no_reused();
    if (isWhole) {
      const to = returned ? ('claimed' as const) : ('reversed' as const);
      await this.coupons.moveLocked(held.coupon, { to, redemptionId, amount, reason });
    }
    await this.redemptions.takeBack(redemptionId, amount, !isWhole);
    const ids = { reversalId: id, redemptionId, couponId, batchId, customerId };
    await this.events.append(couponReversed, { ...ids, amount, returned });
    return { ...reversal, couponId, replayed: false };
  }

  private async goesBack({ coupon, terms }: FoundCoupon): Promise<boolean> {
    return terms.reversal === 'return' && (await this.redemptions.now()) < coupon.validUntil;
  }
}
