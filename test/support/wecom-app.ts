import type { Type } from '@nestjs/common';
import { EventsModule } from '../../src/platform/events/events.module.js';
import { JobsModule } from '../../src/platform/jobs/jobs.module.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import { type CorpId, parsePublicId } from '../../src/platform/context/typed-id.js';
import {
  type CorpCredentials,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../src/sandbox/index.js';
import { VerifySecrets } from '../../src/wecom/connections/reactions/verify-secrets.js';
import { WecomModule } from '../../src/wecom/index.js';
import type { CallbackPair } from './wecom-envelope.js';
import { startTestHttp, type TestHttp } from './http.js';

export interface WecomTestApp extends TestHttp {
  sandbox: Sandbox;
}

export interface TestCorp {
  corpId: CorpId;
  publicId: string;
  wecom: CorpCredentials;
  apps: { id: string; kind: string; callbackPath: string; state: string }[];
}

export const APP_PAIR: CallbackPair = {
  token: 'scrmTokenAlpha01',
  encodingAesKey: 'kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR',
};
export const ASSISTANT_PAIR: CallbackPair = {
  token: 'scrmTokenBeta02',
  encodingAesKey: 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C',
};

/** The HTTP layer with the WeCom module against a sandbox on the same clock; jobs are called by hand. */
export async function startWecomApp(
  options: SandboxOptions = {},
  modules: Type[] = [],
): Promise<WecomTestApp> {
  let now: () => number = Date.now;
  const sandbox = await startSandbox({
    seed: 'wecom',
    size: { staff: 12, customers: 130, groupChats: 3 },
    clock: () => now(),
    ...options,
  });
  const http = await startTestHttp(
    [
      JobsModule.register({ databaseUrl: 'unused', runWorker: false, concurrency: 1 }),
      EventsModule,
      WecomModule,
      ...modules,
    ],
    { settings: { wecomApiBaseUrl: sandbox.url } },
  );
  now = () => http.clock.now().getTime();
  return {
    ...http,
    sandbox,
    close: async () => {
      await http.close();
      await sandbox.close();
    },
  };
}

export interface ConnectOptions {
  wecom?: CorpCredentials;
  secret?: string;
  verify?: boolean;
}

/** Connects a corp of the sandbox through the API and, unless told otherwise, has its secrets verified. */
export async function connectTestCorp(app: WecomTestApp, options: ConnectOptions = {}): Promise<TestCorp> {
  const wecom = options.wecom ?? app.sandbox.control.corp();
  const answer = await app.call(app.operatorKey, {
    method: 'POST',
    url: '/v1/corps',
    payload: corpOrder(wecom, options.secret ?? wecom.appSecret),
  });
  if (answer.statusCode !== 201) throw new Error(answer.body);
  const body = answer.json<{ id: string; apps: TestCorp['apps'] }>();
  const corpId = parsePublicId('corp', body.id) as CorpId;
  if (options.verify !== false) await app.get(VerifySecrets).verify(corpId);
  return { corpId, publicId: body.id, wecom, apps: body.apps };
}

export function corpOrder(wecom: CorpCredentials, secret = wecom.appSecret) {
  return {
    wecomCorpId: wecom.corpId,
    name: wecom.name,
    timeZone: 'Asia/Shanghai',
    languages: ['zh-CN'],
    apps: [
      { kind: 'self_built', agentId: wecom.agentId, secret, callback: APP_PAIR },
      { kind: 'directory_assistant', secret: wecom.assistantSecret, callback: ASSISTANT_PAIR },
    ],
  };
}

export function appOf(corp: TestCorp, kind: 'self_built' | 'directory_assistant'): TestCorp['apps'][number] {
  const app = corp.apps.find((candidate) => candidate.kind === kind);
  if (!app) throw new Error(`no app of kind ${kind}`);
  return app;
}

/** Rows behind the tenant wall; the statement's first parameter is the corp. */
export function rowsOf<T extends object>(
  app: WecomTestApp,
  corp: TestCorp,
  sql: string,
  params: unknown[] = [],
): Promise<T[]> {
  return app
    .get(UnitOfWork)
    .run(corp.corpId, () => app.get(Database).query<T>(sql, [corp.corpId, ...params]));
}
