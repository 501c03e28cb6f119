import { Injectable } from '@nestjs/common';
import { Codes } from '../../codes/use-cases/codes.js';
import type { Coupon } from '../../life/domain/coupon.js';
import { CouponStore } from '../../life/persistence/coupon-store.js';

/** A coupon with its code, for its holder. */
export type ShownCoupon = Coupon & { readonly code: string };

/** Inside an open unit of work. */
@Injectable()
export class ShownCoupons {
  constructor(
    private readonly coupons: CouponStore,
    private readonly codes: Codes,
  ) {}

  /** By id; unknown ones are missing. */
  async byIds(ids: readonly string[]): Promise<Map<string, ShownCoupon>> {
    if (ids.length === 0) return new Map();
    const coupons = await this.coupons.byIds(ids);
    const codes = await this.codes.open(coupons);
    return new Map(coupons.map((coupon, at) => [coupon.id, { ...coupon, code: codes[at] ?? '' }]));
  }
}
