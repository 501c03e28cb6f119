import type { ApiCalls } from './api-calls.js';

/** What calls mean that name no program, and whose points the pages of customers show. */
const CLUB_KEY = 'default';
const CHECK_IN_EVERY_MS = 20_000;
/** So many checked in before the demo was opened; the others do while it runs. */
const EARLY_BIRDS = 10;

interface Keyed {
  id: string;
  key: string;
}

/** The shop's points: orders and check-ins earn them, the score of growth lifts levels, and a board names the king of the week. */
export class DemoTeaClub {
  private checkedIn = EARLY_BIRDS;

  constructor(private readonly api: ApiCalls) {}

  /**
   * At the first start: a program with levels, rules, check-ins, a gift to exchange and a board.
   * @param customerIds public ids of the members of the shop; each brings some points with him.
   * @returns the public id of the board.
   */
  async open(customerIds: readonly string[]): Promise<string | undefined> {
    const { items: programs } = await this.api.get<{ items: Keyed[] }>('/v1/loyalty/programs');
    if (!programs.some(({ key }) => key === CLUB_KEY)) {
      await this.found();
      await this.welcome(customerIds);
    }
    const { items: boards } = await this.api.get<{ items: { id: string }[] }>('/v1/loyalty/boards');
    return boards[0]?.id;
  }

  /** A check-in every few seconds, as long as the process lives; orders earn by themselves. */
  startTraffic(customerIds: readonly string[]): void {
    setInterval(() => {
      const customerId = customerIds[this.checkedIn++ % customerIds.length];
      if (customerId === undefined) return;
      this.api.post('/v1/loyalty/check-ins', { customerId }).catch(() => undefined); // the demo is ending
    }, CHECK_IN_EVERY_MS).unref();
  }

  private async found(): Promise<void> {
    const { id } = await this.api.post<Keyed>('/v1/loyalty/programs', {
      key: CLUB_KEY,
      nameZh: '茶友会',
      nameEn: 'Tea club',
    });
    const table = await this.api.post<{ id: string }>(`/v1/loyalty/programs/${id}/level-tables`);
    await this.api.post(`/v1/loyalty/level-tables/${table.id}/activate`);
    await this.api.put(`/v1/loyalty/programs/${id}/check-in`, {});
    for (const wallet of ['points', 'growth']) await this.rewardOrders(id, wallet);
    await this.api.post(`/v1/loyalty/programs/${id}/benefits`, {
      kind: 'physical',
      nameZh: '试饮装一盒',
      nameEn: 'A box of samples',
      cost: 200,
      stock: 50,
    });
    await this.api.post('/v1/loyalty/boards', { preset: 'weekly_points_king', programId: id });
  }

  /** One for each full yuan. */
  private async rewardOrders(programId: string, wallet: string): Promise<void> {
    const rule = await this.api.post<{ id: string }>('/v1/loyalty/rules', {
      name: wallet === 'points' ? '消费积分' : '消费成长值',
      programId,
      trigger: 'order_paid',
      wallet,
      amount: { kind: 'perUnit', property: 'amount', points: 1, per: 100 },
    });
    await this.api.post(`/v1/loyalty/rules/${rule.id}/activate`);
  }

  /** Many are one order below the next level, so that one soon rises. */
  private async welcome(customerIds: readonly string[]): Promise<void> {
    const transfers = customerIds.flatMap((customerId, index) => [
      earning(customerId, 'points', 100 + ((index * 37) % 300)),
      earning(customerId, 'growth', index % 2 === 0 ? 450 : 120),
    ]);
    await this.api.post('/v1/loyalty/transfers/bulk', { transfers });
    for (const customerId of customerIds.slice(0, EARLY_BIRDS))
      await this.api.post('/v1/loyalty/check-ins', { customerId });
  }
}

function earning(customerId: string, wallet: string, amount: number): object {
  return {
    key: `welcome:${wallet}:${customerId}`,
    customerId,
    wallet,
    kind: 'earn',
    amount,
    reason: '入会礼',
  };
}
