import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { ApiCalls } from '../demo/api-calls.js';
import { DemoShop } from '../demo/shop.js';
import { LoyaltyFacade, type Posting } from '../modules/loyalty/index.js';
import { ClosePeriods } from '../modules/loyalty/boards/use-cases/close-periods.js';
import { ExpirePoints } from '../modules/loyalty/ledger/expiry/use-cases/expire-points.js';
import { Clock } from '../platform/clock/clock.js';
import { parsePublicId } from '../platform/context/typed-id.js';
import type { CorpId } from '../platform/context/typed-id.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';
import { CouponTraffic } from './coupon-traffic.js';
import { LEVELS, MEDAL, RULE, STEPS } from './workload-world.js';

export interface WorkloadPlace {
  readonly app: INestApplicationContext;
  readonly url: string;
  /** Of a key of the corp with all scopes. */
  readonly key: string;
  readonly corpId: CorpId;
}

interface Item {
  id: string;
}
interface Posted {
  transferId: string;
}

const WORKERS = 6;
const CUSTOMERS_MAX = 60;
const LOTS_MAX = 1_000;
const FADES_MS = 1_000;

/**
 * Seeded traffic over all modules: whatever is earned, spent, held, taken back, exchanged, frozen and expired by a few dozen
 * customers, by several callers at once. What is refused is part of it; a failure is not.
 */
export class Workload {
  private readonly api: ApiCalls;
  private readonly random: () => number;
  private customers: string[] = [];
  /** One whom only `showEach` touches. */
  private witness: string[] = [];
  private programId = '';
  private benefitId = '';
  private fixedBoardId = '';
  private readonly transfers: string[] = [];
  private readonly holds: string[] = [];
  private readonly exchanges: string[] = [];
  private readonly coupons: CouponTraffic;
  private count = 0;

  constructor(
    private readonly place: WorkloadPlace,
    private readonly seed: number,
  ) {
    this.api = new ApiCalls(place.url, place.key);
    this.random = randomFrom(seed);
    this.coupons = new CouponTraffic({
      ...place,
      api: this.api,
      pick: (bound) => this.pick(bound),
      name: () => this.name(),
      customer: () => this.customer(),
    });
  }

