import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { CustomersFacade } from '../../../customers/index.js';
import { LoyaltyFacade } from '../../../loyalty/index.js';
import { Stores } from '../../../staff/index.js';
import { type Coupon, stateAt } from '../../life/domain/coupon.js';
import { type Binding, FirstUse } from '../../life/use-cases/first-use.js';
import type { Cut } from '../domain/discount.js';
import { type Beside, type HeldCoupon, judge, type Use, type Verdict } from '../domain/judge.js';
import { cartOf } from '../domain/order.js';
import type { CouponUse } from '../domain/redemption.js';
import { momentOf } from '../domain/moment.js';
import { BudgetRoom, type RoomNow } from '../persistence/budget-room.js';
import type { FoundCoupon } from '../persistence/held-coupons.js';
import { redemptionErrors, refusalErrors } from '../redemption.errors.js';
import { ReleaseLocks } from './release-locks.js';

/** What is known when a coupon is looked at. */
export interface Moment {
  /** By the database's clock. */
  readonly now: Date;
  readonly beside: readonly Beside[];
}

export interface Assessed {
  readonly verdict: Verdict;
  /** At which it was judged: now, or while a desk without network held the coupon. */
  readonly at: Date;
  /** On whose day its discount counts. */
  readonly bookedAt: Date;
  readonly storeId: string | null;
  /** What the budgets of its batch have; undefined: none. */
  readonly room: RoomNow | undefined;
  /** Nobody holds it yet: it was judged as it would be when its first user has it. */
  readonly binding: Binding | undefined;
}

export type Allowed = Pick<Assessed, 'at' | 'bookedAt' | 'storeId'> & {
  readonly cut: Cut;
  /** As it is now: its first user has it. */
  readonly coupon: Coupon;
};

/** Gathers what the predicate asks for, and asks it. Inside an open unit of work. */
@Injectable()
export class AssessUse {
  constructor(
    private readonly customers: CustomersFacade,
    private readonly loyalty: LoyaltyFacade,
    private readonly stores: Stores,
    private readonly budgets: BudgetRoom,
    private readonly locks: ReleaseLocks,
    private readonly firstUse: FirstUse,
    private readonly unit: UnitOfWork,
  ) {}

  /** For whoever writes next; binds a coupon that nobody holds. @throws as `assess`, and one of the refusals */
  async allow(held: FoundCoupon, wanted: CouponUse, moment: Moment): Promise<Allowed> {
    const firstUser = firstUserOf(held.coupon, wanted, moment.now);
    if (firstUser !== undefined) await this.firstUse.wait(held.coupon, firstUser);
    const { verdict, room, binding, at, bookedAt, storeId } = await this.assess(held, wanted, moment);
    if (verdict.refusal) throw refusalErrors[verdict.refusal]();
    if (room && room.stale > 0) await this.locks.ended(held.coupon);
    const coupon = binding ? await this.firstUse.bind(binding) : held.coupon;
    return { at, bookedAt, storeId, coupon, cut: verdict.cut };
  }

  /** @throws coupons.store_unknown, clock_ahead, clock_behind, customer_not_found */
  async assess(found: FoundCoupon, wanted: CouponUse, { now, beside }: Moment): Promise<Assessed> {
    const { order, store, channel, customerId } = wanted;
    const storeId = await this.storeOf(store);
    const firstUser = firstUserOf(found.coupon, wanted, now);
    const binding =
      firstUser === undefined ? undefined : await this.firstUse.look(found.coupon, firstUser, now);
    const held = binding ? { ...found, coupon: binding.coupon } : found;
    const { at, bookedAt } = momentOf(held.coupon, wanted, now);
    const room = held.hasBudget ? await this.budgets.of(held.coupon, bookedAt) : undefined;
    const use: Use = {
      at,
      orderId: order.id,
      cart: cartOf(order),
      person: await this.personOf(held, customerId),
      store,
      storeId,
      channel,
      level: await this.levelOf(held),
      beside,
      isFull: binding?.room.seq === null,
      room,
    };
    return {
      verdict: judge(held, use),
      at,
      bookedAt,
      storeId,
      room,
      binding,
    };
  }

  /** @throws coupons.store_unknown */
  private async storeOf(code: string | undefined): Promise<string | null> {
    if (code === undefined) return null;
    const store = await this.once(`store ${code}`, async () => (await this.stores.byCodes([code])).get(code));
    if (!store || store.closedAt) throw redemptionErrors.store_unknown();
    return store.id;
  }

  private async personOf({ coupon }: HeldCoupon, customerId?: string): Promise<string[] | undefined> {
    if (customerId === undefined) return undefined;
    return customerId === coupon.customerId ? [customerId] : this.customersOf(customerId);
  }

  private async levelOf({ coupon: { customerId }, terms }: HeldCoupon): Promise<string | undefined> {
    if (!terms.conditions.levels || customerId === null) return undefined;
    return this.once(`level ${customerId}`, async () =>
      this.loyalty.levelOf(await this.customersOf(customerId)),
    );
  }

  private customersOf(customerId: string): Promise<string[]> {
    return this.once(`person ${customerId}`, () => this.customers.customersOf(customerId));
  }

  /** Many coupons of one cart ask the same of one customer and one store. */
  private once<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const answers = this.unit.memory(this, () => new Map<string, Promise<unknown>>());
    const answer = answers.get(question) ?? ask();
    answers.set(question, answer);
    return answer as Promise<T>; // reason: a question has one kind of answer
  }
}

/** Who would have a coupon that nobody holds; undefined: it is held, or over, or nobody is named. */
function firstUserOf(coupon: Coupon, { customerId }: CouponUse, now: Date): string | undefined {
  return stateAt(coupon, now) === 'claimable' ? customerId : undefined;
}
