import { randomUUID } from 'node:crypto';
import type { DynamicModule } from '@nestjs/common';
import { CustomersModule } from '../../../src/modules/customers/index.js';
import { LedgerModule } from '../../../src/modules/loyalty/ledger/ledger.module.js';
import type { Posting, PostingResult, Reversal } from '../../../src/modules/loyalty/ledger/domain/posting.js';
import { ExpirePoints } from '../../../src/modules/loyalty/ledger/expiry/use-cases/expire-points.js';
import { Ledger } from '../../../src/modules/loyalty/ledger/use-cases/ledger.js';
import { LoyaltyModule } from '../../../src/modules/loyalty/index.js';
import { ProgramsModule } from '../../../src/modules/loyalty/programs/programs.module.js';
import { Programs } from '../../../src/modules/loyalty/programs/queries/programs.js';
import { Members } from '../../../src/modules/loyalty/programs/use-cases/members.js';
import type { Program } from '../../../src/modules/loyalty/programs/domain/program.js';
import type { Scope } from '../../../src/platform/auth/scopes.js';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { EventsModule } from '../../../src/platform/events/events.module.js';
import { OperationsModule } from '../../../src/platform/operations/operations.module.js';
import { SyncModule } from '../../../src/platform/sync/sync.module.js';
import { WecomModule } from '../../../src/wecom/index.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';

export interface Answer {
  status: number;
  body: any;
}

export interface AccountState {
  id: string;
  customerId: string;
  posted: number;
  held: number;
  debt: number;
  earnedTotal: number;
  version: number;
}

/** One corp with its default program, without a WeCom behind it. */
export interface LedgerWorld {
  http: TestHttp;
  corpId: CorpId;
  key: string;
  program: Program;
  ledger: Ledger;
  run<T>(work: () => Promise<T>): Promise<T>;
  runAs(corpId: CorpId): <T>(work: () => Promise<T>) => Promise<T>;
  /** UUIDs of customers of other systems. */
  customers(count: number): Promise<string[]>;
  /** Says that customers are one person. */
  link(...customerIds: string[]): Promise<void>;
  post(...postings: Partial<Posting>[]): Promise<PostingResult[]>;
  reverse(...reversals: Partial<Reversal>[]): Promise<PostingResult[]>;
  /** Lets all lots past expiry expire. */
  expire(): Promise<void>;
  setFrozen(memberId: string, frozen: boolean): Promise<void>;
  account(customerId: string, wallet?: string): Promise<AccountState | undefined>;
  call(method: string, url: string, payload?: object, as?: string): Promise<Answer>;
  /** As the owner of the tables, inside this corp's wall. */
  sql<T extends object>(text: string, params?: unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

const SCOPES: Scope[] = [
  'loyalty:read',
  'loyalty:write',
  'loyalty:approve',
  'customers:read',
  'customers:write',
];

export async function startLedgerWorld(
  alsoModules: DynamicModule[] = [],
  options: { poolMax?: number } = {},
): Promise<LedgerWorld> {
  const http = await startTestHttp(
    [
      EventsModule,
      OperationsModule,
      SyncModule,
      WecomModule,
      CustomersModule,
      ProgramsModule,
      LedgerModule,
      LoyaltyModule,
      ...alsoModules,
    ],
    options,
  );
  const { id: corpId } = await http.addCorp();
  const key = await http.corpKey(corpId, SCOPES);
  const unit = http.get(UnitOfWork);
  const ledger = http.get(Ledger);
  const members = http.get(Members);
  const expiry = http.get(ExpirePoints);
  const run: LedgerWorld['run'] = (work) => unit.run(corpId, work);
  const program = await run(() => http.get(Programs).default());
  const sql: LedgerWorld['sql'] = async (text, params) => {
    await http.sql(`SELECT set_config('app.corp_id', $1, false)`, [corpId]);
    return http.sql(text, params);
  };
  return {
    http,
    corpId,
    key,
    program,
    ledger,
    run,
    runAs: (other) => (work) => unit.run(other, work),
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
    link: async (...customerIds) => {
      await sql(
        `INSERT INTO customers.person_links (corp_id, customer_id, person_id)
         SELECT $1, id, $3 FROM unnest($2::uuid[]) AS id`,
        [corpId, customerIds, [...customerIds].sort()[0]],
      );
    },
    post: (...postings) =>
      run(() =>
        ledger.post(
          postings.map((posting) => ({
            key: randomUUID(),
            programId: program.id,
            customerId: '',
            wallet: 'points',
            kind: 'earn',
            amount: 1,
            ...posting,
          })),
        ),
      ),
    reverse: (...reversals) =>
      run(() =>
        ledger.reverse(
          reversals.map((reversal) => ({
            key: randomUUID(),
            programId: program.id,
            transferId: '',
            ...reversal,
          })),
        ),
      ),
    expire: async () => {
      while ((await run(() => expiry.step())) > 0);
    },
    setFrozen: (memberId, frozen) =>
      run(() => (frozen ? members.freeze(memberId, 'test') : members.unfreeze(memberId))),
    account: async (customerId, wallet = 'points') => {
      const [account] = await sql<AccountState>(
        `SELECT a.id, a.customer_id AS "customerId", a.posted::float, a.held::float, a.debt::float,
                a.earned_total::float AS "earnedTotal", a.version::float
           FROM loyalty.accounts a JOIN loyalty.wallets w ON w.corp_id = a.corp_id AND w.id = a.wallet_id
          WHERE a.corp_id = $1 AND a.customer_id = $2 AND w.key = $3 AND w.program_id = $4`,
        [corpId, customerId, wallet, program.id],
      );
      return account;
    },
    call: async (method, url, payload, as = key) => {
      const response = await http.call(as, { method, url, ...(payload && { payload }) } as never);
      return {
        status: response.statusCode,
        body: response.body === '' ? undefined : response.json(),
      };
    },
    close: () => http.close(),
  };
}
