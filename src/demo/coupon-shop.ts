import type { ApiCalls } from './api-calls.js';

const TEMPLATE_KEY = 'tea-15-off-99';
const CLAIM_EVERY_MS = 25_000;
/** So many claimed before the demo was opened, and every second of them has redeemed; the others do while it runs. */
const EARLY_BIRDS = 8;
/** 分 */
const ORDER_TOTAL = 12_900;

interface Named {
  id: string;
}

/** The shop's coupons: a batch that another person approved, which members claim and use in the mini program. */
export class DemoCouponShop {
  private claimed = EARLY_BIRDS;

  constructor(
    private readonly api: ApiCalls,
    /** Another owner's key: nobody approves what he drafted himself. */
    private readonly approver: ApiCalls,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /**
   * At the first start: a template, a running batch of it, and the first coupons.
   * @param customerIds public ids of the members of the shop.
   * @returns the public id of the batch.
   */
  async open(customerIds: readonly string[]): Promise<string> {
    const { items } = await this.api.get<{ items: Named[] }>('/v1/coupons/batches?limit=1');
    if (items[0]) return items[0].id;
    const batchId = await this.startBatch();
    for (const [index, customerId] of customerIds.slice(0, EARLY_BIRDS).entries()) {
      const couponId = await this.claim(batchId, customerId);
      if (index % 2 === 0) await this.redeem(couponId, customerId, `SO-2026-${index + 1}`);
    }
    return batchId;
  }

  /** A claim every few seconds, every second one used at once, as long as the process lives. */
  startTraffic(batchId: string, customerIds: readonly string[]): void {
    const startedAt = this.nowMs();
    setInterval(() => {
      const number = this.claimed++;
      const customerId = customerIds[number % customerIds.length];
      if (customerId === undefined) return;
      this.claim(batchId, customerId)
        .then((couponId) =>
          number % 2 === 0 ? this.redeem(couponId, customerId, `SO-${startedAt}-${number}`) : undefined,
        )
        .catch(() => undefined); // sold out, or the demo is ending
    }, CLAIM_EVERY_MS).unref();
  }

  private async startBatch(): Promise<string> {
    const { newest } = await this.api.post<{ newest: Named }>('/v1/coupons/templates', {
      key: TEMPLATE_KEY,
      nameZh: '满 99 减 15',
      nameEn: '15 off 99',
      terms: {
        benefit: { kind: 'fixed', amount: 1_500 },
        minimumSpend: 9_900,
        validity: { kind: 'after_claim', startsAfterDays: 0, days: 30 },
        stacking: { group: 'order', withOthers: 'other_groups' },
        reversal: 'return',
      },
    });
    const { id } = await this.api.post<Named>('/v1/coupons/batches', {
      versionId: newest.id,
      name: '茶友券',
      stock: 2_000,
      perPerson: 20,
      budget: 3_000_000,
    });
    await this.approver.post(`/v1/coupons/batches/${id}/approve`, {}, { 'If-Match': '*' });
    await this.api.post(`/v1/coupons/batches/${id}/state`, { state: 'running' });
    return id;
  }

  private async claim(batchId: string, customerId: string): Promise<string> {
    const { coupon } = await this.api.post<{ coupon: Named }>('/v1/coupons/claims', {
      batchId,
      customerId,
      channel: 'mini_program',
    });
    return coupon.id;
  }

  private async redeem(couponId: string, customerId: string, orderId: string): Promise<void> {
    await this.api.post('/v1/coupons/redemptions', {
      couponId,
      customerId,
      order: {
        id: orderId,
        total: ORDER_TOTAL,
        items: [{ product: 'longjing', price: ORDER_TOTAL, quantity: 1 }],
      },
      channel: 'mini_program',
      requestNo: `demo-${orderId}`,
    });
  }
}