  /** @returns how many steps were done, refused ones included. */
  async run(forMs: number): Promise<number> {
    await this.open();
    const until = performance.now() + forMs;
    const work = async (): Promise<void> => {
      while (performance.now() < until) await this.step();
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
    await this.showEach();
    await this.finish();
    return this.count;
  }

  /** A shop whose customers are found to be persons, levels, a benefit, a rule with caps and boards. */
  private async open(): Promise<void> {
    await new DemoShop(this.api).open();
    const { items } = await this.api.get<{ items: Item[] }>('/v1/customers?limit=200');
    this.customers = items.map(({ id }) => id).slice(0, CUSTOMERS_MAX);
    this.witness = this.customers.splice(0, 1);
    await this.earn(1);
    const programs = await this.api.get<{ items: (Item & { key: string })[] }>('/v1/loyalty/programs');
    this.programId = programs.items.find(({ key }) => key === 'default')?.id ?? '';
    const program = `/v1/loyalty/programs/${this.programId}`;
    const table = await this.api.post<Item>(`${program}/level-tables`, { levels: LEVELS });
    await this.api.post(`/v1/loyalty/level-tables/${table.id}/activate`);
    const cup = { kind: 'physical', nameZh: '保温杯', nameEn: 'Flask', cost: 15, stock: 100_000 };
    this.benefitId = (await this.api.post<Item>(`${program}/benefits`, cup)).id;
    await this.api.put(`${program}/check-in`, {});
    await this.api.post(`${program}/honours`, MEDAL);
    const rule = await this.api.post<Item>('/v1/loyalty/rules', RULE);
    await this.api.post(`/v1/loyalty/rules/${rule.id}/activate`, { version: 1 });
    await this.openBoards();
    await this.coupons.open();
  }

  private async openBoards(): Promise<void> {
    const boards = '/v1/loyalty/boards';
    for (const preset of ['weekly_points_king', 'monthly_top_contributors'])
      await this.api.post(boards, { preset });
    const now = this.nowMs();
    const fixed = { nameZh: '活动榜', nameEn: 'Campaign', periodKind: 'fixed', winners: 50 };
    const [startsAt, endsAt] = [now, now + 86_400_000].map((at) => new Date(at).toISOString());
    this.fixedBoardId = (await this.api.post<Item>(boards, { ...fixed, startsAt, endsAt })).id;
  }

  /** What every law needs a row of, by one who is left alone otherwise: however short and unlucky the traffic is. */
  private async showEach(): Promise<void> {
    const [customerId] = this.witness;
    if (customerId === undefined) throw new Error('the corp has no customer');
    for (const wallet of ['points', 'growth'])
      this.transfers.push(await this.transfer('earn', { customerId, amount: 200, wallet }));
    await this.api.post('/v1/loyalty/check-ins', { customerId });
    for (const step of [this.hold, this.exchange]) await step.call(this, customerId);
    await this.reverse(await this.transfer('spend', { customerId, amount: 5 }), 2);
    await this.order(20_000);
    await this.coupons.showEach(customerId);
    await this.fade(customerId); // last, as all others take first what expires first
    await sleep(FADES_MS);
    await this.sweep();
    const members = `/v1/loyalty/programs/${this.programId}/members?limit=200`;
    const { items } = await this.api.get<{ items: (Item & { customerId: string })[] }>(members);
    const member = items.find((item) => item.customerId === customerId);
    await this.api.post(`/v1/loyalty/members/${member?.id}/freeze`, { reason: 'looked at' });
  }

  /** A board is ended, and afterwards earnings that it counted are taken back. */
  private async finish(): Promise<void> {
    await this.api.delete(`/v1/loyalty/boards/${this.fixedBoardId}`);
    await this.place.app.get(ClosePeriods).closeEnded(this.place.corpId);
    for (const id of this.transfers.slice(-20)) await this.allowed(() => this.reverse(id, 1));
  }

  private async step(): Promise<void> {
    this.count += 1;
    const chance = this.random();
    const step = STEPS.find(([, upTo]) => chance < upTo)?.[0] ?? 'earn';
    await this.allowed(() => this.steps[step]());
  }

  private readonly steps: Record<(typeof STEPS)[number][0], () => Promise<unknown>> = {
    earn: () => this.earn(this.pick(5) + 1),
    spend: () => this.spend(),
    fade: () => this.fade(),
    sweep: () => this.sweep(),
    takeBack: () => this.reverse(this.transfers[this.pick(this.transfers.length)] ?? '', this.pick(12) + 1),
    hold: () => this.hold(),
    resolve: () => this.resolve(),
    exchange: () => this.exchange(),
    cancel: () => this.cancel(),
    checkIn: () => this.api.post('/v1/loyalty/check-ins', { customerId: this.customer() }),
    freeze: () => this.freeze(this.random() < 0.5 ? 'freeze' : 'unfreeze'),
    order: () => this.order(),
    coupon: () => this.coupons.step(),
  };

  private async earn(count: number): Promise<void> {
    const transfers = Array.from({ length: count }, () => [
      { key: this.name(), customerId: this.customer(), kind: 'earn', amount: this.pick(30) + 1 },
      {
        key: this.name(),
        customerId: this.customer(),
        kind: 'earn',
        amount: this.pick(30) + 1,
        wallet: 'growth',
      },
    ]);
    const { results } = await this.api.post<{ results: { posted?: Posted }[] }>(
      '/v1/loyalty/transfers/bulk',
      {
        transfers: transfers.flat(),
      },
    );
    this.transfers.push(...results.flatMap(({ posted }) => (posted ? [posted.transferId] : [])));
  }

  private async spend(): Promise<void> {
    const body = { customerId: this.customer(), amount: this.pick(25) + 1 };
    this.transfers.push(await this.transfer('spend', body));
  }

  private async transfer(kind: 'earn' | 'spend', body: object): Promise<string> {
    const order = { key: this.name(), kind, ...body };
    return (await this.api.post<Posted>('/v1/loyalty/transfers', order)).transferId;
  }

  /** Points that expire in a moment. */
  private async fade(customerId = this.customer()): Promise<void> {
    const posting: Posting = {
      key: this.name(),
      programId: parsePublicId('prg', this.programId) ?? '',
      customerId: parsePublicId('cus', customerId) ?? '',
      wallet: 'points',
      kind: 'earn',
      amount: this.pick(9) + 1,
      expiresAt: new Date(this.nowMs() + FADES_MS),
    };
    await this.inUnit(() => this.place.app.get(LoyaltyFacade).post([posting]));
  }

  private async sweep(): Promise<void> {
    await this.inUnit(() => this.place.app.get(ExpirePoints).step(LOTS_MAX));
  }

  private reverse(id: string, amount: number): Promise<unknown> {
    return this.api.post(`/v1/loyalty/transfers/${id}/reverse`, { key: this.name(), amount });
  }

  private async hold(customerId = this.customer()): Promise<void> {
    const expiresAt = new Date(this.nowMs() + 600_000).toISOString();
    const { programId } = this;
    const body = {
      programId,
      key: this.name(),
      customerId,
      amount: this.pick(10) + 1,
      expiresAt,
    };
    this.holds.push((await this.api.post<Item>('/v1/loyalty/holds', body)).id);
  }

  private async resolve(): Promise<void> {
    const id = this.holds[this.pick(this.holds.length)];
    if (id === undefined) return;
    const chance = this.random();
    if (chance < 0.3) await this.api.post(`/v1/loyalty/holds/${id}/void`);
    else await this.api.post(`/v1/loyalty/holds/${id}/post`, chance < 0.6 ? { amount: 1 } : {});
  }

  private async exchange(customerId = this.customer()): Promise<void> {
    const body = { benefitId: this.benefitId, customerId };
    this.exchanges.push((await this.api.post<Item>('/v1/loyalty/exchanges', body)).id);
  }

  private async cancel(): Promise<void> {
    const id = this.exchanges[this.pick(this.exchanges.length)];
    if (id !== undefined)
      await this.api.post(`/v1/loyalty/exchanges/${id}/cancel`, { reason: 'changed his mind' });
  }

  private async freeze(what: 'freeze' | 'unfreeze'): Promise<void> {
    const members = await this.api.get<{ items: Item[] }>(
      `/v1/loyalty/programs/${this.programId}/members?limit=200`,
    );
    const id = members.items[this.pick(members.items.length)]?.id;
    if (id !== undefined)
      await this.api.post(
        `/v1/loyalty/members/${id}/${what}`,
        what === 'freeze' ? { reason: 'looked at' } : {},
      );
  }

  /** The rule earns from it in the background. */
  private order(amount = (this.pick(300) + 1) * 100): Promise<unknown> {
    const orderId = this.name();
    const identifier = { kind: 'external_id', namespace: 'shop', value: `M${1001 + this.pick(20)}` };
    const data = { orderId, amount };
    const at = new Date(this.nowMs()).toISOString();
    const event = { source: 'shop', externalId: orderId, type: 'order_paid', at, identifier, data };
    return this.api.post('/v1/customer-events', { events: [event] });
  }

  private inUnit<T>(work: () => Promise<T>): Promise<T> {
    return this.place.app.get(UnitOfWork).run(this.place.corpId, work);
  }

  private nowMs(): number {
    return this.place.app.get(Clock).now().getTime();
  }

  private customer(): string {
    return this.customers[this.pick(this.customers.length)] ?? '';
  }

  private name(): string {
    return `work-${this.seed}-${++this.names}`;
  }
  private names = 0;

  private pick(bound: number): number {
    return Math.floor(this.random() * bound);
  }

  private async allowed(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Error) || !/ answered 4\d\d/.test(error.message)) throw error;
      if (error.message.includes(' answered 429')) await sleep(1_000);
    }
  }
}

/** mulberry32: the same sequence for the same seed on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
