import { Injectable } from '@nestjs/common';
import { couponsErrors } from '../../coupons.errors.js';
import { normaliseCode } from '../../codes/domain/code.js';
import { Codes } from '../../codes/use-cases/codes.js';
import type { CouponName } from '../domain/redemption.js';
import { type FoundCoupon, HeldCoupons } from '../persistence/held-coupons.js';

/** Coupons by what callers call them. Inside an open unit of work. */
@Injectable()
export class FindCoupons {
  constructor(
    private readonly coupons: HeldCoupons,
    private readonly codes: Codes,
  ) {}

  /** @throws coupons.coupon_not_found */
  async find(name: CouponName): Promise<FoundCoupon> {
    const [found] = await this.each([name]);
    if (!found) throw couponsErrors.coupon_not_found();
    return found;
  }

  /** @returns one for each name, in the same order; undefined: there is no such coupon. */
  async each(names: readonly CouponName[]): Promise<(FoundCoupon | undefined)[]> {
    const hashes = await this.hashesOf(names);
    const found = await this.coupons.find(namesOf(names, hashes));
    return names.map(({ id }, at) =>
      found.find(({ coupon, codeHash }) =>
        id === undefined ? hashes[at]?.equals(codeHash) : coupon.id === id,
      ),
    );
  }

  /** Of two who use a coupon, or coupons for one order, one waits. @throws coupons.coupon_not_found */
  async lock(name: CouponName, orderId: string): Promise<FoundCoupon> {
    const [hash] = await this.hashesOf([name]);
    const key = name.id ?? hash; // a corp that never had a coupon has no hashes
    const found = key && (await this.coupons.lock(key, orderId));
    if (!found) throw couponsErrors.coupon_not_found();
    return found;
  }

  private async hashesOf(names: readonly CouponName[]): Promise<(Buffer | undefined)[]> {
    const texts = names.flatMap(({ code }) => (code === undefined ? [] : [normaliseCode(code) ?? code]));
    const hashes = texts.length > 0 ? await this.codes.hashesOf(texts) : [];
    return names.map(({ code }) => (code === undefined ? undefined : hashes.shift()));
  }
}

function namesOf(
  names: readonly CouponName[],
  hashes: readonly (Buffer | undefined)[],
): { ids: string[]; hashes: Buffer[] } {
  return {
    ids: names.flatMap(({ id }) => id ?? []),
    hashes: hashes.filter((hash) => hash !== undefined),
  };
}
