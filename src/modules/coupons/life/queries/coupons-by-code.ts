import { Injectable } from '@nestjs/common';
import { normaliseCode } from '../../codes/domain/code.js';
import { Codes } from '../../codes/use-cases/codes.js';
import { type Guesser, Guesses } from '../../codes/use-cases/guesses.js';
import { couponsErrors } from '../../coupons.errors.js';
import type { Coupon } from '../domain/coupon.js';
import { CouponStore } from '../persistence/coupon-store.js';

/** Coupons by what somebody typed or scanned. Inside an open unit of work. */
@Injectable()
export class CouponsByCode {
  constructor(
    private readonly codes: Codes,
    private readonly guesses: Guesses,
    private readonly store: CouponStore,
  ) {}

  /** @throws coupons.coupon_not_found, and after too many of them coupons.too_many_wrong_codes */
  async get(text: string, guesser: Guesser): Promise<Coupon> {
    this.guesses.check(guesser);
    const hashes = await this.codes.hashesOf([normaliseCode(text) ?? text]);
    const [found] = await this.store.byHash(hashes);
    if (found) return found;
    this.guesses.wrong(guesser);
    throw couponsErrors.coupon_not_found();
  }
}
