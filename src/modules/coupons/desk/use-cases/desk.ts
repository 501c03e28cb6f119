import { Injectable } from '@nestjs/common';
import { type AuthenticatedKey, mayActFor } from '../../../../platform/auth/current-key.js';
import { type Store, Stores } from '../../../staff/index.js';
import type { Coupon } from '../../life/domain/coupon.js';
import { ShowCoupons } from '../../life/queries/show-coupons.js';
import type {
  CouponUse,
  LockRequest,
  RedeemRequest,
  ReverseRequest,
} from '../../redemption/domain/redemption.js';
import { ShowRedemptions } from '../../redemption/queries/show-redemptions.js';
import { redemptionErrors, refusalErrors } from '../../redemption/redemption.errors.js';
import type { Locked } from '../../redemption/use-cases/locks.js';
import type { RedeemResult } from '../../redemption/use-cases/redeem.js';
import { Redemption, type Validated } from '../../redemption/use-cases/redemption.js';
import type { ReverseResult } from '../../redemption/use-cases/reverse.js';
import { deskErrors } from '../desk.errors.js';

/** What is done in a store, by a key that may act for it. */
export interface DeskOf {
  readonly key: AuthenticatedKey;
  /** Its code. */
  readonly store: string;
}

/** The redemption of coupons, kept to one store. Inside an open unit of work. */
@Injectable()
export class Desk {
  constructor(
    private readonly stores: Stores,
    private readonly redemption: Redemption,
    private readonly redemptions: ShowRedemptions,
    private readonly coupons: ShowCoupons,
  ) {}

  /** A closed one, too. @throws coupons.store_of_others, store_unknown */
  async storeOf({ key, store: code }: DeskOf): Promise<Store> {
    if (!mayActFor(key, code)) throw deskErrors.store_of_others();
    const store = (await this.stores.byCodes([code])).get(code);
    if (!store) throw redemptionErrors.store_unknown();
    return store;
  }

  /** @throws as Redemption.validate, and coupons.store_of_others */
  async validate(desk: DeskOf, use: CouponUse): Promise<Validated> {
    await this.storeOf(desk);
    return this.redemption.validate({ ...use, store: desk.store });
  }

  /** @throws as Redemption.lock, and coupons.store_of_others */
  async lock(desk: DeskOf, wanted: LockRequest): Promise<Locked> {
    await this.storeOf(desk);
    return this.redemption.lock({ ...wanted, store: desk.store });
  }

  /** Of locks that this store holds. @throws as Redemption.release, and coupons.store_of_others */
  async release(desk: DeskOf, couponId: string, orderId: string): Promise<Coupon> {
    const store = await this.storeOf(desk);
    const { state, lockStoreId } = await this.coupons.get(couponId);
    if (state === 'locked' && lockStoreId !== store.id) throw refusalErrors.coupon_locked();
    return this.redemption.release({ id: couponId }, orderId);
  }

  /** @throws as Redemption.redeem, and coupons.store_of_others */
  async redeem(desk: DeskOf, wanted: RedeemRequest): Promise<RedeemResult> {
    await this.storeOf(desk);
    return this.redemption.redeem({ ...wanted, store: desk.store });
  }

  /** What another store redeemed is not found. @throws as Redemption.reverse, and coupons.store_of_others */
  async reverse(desk: DeskOf, wanted: ReverseRequest): Promise<ReverseResult> {
    const store = await this.storeOf(desk);
    const { storeId } = await this.redemptions.get(wanted.redemptionId);
    if (storeId !== store.id) throw redemptionErrors.redemption_not_found();
    return this.redemption.reverse(wanted);
  }
}
