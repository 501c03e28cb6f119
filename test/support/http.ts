import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DynamicModule, Type } from '@nestjs/common';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { Client } from 'pg';
import { AuditModule } from '../../src/platform/audit/audit.module.js';
import { ApiKeys } from '../../src/platform/auth/api-keys.js';
import { AuthModule } from '../../src/platform/auth/auth.module.js';
import type { Scope } from '../../src/platform/auth/scopes.js';
import { Clock } from '../../src/platform/clock/clock.js';
import { ClockModule } from '../../src/platform/clock/clock.module.js';
import { AppConfig, type AppSettings } from '../../src/platform/config/app-config.js';
import { ConfigModule } from '../../src/platform/config/config.module.js';
import { type CorpId, toPublicId } from '../../src/platform/context/typed-id.js';
import { CryptoModule } from '../../src/platform/crypto/crypto.module.js';
import { MasterKeys } from '../../src/platform/crypto/master-keys.js';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import { HealthModule } from '../../src/platform/health/health.module.js';
import { initHttp } from '../../src/platform/http/init-http.js';
import { createHttpAdapter } from '../../src/platform/http/http-adapter.js';
import { HttpModule } from '../../src/platform/http/http.module.js';
import type { RateLimits } from '../../src/platform/http/rate-limit.js';
import { JobsModule } from '../../src/platform/jobs/jobs.module.js';
import { AppLogger } from '../../src/platform/logging/app-logger.js';
import { LoggingModule } from '../../src/platform/logging/logging.module.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { FakeClock } from './fake-clock.js';

export interface TestHttp {
  app: NestFastifyApplication;
  database: TestDatabase;
  clock: FakeClock;
  /** Everything the process logged, one JSON line each. */
  logLines: string[];
  /** For another process on the same database. */
  masterKeys: string;
  operatorKey: string;
  get<T>(type: Type<T> | (abstract new (...args: never[]) => T)): T;
  /** As the owner of the tables, past the tenant wall where a table has none. */
  sql<T extends object>(text: string, params?: unknown[]): Promise<T[]>;
  addCorp(): Promise<{ id: CorpId; publicId: string }>;
  corpKey(corpId: CorpId, scopes: Scope[], owner?: string): Promise<string>;
  /** Sends JSON with the key and, for POST, a fresh Idempotency-Key, unless the headers say otherwise. */
  call(
    key: string,
    options: InjectOptions & { method: string; url: string },
  ): Promise<LightMyRequestResponse>;
  close(): Promise<void>;
}

/** The platform's HTTP layer as `bootstrap.ts` wires it, with the given modules, on a database of its own. */
export async function startTestHttp(
  modules: (Type | DynamicModule)[] = [],
  options: { settings?: Partial<AppSettings>; limits?: RateLimits; poolMax?: number } = {},
): Promise<TestHttp> {
  const database = await createTestDatabase();
  const clock = new FakeClock();
  const logLines: string[] = [];
  const logger = new AppLogger({
    level: 'trace',
    destination: { write: (line) => void logLines.push(line) },
  });
  const masterKeys = `test:${randomBytes(32).toString('base64')}`;
  const dataDir = mkdtempSync(path.join(tmpdir(), 'scrm-test-'));
  const config = AppConfig.fromEnvironment({ DATABASE_URL: database.appUrl, DATA_DIR: dataDir }).with(
    options.settings ?? {},
  );
  const module = await Test.createTestingModule({
    imports: [
      ConfigModule.with(config),
      LoggingModule.with(logger),
      ClockModule,
      CryptoModule.withKeys(MasterKeys.load({ masterKeys, dataDir: '' })),
      DatabaseModule.connect({ url: database.appUrl, poolMax: options.poolMax ?? 10 }),
      AuditModule,
      AuthModule,
      JobsModule.register({ databaseUrl: database.appUrl, runWorker: false, concurrency: 1 }),
      HealthModule,
      HttpModule,
      ...modules,
    ],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(config), {
    bodyParser: false,
    logger,
  });
  await initHttp(app, options.limits ?? { perKey: 1e6, perAddress: 1e6, windowMs: 60_000 });
  await app.getHttpAdapter().getInstance().ready();
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const keys = app.get(ApiKeys);
  const operatorKey = (await keys.createOperatorKey({ owner: 'ops' })).key;
  return {
    app,
    database,
    clock,
    logLines,
    masterKeys,
    operatorKey,
    get: (type) => app.get(type),
    sql: async <T extends object>(text: string, params: unknown[] = []) =>
      (await owner.query<T>(text, params)).rows,
    addCorp: async () => {
      const id = randomUUID() as CorpId;
      await owner.query(
        `INSERT INTO platform.corps (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
         VALUES ($1, $2, 'Test', 'Asia/Shanghai', '{zh}', 'per_day_1', 'active', now(), now())`,
        [id, `ww${id.slice(0, 16)}`],
      );
      return { id, publicId: toPublicId('corp', id) };
    },
    corpKey: async (corpId, scopes, keyOwner = 'it') =>
      (await keys.createCorpKey(corpId, { owner: keyOwner }, scopes)).key,
    call: (key, { headers, ...rest }) =>
      app.inject({
        ...rest,
        headers: {
          authorization: `Bearer ${key}`,
          ...(rest.method === 'POST' && { 'idempotency-key': randomUUID() }),
          ...headers,
        },
      } as InjectOptions) as Promise<LightMyRequestResponse>,
    close: async () => {
      await owner.end();
      await app.close();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
