import { Injectable } from '@nestjs/common';
import { Events } from '../../../../platform/events/events.js';
import { CustomersFacade } from '../../../customers/index.js';
import { claimsErrors } from '../../claims/claims.errors.js';
import type { Guesser } from '../../codes/use-cases/guesses.js';
import { couponsErrors } from '../../coupons.errors.js';
import { couponsIssued } from '../../coupons.events.js';
import { type Coupon, stateAt } from '../../life/domain/coupon.js';
import { CouponStore } from '../../life/persistence/coupon-store.js';
import { CouponsByCode } from '../../life/queries/coupons-by-code.js';
import { codeFilesErrors } from '../code-files.errors.js';
import { BindingRoom, withNumber } from '../persistence/binding-room.js';

/** A code finds its holder, once. Inside an open unit of work. */
@Injectable()
export class BindCode {
  constructor(
    private readonly byCode: CouponsByCode,
    private readonly store: CouponStore,
    private readonly room: BindingRoom,
    private readonly customers: CustomersFacade,
    private readonly events: Events,
  ) {}

  /**
   * The same person again gets the same answer.
   * @throws coupons.coupon_not_found, too_many_wrong_codes, customer_not_found, code_of_other, coupon_state_refused,
   *   batch_not_issuing, limit_reached
   */
  async bind(text: string, customerId: string, guesser: Guesser): Promise<Coupon> {
    const { id } = await this.byCode.get(text, { ...guesser, customerId });
    const [known] = await this.customers.known([customerId]);
    if (!known) throw couponsErrors.customer_not_found();
    const person = await this.customers.customersOf(customerId);
    const [coupon] = await this.store.lock([id]);
    if (!coupon) throw couponsErrors.coupon_not_found();
    if (coupon.customerId !== null) {
      if (person.includes(coupon.customerId)) return coupon;
      throw codeFilesErrors.code_of_other();
    }
    return this.claim(coupon, customerId, person);
  }

  private async claim(coupon: Coupon, customerId: string, person: readonly string[]): Promise<Coupon> {
    const { id, batchId, version, source, channel } = coupon;
    const { now, batchState, seq, validFrom, validUntil } = await this.room.of(coupon, person);
    const state = stateAt(coupon, now);
    if (state !== 'claimable') throw couponsErrors.coupon_state_refused({ state });
    // codes of a batch that has ended were handed out before
    if (batchState !== 'running' && batchState !== 'ended') throw claimsErrors.batch_not_issuing();
    if (seq === null) throw claimsErrors.limit_reached();
    const [holderId = customerId] = person;
    const claim = { customerId, holderId, seq, validFrom, validUntil };
    const [bound] = await withNumber(() => this.store.move([{ id, version, to: 'claimed', claim }]));
    if (!bound) throw new Error('a coupon was locked and has moved');
    await this.events.append(couponsIssued, {
      coupons: [{ couponId: id, batchId, customerId, source, channel }],
    });
    return bound;
  }
}
