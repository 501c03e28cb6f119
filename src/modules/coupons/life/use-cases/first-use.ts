import { Injectable } from '@nestjs/common';
import { Events } from '../../../../platform/events/events.js';
import { CustomersFacade } from '../../../customers/index.js';
import { couponsErrors } from '../../coupons.errors.js';
import { couponsIssued } from '../../coupons.events.js';
import type { Coupon } from '../domain/coupon.js';
import { BindingRoom, type PersonRoom } from '../persistence/binding-room.js';
import { CouponStore } from '../persistence/coupon-store.js';

/** What binding a code that nobody holds would make of it. */
export interface Binding {
  /** As it would be its holder's. */
  readonly coupon: Coupon & { readonly customerId: string; readonly holderId: string };
  readonly room: PersonRoom;
}

/**
 * A code that nobody holds finds its holder, once: whoever uses it first, or is given it before. Inside an open unit of work;
 * its callers know that the coupon is `claimable`.
 */
@Injectable()
export class FirstUse {
  constructor(
    private readonly room: BindingRoom,
    private readonly store: CouponStore,
    private readonly customers: CustomersFacade,
    private readonly events: Events,
  ) {}

  /** Before `look`, by whoever will bind. @throws coupons.customer_not_found */
  async wait(coupon: Coupon, customerId: string): Promise<void> {
    await this.room.wait(coupon, await this.personOf(customerId));
  }

  /** Writes nothing. @throws coupons.customer_not_found */
  async look(coupon: Coupon, customerId: string, now: Date): Promise<Binding> {
    const person = await this.personOf(customerId);
    const room = await this.room.of(coupon, person, now);
    const { seq, validFrom, validUntil } = room;
    const [holderId = customerId] = person;
    return {
      coupon: { ...coupon, state: 'claimed', customerId, holderId, seq, validFrom, validUntil },
      room,
    };
  }

  /** What `look` said, of a coupon that its caller holds locked. @returns the coupon as it is then */
  async bind({ coupon, room: { seq } }: Binding): Promise<Coupon> {
    if (seq === null) throw new Error('a person without room was given a code');
    const { id, version, batchId, customerId, holderId, source, channel, validFrom, validUntil } = coupon;
    const claim = { customerId, holderId, seq, validFrom, validUntil };
    const [bound] = await withNumber(() => this.store.move([{ id, version, to: 'claimed', claim }]));
    if (!bound) throw new Error('a coupon was locked and has moved');
    await this.events.append(couponsIssued, {
      coupons: [{ couponId: id, batchId, customerId, source, channel }],
    });
    return bound;
  }

  private async personOf(customerId: string): Promise<string[]> {
    const [known] = await this.customers.known([customerId]);
    if (!known) throw couponsErrors.customer_not_found();
    return this.customers.customersOf(customerId);
  }
}

/** PostgreSQL's own word for work that shall run again from its beginning, as it does (platform/database/unit-of-work). */
const RUN_AGAIN = '40001';

/** A claim does not wait for who binds a code: where it took the person's number in between, the room is looked at again. */
async function withNumber<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // reason for the cast: anything can be thrown; the one word that is looked for is compared
    if ((error as { constraint?: unknown } | undefined)?.constraint !== 'coupons_limit_key') throw error;
    throw Object.assign(new Error('the number was taken', { cause: error }), { code: RUN_AGAIN });
  }
}
