import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiCalls } from './api-calls.js';

const MEMBERS_MAX = 40;
const DAY_MS = 86_400_000;
const EVENT_EVERY_MS = 15_000;
const KNOWN_WAIT_MS = 10_000;
const POLL_MS = 200;
const TEAS = [
  { key: 'longjing', zh: '龙井', en: 'Longjing', amount: 12_900 },
  { key: 'tieguanyin', zh: '铁观音', en: 'Tieguanyin', amount: 9_900 },
  { key: 'puer', zh: '普洱', en: 'Pu’er', amount: 23_800 },
] as const;
const TEA_FIELD = 'favourite_tea';

interface CustomerView {
  id: string;
  unionId: string | null;
}

/** A member of the shop: the mini program knows the same unionid as WeCom. */
interface Member {
  readonly customerId: string;
  readonly number: number;
  readonly unionId: string;
}

/** An invented tea shop with a mini program, which tells the application what happens, as any shop would: over REST. */
export class DemoShop {
  private members: Member[] = [];
  private told = 0;

  constructor(
    private readonly api: ApiCalls,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /**
   * At the first start: a field of its own, members who are customers of WeCom already, and their orders.
   * @returns the public ids of its members; about the first there is most to see.
   */
  async open(): Promise<string[]> {
    const { items } = await this.api.get<{ items: CustomerView[] }>('/v1/customers?limit=200');
    const known = items.flatMap(({ id, unionId }) => (unionId === null ? [] : [{ id, unionId }]));
    this.members = known
      .slice(0, MEMBERS_MAX)
      .map(({ id, unionId }, index) => ({ customerId: id, unionId, number: 1001 + index }));
    if (!(await this.isOpen())) {
      await this.defineField();
      await this.enrol();
      await this.leaveDuplicates();
      await this.tellOrders();
    }
    const [first] = this.members;
    if (first) await this.waitUntilKnown(first.customerId);
    return this.members.map(({ customerId }) => customerId);
  }

  /** An order or a page view every few seconds, as long as the process lives. */
  startTraffic(): void {
    const startedAt = this.nowMs();
    setInterval(() => {
      const member = this.members[this.told % this.members.length];
      const tea = TEAS[this.told % TEAS.length];
      if (!member || !tea) return;
      const key = `live-${startedAt}-${++this.told}`;
      const event =
        this.told % 3 === 0
          ? orderOf(member, key, this.nowMs(), tea)
          : viewOf(member, key, this.nowMs(), tea);
      this.api.post('/v1/customer-events', { events: [event] }).catch(() => undefined); // the demo is ending
    }, EVENT_EVERY_MS).unref();
  }

  /** That the shop's member and WeCom's customer are one person is found out in the background. */
  private async waitUntilKnown(customerId: string): Promise<void> {
    for (let waited = 0; waited < KNOWN_WAIT_MS; waited += POLL_MS) {
      const { customerIds } = await this.api.get<{ customerIds: string[] }>(
        `/v1/customers/${customerId}/page`,
      );
      if (customerIds.length > 1) return;
      await sleep(POLL_MS);
    }
  }

  private async isOpen(): Promise<boolean> {
    const { items } = await this.api.get<{ items: { key: string }[] }>('/v1/customer-fields');
    return items.some(({ key }) => key === TEA_FIELD);
  }

  private async defineField(): Promise<void> {
    await this.api.post('/v1/customer-fields', {
      key: TEA_FIELD,
      type: 'choice',
      labelZh: '喜爱的茶',
      labelEn: 'Favourite tea',
      choices: TEAS.map(({ key, zh, en }) => ({ key, zh, en })),
    });
  }

  private async enrol(): Promise<void> {
    await this.api.post('/v1/customers/upsert', {
      source: 'shop',
      items: this.members.map(({ number, unionId }, index) => ({
        identifier: shopIdOf(number),
        identifiers: [{ kind: 'unionid', value: unionId }],
        fields: { [TEA_FIELD]: TEAS[index % TEAS.length]?.key, birthday: birthdayOf(index) },
      })),
    });
  }

  /** The CRM knows some of them by phone, which makes them one person; somebody enrolled twice, which a person decides. */
  private async leaveDuplicates(): Promise<void> {
    const phones = this.members
      .slice(0, 5)
      .map((_, index) => ({ kind: 'phone', value: `1380000${1201 + index}` }));
    await this.api.post('/v1/customers/upsert', {
      source: 'shop',
      items: phones.map((phone, index) => ({ identifier: shopIdOf(1001 + index), identifiers: [phone] })),
    });
    await this.api.post('/v1/customers/upsert', {
      source: 'crm',
      items: phones.map((phone, index) => ({
        identifier: { kind: 'external_id', namespace: 'crm', value: `C-${2001 + index}` },
        identifiers: [phone],
        fields: { score: 60 + index },
      })),
    });
    const twice = this.members.slice(5, 7);
    await this.api.post('/v1/customers/upsert', {
      source: 'shop',
      items: twice.map(({ unionId }, index) => ({
        identifier: shopIdOf(3001 + index),
        identifiers: [{ kind: 'unionid', value: unionId }],
      })),
    });
  }

  private async tellOrders(): Promise<void> {
    const events = this.members.flatMap((member, index) =>
      TEAS.slice(0, 1 + (index % TEAS.length)).map((tea, nth) =>
        orderOf(member, `SO-${member.number}-${nth + 1}`, this.nowMs() - (index + 9 * nth + 1) * DAY_MS, tea),
      ),
    );
    await this.api.post('/v1/customer-events', { events });
  }
}

function orderOf(member: Member, orderId: string, atMs: number, tea: (typeof TEAS)[number]): object {
  const { key, zh, amount } = tea;
  const items = [{ sku: key, name: `${zh} 100g`, quantity: 1, amount }];
  return { ...tellingOf(member, orderId, 'order_paid', atMs), data: { orderId, amount, items } };
}

function viewOf(member: Member, key: string, atMs: number, tea: (typeof TEAS)[number]): object {
  return {
    ...tellingOf(member, key, 'page_viewed', atMs),
    data: { page: `/tea/${tea.key}`, title: tea.zh },
  };
}

/** By unionid, so that orders count where the customer of WeCom is: points and levels are those of one customer. */
function tellingOf({ unionId }: Member, externalId: string, type: string, atMs: number): object {
  const identifier = { kind: 'unionid', value: unionId };
  return { source: 'shop', externalId, type, at: new Date(atMs).toISOString(), identifier };
}

function shopIdOf(number: number): object {
  return { kind: 'external_id', namespace: 'shop', value: `M${number}` };
}

function birthdayOf(index: number): string {
  return `${1975 + (index % 30)}-${String(1 + (index % 12)).padStart(2, '0')}-${String(1 + (index % 28)).padStart(2, '0')}`;
}
