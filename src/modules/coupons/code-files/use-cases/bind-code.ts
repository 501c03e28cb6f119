import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { CustomersFacade } from '../../../customers/index.js';
import { claimsErrors } from '../../claims/claims.errors.js';
import type { Guesser } from '../../codes/use-cases/guesses.js';
import { couponsErrors } from '../../coupons.errors.js';
import { type Coupon, stateAt } from '../../life/domain/coupon.js';
import { CouponStore } from '../../life/persistence/coupon-store.js';
import { CouponsByCode } from '../../life/queries/coupons-by-code.js';
import { FirstUse } from '../../life/use-cases/first-use.js';
import { codeFilesErrors } from '../code-files.errors.js';

/** A code is given to a customer before he uses it. Inside an open unit of work. */
@Injectable()
export class BindCode {
  constructor(
    private readonly byCode: CouponsByCode,
    private readonly store: CouponStore,
    private readonly firstUse: FirstUse,
    private readonly customers: CustomersFacade,
    private readonly database: Database,
  ) {}

  /**
   * The same person again gets the same answer.
   * @throws coupons.coupon_not_found, too_many_wrong_codes, customer_not_found, code_of_other, coupon_state_refused,
   *   batch_not_issuing, batch_over, limit_reached
   */
  async bind(text: string, customerId: string, guesser: Guesser): Promise<Coupon> {
    const { id } = await this.byCode.get(text, { ...guesser, customerId });
    const [coupon] = await this.store.lock([id]);
    if (!coupon) throw couponsErrors.coupon_not_found();
    if (coupon.customerId === null) return this.claim(coupon, customerId);
    const [known] = await this.customers.known([customerId]);
    if (!known) throw couponsErrors.customer_not_found();
    const person = await this.customers.customersOf(customerId);
    if (!person.includes(coupon.customerId)) throw codeFilesErrors.code_of_other();
    return coupon;
  }

  private async claim(coupon: Coupon, customerId: string): Promise<Coupon> {
    await this.firstUse.wait(coupon, customerId);
    const now = await this.database.now();
    const binding = await this.firstUse.look(coupon, customerId, now);
    const { batchState, seq, validUntil } = binding.room;
    const state = stateAt(coupon, now);
    if (state !== 'claimable') throw couponsErrors.coupon_state_refused({ state });
    // codes of a batch that has ended were handed out before
    if (batchState !== 'running' && batchState !== 'ended') throw claimsErrors.batch_not_issuing();
    if (now >= validUntil) throw claimsErrors.batch_over();
    if (seq === null) throw claimsErrors.limit_reached();
    return this.firstUse.bind(binding);
  }
}
