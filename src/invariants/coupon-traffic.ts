import type { INestApplicationContext } from '@nestjs/common';
import type { ApiCalls } from '../demo/api-calls.js';
import { ChangeBatches } from '../modules/coupons/batches/use-cases/change-batches.js';
import { EndCoupons } from '../modules/coupons/life/use-cases/end-coupons.js';
import { type CorpId, parsePublicId } from '../platform/context/typed-id.js';
import { AppError } from '../platform/errors/app-error.js';
import { UnitOfWork } from '../platform/database/unit-of-work.js';

/** What the traffic is given by the workload that it belongs to. */
export interface TrafficSource {
  readonly api: ApiCalls;
  readonly app: INestApplicationContext;
  readonly corpId: CorpId;
  pick(bound: number): number;
  name(): string;
  customer(): string;
}

interface Item {
  id: string;
}

interface Order {
  id: string;
  /** 分 */
  total: number;
  items: object[];
}

const CHANNEL = 'shop';
const TERMS = {
  benefit: { kind: 'percentage', percentOff: 30, cap: 700 },
  minimumSpend: 500,
  validity: { kind: 'after_claim', startsAfterDays: 0, days: 7 },
  conditions: { channels: [CHANNEL] },
  stacking: { group: 'order', withOthers: 'all' },
  reversal: 'return',
};
/** Scarce enough that stock, limit and budgets are all met. */
const BATCH = { stock: 120, perPerson: 4, budget: 60_000, dailyBudget: 50_000 };
const ORDERS = 8;
const STORE = { code: 'LAWS-01', name: '测试门店', timeZone: 'Asia/Shanghai' };

/** Coupons of one batch, by the same API that shops use: got, locked, redeemed, taken back and made void, all at once. */
export class CouponTraffic {
  private batchId = '';
  private readonly coupons: string[] = [];
  private readonly redemptions: string[] = [];

  constructor(private readonly source: TrafficSource) {}

  async open(): Promise<void> {
    const { api } = this.source;
    await api.post('/v1/stores', STORE);
    this.batchId = await this.openBatch(BATCH);
  }

  /** One step, chosen at random. */
  step(): Promise<unknown> {
    const { pick } = this.source;
    const coupon = this.coupons[pick(this.coupons.length)] ?? '';
    const redemption = this.redemptions[pick(this.redemptions.length)] ?? '';
    const steps = [
      () => this.issueSome(),
      () => this.issue(this.source.customer()),
      () => this.lock(coupon),
      () => this.lock(coupon),
      () => this.redeem(coupon),
      () => this.release(coupon),
      () => this.reverse(redemption, pick(2) === 0 ? undefined : 1),
      () => this.void(coupon, pick(2) === 0),
      () => this.setStock(80 + pick(80)),
      () => this.sweep(),
    ];
    return (steps[pick(steps.length)] ?? steps[0])?.() ?? Promise.resolve();
  }

  /** What every law needs a row of, in batches of their own: however short and unlucky the traffic is. */
  async showEach(customerId: string): Promise<void> {
    this.batchId = await this.openBatch({
      ...BATCH,
      budget: 1_000_000,
      dailyBudget: 1_000_000,
      perPerson: 10,
    });
    const [kept, locked, gone, used, half] = [
      await this.issue(customerId),
      await this.issue(customerId),
      await this.issue(customerId),
      await this.issue(customerId),
      await this.issue(customerId),
    ];
    await this.lock(locked, this.orderOfItsOwn());
    await this.void(gone, false);
    await this.redeem(used, this.orderOfItsOwn());
    await this.reverse(await this.redeem(half, this.orderOfItsOwn()), 1);
    await this.source.api.get(`/v1/coupons/${kept}`);
    await this.issueToAudience([customerId]);
  }

  private async openBatch(batch: object): Promise<string> {
    const { api, name } = this.source;
    const template = { key: name(), nameZh: '券', nameEn: 'Coupon', terms: TERMS };
    const { newest } = await api.post<{ newest: Item }>('/v1/coupons/templates', template);
    const { id } = await api.post<Item>('/v1/coupons/batches', {
      versionId: newest.id,
      name: '批次',
      ...batch,
    });
    await this.inUnit(() => this.changing().approve(uuidOf(id), 'another owner', () => undefined));
    await api.post(`/v1/coupons/batches/${id}/state`, { state: 'running' });
    return id;
  }

