import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { CouponStore } from '../../../src/modules/coupons/life/persistence/coupon-store.js';
import { Redemption } from '../../../src/modules/coupons/redemption/use-cases/redemption.js';
import type { ClaimsWorld } from './claims-world.js';

const CHANNELS = ['shop', 'web'] as const;
const STAFF = ['chen', 'lin'] as const;
const [ISSUED, CLAIMED, REDEEMED, REVERSED, COST, REVENUE] = [0, 1, 2, 3, 4, 5] as const;

export type Command = {
  kind: 'issue' | 'bind' | 'redeem' | 'reverse' | 'fold';
  a: number;
  b: number;
  c: number;
};

export interface FigurePlace {
  world: ClaimsWorld;
  customers: string[];
  stores: Map<string, string>;
}

/** Redeems for an order; without items, so that its total is what it is. */
export const use = (id: string, order: string, total: number, more: object = {}) => ({
  coupon: { id },
  order: { id: order, total, items: [] },
  requestNo: randomUUID(),
  ...more,
});

/** Does what commands say, and counts what the figures must be. */
export class FigureModel {
  /** By batch, channel, store and staff: issued, claimed, redeemed, reversed, cost, revenue. */
  readonly groups = new Map<string, number[]>();
  private readonly coupons: { id: string; batch: number; channel: string; state: string }[] = [];
  private readonly redemptions: {
    id: string;
    coupon: number;
    order: string;
    discount: number;
    revenue: number;
    back: number;
    revenueBack: number;
    open: boolean;
    place: (string | null)[];
  }[] = [];
  private readonly run = randomUUID();
  private readonly redemption: Redemption;

  constructor(
    private readonly place: FigurePlace,
    private readonly batches: string[],
  ) {
    this.redemption = place.world.http.get(Redemption);
  }

  do(command: Command & { kind: 'issue' | 'bind' | 'redeem' | 'reverse' }): Promise<void> {
    return this[command.kind](command);
  }

  private count(place: (string | number | null)[], column: number, by = 1): void {
    const group = this.groups.get(place.join('|')) ?? [0, 0, 0, 0, 0, 0];
    group[column] = (group[column] ?? 0) + by;
    this.groups.set(place.join('|'), group);
  }

  private async issue({ a, b, c }: Command): Promise<void> {
    const batch = a % 2;
    const channel = CHANNELS[b % 2] ?? '';
    const holder = c % 3 === 0 ? null : (this.place.customers[c % this.place.customers.length] ?? '');
    const [result] = await this.place.world.issue({
      batchId: this.batches[batch] ?? '',
      customerId: holder,
      channel,
    });
    if (result?.outcome !== 'issued') throw new Error('not issued');
    this.coupons.push({ id: result.couponId, batch, channel, state: holder ? 'claimed' : 'claimable' });
    this.count([batch, channel, null, null], ISSUED);
    if (holder) this.count([batch, channel, null, null], CLAIMED);
  }

  private async bind({ a }: Command): Promise<void> {
    const open = this.coupons.filter(({ state }) => state === 'claimable');
    const coupon = open[a % open.length];
    if (!coupon) return;
    const customerId = this.place.customers[a % this.place.customers.length] ?? '';
    const claim = {
      customerId,
      holderId: customerId,
      seq: 100 + this.coupons.indexOf(coupon),
      validFrom: new Date(Date.now() - 86_400_000),
      validUntil: new Date(Date.now() + 86_400_000),
    };
    await this.place.world.run(() =>
      this.place.world.http.get(CouponStore).move([{ id: coupon.id, version: 0, to: 'claimed', claim }]),
    );
    coupon.state = 'claimed';
    this.count([coupon.batch, coupon.channel, null, null], CLAIMED);
  }

  private async redeem({ a, b, c }: Command): Promise<void> {
    const held = this.coupons.filter(({ state }) => state === 'claimed');
    const coupon = held[a % held.length];
    if (!coupon) return;
    const order = `${this.run}:${b % 3}`;
    const [store, staffId] = [['A', 'B', undefined][c % 3], STAFF[c % 2] ?? ''];
    const channel = CHANNELS[b % 2] ?? '';
    const total = 100_000 + c;
    const done = await this.place.world.run(() =>
      this.redemption.redeem(use(coupon.id, order, total, { store, staffId, channel })),
    );
    const isFirst = !this.redemptions.some(
      (other) => other.order === order && other.open && other.revenue > 0,
    );
    const place = [coupon.batch, channel, (store && this.place.stores.get(store)) ?? null, staffId];
    const revenue = isFirst ? total : 0;
    const { id, discount } = done;
    coupon.state = 'redeemed';
    const at = this.coupons.indexOf(coupon);
    this.redemptions.push({
      id,
      coupon: at,
      order,
      discount,
      revenue,
      back: 0,
      revenueBack: 0,
      open: true,
      place: place as string[],
    });
    this.count(place, REDEEMED);
    this.count(place, COST, discount);
    this.count(place, REVENUE, revenue);
  }

  private async reverse({ a, b }: Command): Promise<void> {
    const open = this.redemptions.filter((one) => one.open);
    const one = open[a % open.length];
    if (!one) return;
    const left = one.discount - one.back;
    const amount = b % 2 === 0 ? left : Math.min(left, 1 + (b % 200));
    await this.place.world.run(() =>
      this.redemption.reverse({ redemptionId: one.id, requestNo: randomUUID(), amount }),
    );
    one.back += amount;
    one.open = one.back < one.discount;
    const gone = one.open ? Math.floor((one.revenue * one.back) / one.discount) : one.revenue;
    this.count(one.place, COST, -amount);
    this.count(one.place, REVENUE, one.revenueBack - gone);
    one.revenueBack = gone;
    if (one.open) return;
    this.count(one.place, REVERSED);
    const coupon = this.coupons[one.coupon];
    if (coupon) coupon.state = 'claimed'; // by the terms of these batches it goes back
  }
}

export const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('issue', 'issue', 'bind', 'redeem', 'redeem', 'reverse', 'fold'),
    a: fc.nat(50),
    b: fc.nat(1_000),
    c: fc.nat(50),
  }),
  { minLength: 10, maxLength: 40 },
);
