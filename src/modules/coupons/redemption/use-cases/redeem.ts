import { Injectable } from '@nestjs/common';
import { Ids } from '../../../../platform/clock/ids.js';
import { Events } from '../../../../platform/events/events.js';
import { couponRedeemed } from '../../coupons.events.js';
import { CouponStore } from '../../life/persistence/coupon-store.js';
import type { Gift } from '../domain/discount.js';
import { bodyHash } from './body-hash.js';
import { faultOf } from '../domain/order.js';
import type { Redeemed, RedeemRequest } from '../domain/redemption.js';
import { bookingDiscounts } from '../persistence/booking.js';
import type { FoundCoupon } from '../persistence/held-coupons.js';
import { RedemptionStore } from '../persistence/redemption-store.js';
import { orderErrors, redemptionErrors } from '../redemption.errors.js';
import { type Allowed, AssessUse } from './assess-use.js';
import { FindCoupons } from './find-coupons.js';

export type RedeemResult = Redeemed & {
  readonly gift?: Gift | undefined;
  /** The request number had been here before: this is what it did then. */
  readonly replayed: boolean;
};

/** An order uses a coupon, once. Inside an open unit of work; whoever catches a refusal ends the unit without a commit. */
@Injectable()
export class Redeem {
  constructor(
    private readonly names: FindCoupons,
    private readonly uses: AssessUse,
    private readonly coupons: CouponStore,
    private readonly redemptions: RedemptionStore,
    private readonly events: Events,
    private readonly ids: Ids,
  ) {}

  async redeem(wanted: RedeemRequest): Promise<RedeemResult> {
    const fault = faultOf(wanted.order);
    if (fault) throw orderErrors[fault]();
    const held = await this.names.lock(wanted.coupon, wanted.order.id);
    const { repeated, ...moment } = await this.redemptions.situation(
      wanted.requestNo,
      wanted.order.id,
      held.coupon.id,
    );
    const hash = bodyHash(wanted, held.coupon.id);
    if (repeated) return replay(repeated, hash, held);
    const allowed = await this.uses.allow(held, wanted, moment);
    const redeemed = await this.write(wanted, { ...allowed, hash });
    return { ...redeemed, gift: allowed.cut.gift, replayed: false };
  }

  private async write(
    wanted: RedeemRequest,
    { coupon, at, bookedAt, storeId, cut, hash }: Allowed & { readonly hash: Buffer },
  ): Promise<Redeemed> {
    const { id: couponId, batchId, customerId } = coupon;
    if (customerId === null) throw new Error('a coupon that nobody holds was judged good');
    const { order, requestNo, channel = null, staffId = null } = wanted;
    const { discount } = cut;
    const id = this.ids.next();
    const move = { orderId: order.id, storeId, redemptionId: id, amount: discount };
    // what a lock has reserved is set free by the first, and spent by the second, which waits for nobody then
    await this.coupons.moveLocked(coupon, { to: 'redeemed', ...move });
    const ids = { id, couponId, batchId, customerId, storeId };
    const redeemed = await bookingDiscounts(() =>
      this.redemptions.insert({
        ...ids,
        requestNo,
        bodyHash: hash,
        orderId: order.id,
        orderTotal: order.total,
        discount,
        channel,
        staffId,
        redeemedAt: at,
        bookedAt,
      }),
    );
    const { id: redemptionId, ...said } = ids;
    const amounts = { orderId: order.id, orderTotal: order.total, discount };
    await this.events.append(couponRedeemed, { redemptionId, ...said, ...amounts, channel });
    return redeemed;
  }
}

function replay(
  { bodyHash: first, ...redeemed }: Redeemed & { bodyHash: Buffer },
  hash: Buffer,
  { terms }: FoundCoupon,
): RedeemResult {
  if (!hash.equals(first)) throw redemptionErrors.request_no_reused();
  const gift = terms.benefit.kind === 'gift' ? terms.benefit : undefined;
  return {
    ...redeemed,
    gift: gift && { product: gift.product, quantity: gift.quantity },
    replayed: true,
  };
}
