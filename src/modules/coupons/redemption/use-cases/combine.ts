import { Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { bestCombination, type LeftOut, type Sharing } from '../domain/best-combination.js';
import type { Cut } from '../domain/discount.js';
import type { HeldCoupon } from '../domain/judge.js';
import type { LeftOutReason } from '../domain/left-out.js';
import { cartOf, faultOf } from '../domain/order.js';
import type { CouponName, CouponUse } from '../domain/redemption.js';
import type { Refusal } from '../domain/refusal.js';
import { sharesOf } from '../domain/share.js';
import { leftAfterAll } from '../domain/stacking.js';
import type { FoundCoupon } from '../persistence/held-coupons.js';
import { RedemptionStore } from '../persistence/redemption-store.js';
import { orderErrors } from '../redemption.errors.js';
import { AssessUse, type Moment } from './assess-use.js';
import { FindCoupons } from './find-coupons.js';

export type CombineRequest = Omit<CouponUse, 'coupon' | 'at' | 'staffId'> & {
  /** At most 16. */
  readonly coupons: readonly CouponName[];
};

export interface Combined {
  /** In the order in which they act: lock or redeem them so, and each takes off what is said here. */
  readonly used: readonly { readonly couponId: string; readonly cut: Cut }[];
  /** In the order of the request. */
  readonly leftOut: readonly {
    readonly name: CouponName;
    readonly couponId: string | undefined;
    readonly reason: LeftOutReason;
    /** Used coupons beside which it is not allowed. */
    readonly excludedBy: readonly string[];
  }[];
  /** 分 */
  readonly discount: number;
}

type Candidate = Sharing & { readonly name: CouponName };
type Refused = Combined['leftOut'][number];

/** The best that coupons can do for a cart. Reads only. Inside an open unit of work. */
@Injectable()
export class Combine {
  constructor(
    private readonly names: FindCoupons,
    private readonly uses: AssessUse,
    private readonly redemptions: RedemptionStore,
  ) {}

  /** @throws coupons.store_unknown, customer_not_found, and what is wrong with the order */
  async combine(wanted: CombineRequest): Promise<Combined> {
    const fault = faultOf(wanted.order);
    if (fault) throw orderErrors[fault]();
    const found = await this.names.each(wanted.coupons);
    const { now, beside } = await this.redemptions.situation(undefined, wanted.order.id, NOBODY);
    // what the order holds of them it may take anew; what it has redeemed stays
    const free = found.flatMap((held) => (held && held.coupon.state !== 'redeemed' ? [held.coupon.id] : []));
    const others = beside.filter(({ couponId }) => !free.includes(couponId));
    const candidates: Candidate[] = [];
    const refused: Refused[] = [];
    for (const [at, name] of wanted.coupons.entries()) {
      const held = found[at];
      const tried = held && (await this.try(held, { ...wanted, coupon: name }, { now, beside: others }));
      const isTwice = candidates.some(({ couponId }) => couponId === held?.coupon.id);
      if (!tried) refused.push(refusedOf(name, held, 'coupon_not_found'));
      else if (typeof tried === 'string') refused.push(refusedOf(name, held, tried));
      else if (isTwice) refused.push(refusedOf(name, held, 'coupon_named_twice'));
      else candidates.push(tried);
    }
    const cart = cartOf(wanted.order);
    const search = bestCombination(cart, candidates, leftAfterAll(cart, others));
    const { used, leftOut, discount } = await inTurns(search);
    return {
      used: used.map(({ coupon, cut }) => ({ couponId: coupon.couponId, cut })),
      leftOut: inRequestOrder([...refused, ...leftOut.map(leftOutOf)], wanted.coupons),
      discount,
    };
  }

  /** What it shares with others is looked at for all of them at once, later. */
  private async try(held: FoundCoupon, wanted: CouponUse, moment: Moment): Promise<Candidate | Refusal> {
    const { verdict, room, binding } = await this.uses.assess(held, wanted, moment);
    if (verdict.refusal && !ROOM_REFUSALS.includes(verdict.refusal)) return verdict.refusal;
    const { id: couponId, batchId } = held.coupon;
    const shares = sharesOf(batchId, room, binding?.room.free);
    return { name: wanted.coupon, couponId, terms: held.terms, shares };
  }
}

const ROOM_REFUSALS: readonly Refusal[] = ['budget_exhausted', 'daily_budget_exhausted'];

/** No coupon has it: every coupon of the order is one of the others. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Everybody else has his turn whenever the work pauses. */
async function inTurns<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await nextTurn();
  }
}

function refusedOf(name: CouponName, held: HeldCoupon | undefined, reason: LeftOutReason): Refused {
  return { name, couponId: held?.coupon.id, reason, excludedBy: [] };
}

function leftOutOf({ coupon, excludedBy, short }: LeftOut<Candidate>): Refused {
  const reason = excludedBy.length > 0 ? 'not_combinable' : (short ?? 'adds_nothing');
  const { name, couponId } = coupon;
  return { name, couponId, reason, excludedBy: excludedBy.map((one) => one.couponId) };
}

function inRequestOrder(leftOut: readonly Refused[], names: readonly CouponName[]): Refused[] {
  return leftOut.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}
