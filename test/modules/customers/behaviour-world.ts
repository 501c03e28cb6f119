import { randomUUID } from 'node:crypto';
import { CustomersModule } from '../../../src/modules/customers/index.js';
import { EventsModule } from '../../../src/platform/events/events.module.js';
import { OperationsModule } from '../../../src/platform/operations/operations.module.js';
import { SyncModule } from '../../../src/platform/sync/sync.module.js';
import { type CorpId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { WecomModule } from '../../../src/wecom/index.js';
import type { RateLimits } from '../../../src/platform/http/rate-limit.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';

/** Of what came back only what the tests ask for. */
export interface Answer {
  status: number;
  body: any;
}

/** One corp without a WeCom behind it, which behaviour never asks. */
export interface Rows {
  keys: number;
  events: number;
  revisions: number;
}

export const AT = '2026-11-20T10:00:00.000Z';
let serial = 0;
export const freshId = (): string => `x-${++serial}`;

/** What a shop sends. */
export const visit = (customerId: string | undefined, over: object = {}): any => ({
  source: 'shop',
  externalId: freshId(),
  type: 'page_viewed',
  at: AT,
  customerId,
  data: { page: '/home' },
  ...over,
});
export const payment = (customerId: string, amount: number, over: object = {}): any => {
  const externalId = freshId();
  return visit(customerId, {
    externalId,
    type: 'order_paid',
    data: { orderId: externalId, amount },
    ...over,
  });
};

export interface BehaviourWorld {
  http: TestHttp;
  corpId: CorpId;
  key: string;
  call(method: string, url: string, payload?: object, as?: string): Promise<Answer>;
  send(events: readonly unknown[], options?: object): Promise<Answer>;
  /** Sends and expects a result for each. */
  results(events: readonly unknown[], options?: object): Promise<any[]>;
  rows(): Promise<Rows>;
  /** Customers of other systems. @returns their public ids. */
  customers(count: number): Promise<string[]>;
  /** As the owner of the tables, inside this corp's wall. */
  sql<T extends object>(text: string, params?: unknown[]): Promise<T[]>;
  published(name: string): Promise<{ payload: any }[]>;
  close(): Promise<void>;
}

export async function startBehaviourWorld(limits?: RateLimits): Promise<BehaviourWorld> {
  const http = await startTestHttp(
    [EventsModule, OperationsModule, SyncModule, WecomModule, CustomersModule],
    limits ? { limits } : {},
  );
  const { id: corpId } = await http.addCorp();
  const key = await http.corpKey(corpId, ['customers:read', 'customers:write', 'customers:approve']);
  const call: BehaviourWorld['call'] = async (method, url, payload, as = key) => {
    const response = await http.call(as, { method, url, ...(payload && { payload }) } as never);
    return { status: response.statusCode, body: response.body === '' ? undefined : response.json() };
  };
  const sql: BehaviourWorld['sql'] = async (text, params) => {
    await http.sql(`SELECT set_config('app.corp_id', $1, false)`, [corpId]);
    return http.sql(text, params);
  };
  const send: BehaviourWorld['send'] = (events, options = {}) =>
    call('POST', '/v1/customer-events', { events, ...options });
  return {
    http,
    corpId,
    key,
    call,
    sql,
    send,
    results: async (events, options) => {
      const { status, body } = await send(events, options);
      expect([status, body]).toEqual([200, { results: expect.any(Array) }]);
      expect(body.results).toHaveLength(events.length);
      return body.results;
    },
    rows: async () => {
      const [counts] = await sql<Rows>(
        `SELECT (SELECT count(*) FROM customers.behaviour_keys WHERE corp_id = $1)::int AS keys,
                (SELECT count(*) FROM customers.behaviour_events WHERE corp_id = $1)::int AS events,
                (SELECT count(*) FROM customers.behaviour_revisions WHERE corp_id = $1)::int AS revisions`,
        [corpId],
      );
      return counts ?? { keys: -1, events: -1, revisions: -1 };
    },
    customers: async (count) => {
      const ids = Array.from({ length: count }, () => randomUUID());
      await sql(
        `INSERT INTO customers.customers (corp_id, id, created_at, updated_at)
         SELECT $1, id, now(), now() FROM unnest($2::uuid[]) AS id`,
        [corpId, ids],
      );
      return ids.map((id) => toPublicId('cus', id));
    },
    published: (name) =>
      sql('SELECT payload FROM platform.events WHERE corp_id = $1 AND name = $2 ORDER BY id', [corpId, name]),
    close: () => http.close(),
  };
}
