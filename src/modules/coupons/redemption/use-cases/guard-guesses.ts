import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../platform/errors/app-error.js';
import { type Guesser, Guesses } from '../../codes/use-cases/guesses.js';
import { couponsErrors } from '../../coupons.errors.js';
import type { CouponName } from '../domain/redemption.js';

/** Whoever tries codes is counted, those of other systems' form too, which may be short: every door for codes asks here. */
@Injectable()
export class GuardGuesses {
  constructor(private readonly guesses: Guesses) {}

  /** @throws coupons.too_many_wrong_codes before the work, and whatever the work throws */
  async run<T>(guesser: Guesser, { code }: CouponName, work: () => Promise<T>): Promise<T> {
    if (code === undefined) return work();
    this.guesses.check(guesser);
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError && error.code === couponsErrors.coupon_not_found.code)
        this.guesses.wrong(guesser);
      throw error;
    }
  }

  /** The same for many at once. @param wrongOf how many of the codes are of no coupon */
  async runAll<T>(guesser: Guesser, work: () => Promise<T>, wrongOf: (result: T) => number): Promise<T> {
    this.guesses.check(guesser);
    const result = await work();
    for (let wrong = wrongOf(result); wrong > 0; wrong--) this.guesses.wrong(guesser);
    return result;
  }
}
