import { randomUUID } from 'node:crypto';
import { CustomersModule } from '../../../src/modules/customers/index.js';
import { CouponsModule } from '../../../src/modules/coupons/index.js';
import type { CouponTerms } from '../../../src/modules/coupons/templates/domain/terms.js';
import { LoyaltyModule } from '../../../src/modules/loyalty/index.js';
import type { Scope } from '../../../src/platform/auth/scopes.js';
import { type CorpId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { EventsModule } from '../../../src/platform/events/events.module.js';
import { OperationsModule } from '../../../src/platform/operations/operations.module.js';
import { SyncModule } from '../../../src/platform/sync/sync.module.js';
import { WecomModule } from '../../../src/wecom/index.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';
import { BATCH, batchParams } from './batch-sql.js';

export interface Answer {
  status: number;
  body: any;
}

/** One corp with coupons and customers of other systems, without a WeCom behind it and without a worker. */
export interface IssueWorld {
  http: TestHttp;
  corpId: CorpId;
  key: string;
  run<T>(work: () => Promise<T>): Promise<T>;
  customers(count: number): Promise<string[]>;
  /** Says that customers are one person. */
  link(...customerIds: string[]): Promise<void>;
  /** A running batch. @returns its UUID. */
  batch(wanted?: { stock?: number; perPerson?: number; terms?: Partial<CouponTerms> }): Promise<string>;
  call(method: string, url: string, payload?: object, as?: string): Promise<Answer>;
  /** As the owner of the tables, inside this corp's wall. */
  sql<T extends object>(text: string, params?: unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

const SCOPES: Scope[] = [
  'coupons:read',
  'coupons:write',
  'coupons:approve',
  'customers:read',
  'customers:write',
  'operations:read',
  'operations:write',
  'operations:approve',
];

export const cus = (id: string) => toPublicId('cus', id);

export async function startIssueWorld(options: { poolMax?: number } = {}): Promise<IssueWorld> {
  const http = await startTestHttp(
    [EventsModule, OperationsModule, SyncModule, WecomModule, CustomersModule, LoyaltyModule, CouponsModule],
    options,
  );
  const { id: corpId } = await http.addCorp();
  const key = await http.corpKey(corpId, SCOPES);
  const unit = http.get(UnitOfWork);
  const sql: IssueWorld['sql'] = async (text, params) => {
    await http.sql(`SELECT set_config('app.corp_id', $1, false)`, [corpId]);
    return http.sql(text, params);
  };
  return {
    http,
    corpId,
    key,
    run: (work) => unit.run(corpId, work),
    sql,
    customers: async (count) => {
      const ids = Array.from({ length: count }, () => randomUUID());
      await sql(
        `INSERT INTO customers.customers (corp_id, id, created_at, updated_at)
         SELECT $1, id, now(), now() FROM unnest($2::uuid[]) AS id`,
        [corpId, ids],
      );
      return ids;
    },
    link: async (...ids) => {
      await sql(
        `INSERT INTO customers.person_links (corp_id, customer_id, person_id)
         SELECT $1, id, $3 FROM unnest($2::uuid[]) AS id`,
        [corpId, ids, [...ids].sort()[0]],
      );
    },
    batch: async ({ stock = 1_000, perPerson = 1, terms = {} } = {}) => {
      const id = randomUUID();
      await sql(BATCH, batchParams(corpId, id, { stock, perPerson, terms }));
      return id;
    },
    call: async (method, url, payload, as = key) => {
      const response = await http.call(as, { method, url, ...(payload && { payload }) } as never);
      return { status: response.statusCode, body: response.body === '' ? undefined : response.json() };
    },
    close: () => http.close(),
  };
}
