import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Test, type TestingModule } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.js';
import { CUSTOMERS_SYNC } from '../../src/modules/customers/contacts/use-cases/customers-sync.js';
import { observeListing } from '../../src/modules/customers/contacts/domain/observe.js';
import { readAtOf } from '../../src/modules/customers/contacts/domain/contact-observation.js';
import { groupStaff } from '../../src/modules/customers/contacts/domain/staff-groups.js';
import { AppConfig } from '../../src/platform/config/app-config.js';
import type { CorpId } from '../../src/platform/context/typed-id.js';
import { Envelopes } from '../../src/platform/crypto/envelopes.js';
import { MasterKeys } from '../../src/platform/crypto/master-keys.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { JobHandlers } from '../../src/platform/jobs/job-handlers.js';
import { AppLogger } from '../../src/platform/logging/app-logger.js';
import { Operations } from '../../src/platform/operations/operations.js';
import { Syncs } from '../../src/platform/sync/syncs.js';
import { CallQuota } from '../../src/wecom/client/call-quota.js';
import { ContactsGateway } from '../../src/wecom/index.js';

const RUN = { attempt: 1, attemptsMax: 2, signal: new AbortController().signal };
export const MASTER_KEYS = `bench:${Buffer.alloc(32, 'bench').toString('base64')}`;
/** As `platform/sync` reads them. */
const PAGES_AT_ONCE = 8;

/**
 * The application as `app.module.ts` composes it, without listening and without a worker: the jobs of the pass run one
 * after the other when the benchmark says so. The only part replaced is the quota, which would hold it at 150 pages/s.
 */
export class SyncingApplication {
  private constructor(
    private readonly module: TestingModule,
    readonly corpId: CorpId,
  ) {}

  static async start(appUrl: string, wecomApiBaseUrl: string): Promise<SyncingApplication> {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'full-sync-'));
    const settings = { wecomApiBaseUrl, dataDir, role: 'api' } as const;
    const parts = {
      config: AppConfig.fromEnvironment({ DATABASE_URL: appUrl }).with(settings),
      logger: new AppLogger({ level: 'warn' }),
      masterKeys: MasterKeys.load({ masterKeys: MASTER_KEYS, dataDir: '' }),
    };
    const module = await Test.createTestingModule({ imports: [AppModule.with(parts)] })
      .overrideProvider(CallQuota)
      .useValue({ take: async () => undefined, block: async () => undefined })
      .compile();
    await module.init();
    return new SyncingApplication(module, await connectCorp(module));
  }

  /** One whole pass. @returns its seconds. */
  async sync(relations: number): Promise<number> {
    const step = this.module
      .get(JobHandlers)
      .all()
      .find(({ name }) => name === 'sync.step');
    const unit = this.module.get(UnitOfWork);
    const startedAt = performance.now();
    const id = await unit.run(this.corpId, () => this.module.get(Syncs).start(CUSTOMERS_SYNC));
    for (;;) {
      await step?.handle({ corpId: this.corpId, kind: CUSTOMERS_SYNC }, RUN);
      const { state, result } = await unit.read(this.corpId, () => this.module.get(Operations).get(id));
      if (state === 'running') continue;
      const seconds = (performance.now() - startedAt) / 1000;
      const { inserted = 0, changed = 0 } = (result ?? {}) as { inserted?: number; changed?: number }; // reason: ours
      if (state === 'succeeded' && inserted + changed === relations) return seconds;
      throw new Error(`the pass ended as ${state} with ${inserted} inserted and ${changed} changed`);
    }
  }

  /** Fetches, parses and observes every page and stores nothing. @returns pages for each second. */
  async walk(): Promise<number> {
    const contacts = this.module.get(ContactsGateway, { strict: false });
    const groups = groupStaff(await contacts.listFollowUserIds(this.corpId));
    const readAt = readAtOf(new Date());
    let pages = 0;
    const startedAt = performance.now();
    const walkGroups = async () => {
      for (let group = groups.shift(); group; group = groups.shift()) {
        let cursor = '';
        do {
          const page = await contacts.listByStaff(this.corpId, group, cursor);
          observeListing(page.items, readAt);
          cursor = page.nextCursor;
          pages++;
        } while (cursor);
      }
    };
    await Promise.all(Array.from({ length: PAGES_AT_ONCE }, walkGroups));
    return pages / ((performance.now() - startedAt) / 1000);
  }

  close(): Promise<void> {
    return this.module.close();
  }
}

/** As connecting does it: corp, app, sealed secret. */
async function connectCorp(module: TestingModule): Promise<CorpId> {
  const corpId = randomUUID() as CorpId; // reason: a new corp's id
  const appId = randomUUID();
  const place = { corpId, table: 'wecom.apps', column: 'secret_sealed', rowId: appId };
  const secret = module.get(Envelopes).seal('secret', place);
  const database = module.get(Database);
  const unit = module.get(UnitOfWork);
  await unit.run(undefined, () =>
    database.query(
      `INSERT INTO platform.corps (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
       VALUES ($1, $2, 'Bench', 'Asia/Shanghai', '{zh-CN}', 'per_day_1', 'active', now(), now())`,
      [corpId, `ww${corpId.slice(0, 16)}`],
    ),
  );
  await unit.run(corpId, () =>
    database.query(
      `INSERT INTO wecom.apps (corp_id, id, kind, agent_id, name, secret_sealed, secret_version, state, created_at, updated_at)
       VALUES ($1, $2, 'self_built', 1000002, 'bench', $3, 1, 'unverified', now(), now())`,
      [corpId, appId, secret],
    ),
  );
  return corpId;
}