  private async issue(customerId: string): Promise<string> {
    const { api, name } = this.source;
    const order = { key: name(), batchId: this.batchId, customerId, channel: CHANNEL };
    const { coupon } = await api.post<{ coupon: Item }>('/v1/coupons/issue', order);
    this.coupons.push(coupon.id);
    return coupon.id;
  }

  private async issueSome(): Promise<void> {
    const { api, name, customer } = this.source;
    const coupons = Array.from({ length: 6 }, () => ({
      key: name(),
      batchId: this.batchId,
      customerId: customer(),
      channel: CHANNEL,
    }));
    const { results } = await api.post<{ results: { couponId: string | null }[] }>('/v1/coupons/issue/bulk', {
      coupons,
    });
    this.coupons.push(...results.flatMap(({ couponId }) => couponId ?? []));
  }

  private async issueToAudience(customerIds: string[]): Promise<void> {
    const { api, name } = this.source;
    const wanted = { batchId: this.batchId, name: name(), each: 2 };
    const { id } = await api.post<Item>('/v1/coupons/audiences', wanted);
    await api.post(`/v1/coupons/audiences/${id}/customers`, { customerIds });
    await api.post(`/v1/coupons/audiences/${id}/start`);
  }

  private lock(couponId: string, order = this.someOrder(couponId)): Promise<unknown> {
    const seconds = 1 + this.source.pick(60);
    return this.source.api.post('/v1/coupons/lock', { couponId, order, channel: CHANNEL, seconds });
  }

  private async redeem(couponId: string, order = this.someOrder(couponId)): Promise<string> {
    const { api, name } = this.source;
    const body = { couponId, order, channel: CHANNEL, requestNo: name(), store: STORE.code };
    const { id } = await api.post<Item>('/v1/coupons/redemptions', body);
    this.redemptions.push(id);
    return id;
  }

  private reverse(redemptionId: string, amount: number | undefined): Promise<unknown> {
    const body = { requestNo: this.source.name(), ...(amount !== undefined && { amount }) };
    return this.source.api.post(`/v1/coupons/redemptions/${redemptionId}/reverse`, body);
  }

  private release(couponId: string): Promise<unknown> {
    return this.source.api.post('/v1/coupons/release', { couponId, orderId: this.someOrder(couponId).id });
  }

  private void(couponId: string, returned: boolean): Promise<unknown> {
    return this.source.api.post(`/v1/coupons/${couponId}/void`, { reason: 'looked at', returned });
  }

  private async setStock(stock: number): Promise<void> {
    const anyState = (): void => undefined;
    try {
      const { askedAmounts } = await this.inUnit(() =>
        this.changing().setAmounts(uuidOf(this.batchId), { stock }, 'an owner', anyState),
      );
      if (askedAmounts)
        await this.inUnit(() =>
          this.changing().approveAmounts(uuidOf(this.batchId), 'another owner', anyState),
        );
    } catch (error) {
      if (!(error instanceof AppError)) throw error; // more was issued already
    }
  }

  private sweep(): Promise<unknown> {
    return this.inUnit(() => this.source.app.get(EndCoupons).expire());
  }

  /** Mostly the one order that the coupon always goes to, and other coupons with it; each is of one total for ever. */
  private someOrder(couponId: string): Order {
    const { pick } = this.source;
    const own = (couponId.codePointAt(couponId.length - 1) ?? 0) % ORDERS;
    const number = pick(4) === 0 ? pick(ORDERS) : own;
    return orderOf(`order-${number}`, 400 + number * 500);
  }

  private orderOfItsOwn(): Order {
    return orderOf(this.source.name(), 3_000);
  }

  private changing(): ChangeBatches {
    return this.source.app.get(ChangeBatches);
  }

  private inUnit<T>(work: () => Promise<T>): Promise<T> {
    return this.source.app.get(UnitOfWork).run(this.source.corpId, work);
  }
}

function uuidOf(publicId: string): string {
  return parsePublicId('cpb', publicId) ?? '';
}

function orderOf(id: string, total: number): Order {
  return { id, total, items: [{ product: 'SKU-1', price: total, quantity: 1 }] };
}
