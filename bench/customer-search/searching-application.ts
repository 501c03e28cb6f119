import 'reflect-metadata';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Test, type TestingModule } from '@nestjs/testing';
import pg from 'pg';
import { AppModule } from '../../src/app.module.js';
import {
  isPlannedOnce,
  type SearchKey,
  type SearchPage,
  SearchCustomers,
} from '../../src/modules/customers/search/queries/search-customers.js';
import type { CustomerFilter } from '../../src/modules/customers/search/domain/customer-filter.js';
import { FollowNames } from '../../src/modules/customers/search/use-cases/follow-names.js';
import { UpsertCustomers } from '../../src/modules/customers/search/use-cases/upsert-customers.js';
import { AppConfig } from '../../src/platform/config/app-config.js';
import type { CorpId } from '../../src/platform/context/typed-id.js';
import { MasterKeys } from '../../src/platform/crypto/master-keys.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { AppLogger } from '../../src/platform/logging/app-logger.js';
import { WORLD_CORP_ID } from '../customers-world/index.js';

const CORP_ID = WORLD_CORP_ID as CorpId; // reason: the world's corp
const MASTER_KEYS = `bench:${Buffer.alloc(32, 'bench').toString('base64')}`;

/** A node of EXPLAIN (ANALYZE, FORMAT JSON). */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** The application as `app.module.ts` composes it, without listening and without a worker. */
export class SearchingApplication {
  private constructor(private readonly module: TestingModule) {}

  static async start(appUrl: string): Promise<SearchingApplication> {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'customer-search-'));
    const parts = {
      config: AppConfig.fromEnvironment({ DATABASE_URL: appUrl }).with({ dataDir, role: 'api' }),
      logger: new AppLogger({ level: 'warn' }),
      masterKeys: MasterKeys.load({ masterKeys: MASTER_KEYS, dataDir: '' }),
    };
    const module = await Test.createTestingModule({ imports: [AppModule.with(parts)] }).compile();
    await module.init();
    return new SearchingApplication(module);
  }

  /** Reads the names of all customers. */
  followNames(): Promise<void> {
    return this.get(FollowNames).follow(CORP_ID);
  }

  /** A customer of a shop, with this number. */
  async addCustomer(phone: string): Promise<void> {
    const item = { identifier: { kind: 'phone', value: phone } } as const;
    await this.unit.run(CORP_ID, () =>
      this.get(UpsertCustomers).upsert([item], { source: 'shop', by: 'bench' }),
    );
  }

  page(filter: CustomerFilter, after: SearchKey | undefined, limit: number): Promise<SearchPage> {
    return this.unit.read(CORP_ID, () => this.get(SearchCustomers).page(filter, 'oldest', after, limit));
  }

  /** What the statement of a page really reads, planned for its values and for any: these pages are full after the first step. */
  plansOf(filter: CustomerFilter, after: SearchKey | undefined, limit: number): Promise<PlanNode[]> {
    return this.unit.run(CORP_ID, async () => {
      const search = this.get(SearchCustomers);
      const plan = await search.plan(filter, after);
      const { text, params } = search.firstStatement(plan, 'oldest', after, limit);
      const database = this.get(Database);
      if (isPlannedOnce(plan)) await database.query(`SET LOCAL enable_bitmapscan = off`);
      await database.query(`PREPARE judged AS ${text}`);
      const plans = [];
      for (const mode of isPlannedOnce(plan) ? ['custom', 'generic'] : ['custom']) {
        await database.query(`SET LOCAL plan_cache_mode = force_${mode}_plan`);
        plans.push(await this.explain(`EXECUTE judged (${params.map(literal).join(', ')})`));
      }
      await database.query('DEALLOCATE judged');
      return plans;
    });
  }

  private async explain(statement: string): Promise<PlanNode> {
    const { 'QUERY PLAN': plan } = await this.get(Database).one<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${statement}`,
    );
    return plan[0].Plan;
  }

  close(): Promise<void> {
    return this.module.close();
  }

  private get unit(): UnitOfWork {
    return this.get(UnitOfWork);
  }

  private get<T>(type: abstract new (...args: never[]) => T): T {
    return this.module.get<T>(type as never, { strict: false }); // reason: Nest's type wants a public constructor
  }
}

/** EXECUTE takes no parameters of its own. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `ARRAY[${value.map(literal).join(', ')}]`;
  return pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value));
}
