interface Terms {
  amount: number;
  budget: number;
  withOthers: 'all' | 'other_groups';
  reversal: 'return' | 'used_up';
}

type Held =
  | { state: 'claimed' | 'reversed' }
  | { state: 'locked'; orderId: string; discount: number; ended: boolean }
  | { state: 'redeemed'; orderId: string; discount: number };

type Step =
  | { do: 'lock' | 'redeem'; coupon: number; orderId: string; total: number }
  | { do: 'release'; coupon: number; orderId: string }
  | { do: 'reverse'; coupon: number; amount: number | null }
  | { do: 'endLock'; coupon: number };

/** Three coupons of one batch, each of one amount: what becomes of them, told by plain arithmetic. */
export class RedemptionModel {
  private readonly coupons: Held[] = [{ state: 'claimed' }, { state: 'claimed' }, { state: 'claimed' }];
  /** What the last redemption of each still gives, however it ended. */
  private readonly gives = [0, 0, 0];

  constructor(private readonly terms: Terms) {}

  states(): string[] {
    return this.coupons.map(({ state }) => state);
  }

  /** With what ended locks reserve until somebody needs it. */
  spent(): number {
    return this.coupons.reduce((sum, one) => sum + ('discount' in one ? one.discount : 0), 0);
  }

  /** @returns false: it holds none. */
  endLock(at: number): boolean {
    const one = this.coupons[at];
    if (one?.state !== 'locked' || one.ended) return false;
    one.ended = true;
    return true;
  }

  /** @returns the discount or the amount, or the name of the refusal. */
  does(step: Step): number | string {
    if (step.do === 'release') return this.release(step.coupon, step.orderId);
    if (step.do === 'reverse') return this.reverse(step.coupon, step.amount);
    return step.do === 'endLock' ? '' : this.take(step);
  }

  private take({ do: what, coupon, orderId, total }: Extract<Step, { total: number }>): number | string {
    const one = this.coupons[coupon]!;
    if (one.state === 'redeemed' || one.state === 'reversed') return `coupon_${one.state}`;
    if (one.state === 'locked' && !one.ended && one.orderId !== orderId) return 'coupon_locked';
    const others = this.coupons.filter(
      (other, at): other is Extract<Held, { orderId: string }> =>
        at !== coupon && 'orderId' in other && other.orderId === orderId && isLive(other),
    );
    const { amount, withOthers, budget } = this.terms;
    if (others.length > 0 && withOthers === 'other_groups') return 'not_combinable';
    const booked = others.reduce((sum, { discount }) => sum + discount, 0);
    const discount = Math.min(
      amount,
      Math.max(0, total - others.length * amount),
      Math.max(0, total - booked),
    );
    if (discount === 0) return 'nothing_to_discount';
    const taken = this.coupons.filter((other, at) => at !== coupon && isLive(other));
    const room = budget - taken.reduce((sum, other) => sum + ('discount' in other ? other.discount : 0), 0);
    if (discount > room) return 'budget_exhausted';
    // whoever books sets free what ended locks of others still reserve
    this.coupons.forEach((other, at) => {
      if (at !== coupon && other.state === 'locked' && other.ended) this.coupons[at] = { state: 'claimed' };
    });
    this.coupons[coupon] =
      what === 'lock'
        ? { state: 'locked', orderId, discount, ended: false }
        : { state: 'redeemed', orderId, discount };
    if (what === 'redeem') this.gives[coupon] = discount;
    return discount;
  }

  private release(at: number, orderId: string): string {
    const one = this.coupons[at]!;
    if (one.state === 'redeemed') return 'coupon_redeemed';
    if (one.state !== 'locked' || one.ended) return 'released';
    if (one.orderId !== orderId) return 'coupon_locked';
    this.coupons[at] = { state: 'claimed' };
    return 'released';
  }

  private reverse(at: number, wanted: number | null): number | string {
    const one = this.coupons[at]!;
    const left = this.gives[at]!;
    const amount = wanted ?? left;
    if (left === 0 || amount > left || one.state !== 'redeemed') return 'reversal_exceeds';
    this.gives[at] = left - amount;
    if (amount === left)
      this.coupons[at] = { state: this.terms.reversal === 'return' ? 'claimed' : 'reversed' };
    else one.discount -= amount;
    return amount;
  }
}

function isLive(one: Held): boolean {
  return one.state === 'redeemed' || (one.state === 'locked' && !one.ended);
}
