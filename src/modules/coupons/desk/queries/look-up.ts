import { Injectable } from '@nestjs/common';
import { LoyaltyFacade } from '../../../loyalty/index.js';
import type { Store } from '../../../staff/index.js';
import { Batches } from '../../batches/queries/batches.js';
import type { Guesser } from '../../codes/use-cases/guesses.js';
import type { Coupon } from '../../life/domain/coupon.js';
import { CouponsByCode } from '../../life/queries/coupons-by-code.js';
import { ShowCoupons } from '../../life/queries/show-coupons.js';
import { deskErrors } from '../desk.errors.js';
import { type DeskCoupon, seenFrom } from '../domain/desk-coupon.js';

export const LOOKED_UP_MAX = 200;

/** One of the three. */
export interface Wanted {
  readonly code?: string | undefined;
  readonly customerId?: string | undefined;
  readonly memberId?: string | undefined;
}

export interface LookedUp {
  /** Whose coupons they are; null: a code that nobody holds yet. */
  readonly customerId: string | null;
  readonly coupons: readonly DeskCoupon[];
}

/** Coupons as a store asks for them. Inside an open unit of work. */
@Injectable()
export class LookUp {
  constructor(
    private readonly byCode: CouponsByCode,
    private readonly coupons: ShowCoupons,
    private readonly batches: Batches,
    private readonly loyalty: LoyaltyFacade,
  ) {}

  /**
   * The coupon with the code, whatever state it is in; or what a person holds and this store may redeem, the newest first, at
   * most 200 of each state.
   * @throws coupons.look_up_unclear, coupon_not_found, too_many_wrong_codes, loyalty.member_not_found
   */
  async find(store: Store, wanted: Wanted, guesser: Guesser): Promise<LookedUp> {
    const { code, customerId, memberId } = wanted;
    if ([code, customerId, memberId].filter((name) => name !== undefined).length !== 1)
      throw deskErrors.look_up_unclear();
    if (code !== undefined) {
      const coupon = await this.coupons.asOfNow(await this.byCode.get(code, guesser));
      return { customerId: coupon.customerId, coupons: await this.seen(store, [coupon]) };
    }
    const holder = customerId ?? (memberId && (await this.loyalty.customerOfMember(memberId)));
    const held = await this.seen(store, await this.heldBy(holder));
    return { customerId: holder ?? null, coupons: held.filter(({ usableHere }) => usableHere) };
  }

  private async heldBy(customerId: string | undefined): Promise<Coupon[]> {
    const claimed = await this.coupons.list({ customerId, state: 'claimed' }, undefined, LOOKED_UP_MAX);
    const locked = await this.coupons.list({ customerId, state: 'locked' }, undefined, LOOKED_UP_MAX);
    return [...claimed, ...locked];
  }

  private async seen(store: Store, coupons: readonly Coupon[]): Promise<DeskCoupon[]> {
    const batches = await this.batches.byIds([...new Set(coupons.map(({ batchId }) => batchId))]);
    const byId = new Map(batches.map((batch) => [batch.id, batch]));
    return coupons.flatMap((coupon) => {
      const batch = byId.get(coupon.batchId);
      return batch ? [seenFrom(store, coupon, batch)] : [];
    });
  }
}
