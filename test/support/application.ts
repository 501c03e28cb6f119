import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RunningApplication, startApplication } from '../../src/bootstrap.js';
import { ApiKeys } from '../../src/platform/auth/api-keys.js';
import { allScopes } from '../../src/platform/auth/scopes.js';
import { AppConfig } from '../../src/platform/config/app-config.js';
import {
  type CorpCredentials,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../src/sandbox/index.js';
import * as api from '../client/index.js';
import { type Client, createClient, createConfig } from '../client/client/index.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { eventually } from './eventually.js';

/** The whole application with a sandbox and a database of its own, used through the generated client only. */
export interface TestApplication {
  url: string;
  database: TestDatabase;
  sandbox: Sandbox;
  application: RunningApplication;
  operator: Client;
  close(): Promise<void>;
}

export interface ConnectedCorp {
  id: string;
  wecom: CorpCredentials;
  apps: { id: string; kind: string; callbackPath: string }[];
  key: string;
  client: Client;
}

export async function startTestApplication(options: SandboxOptions = {}): Promise<TestApplication> {
  const database = await createTestDatabase();
  const sandbox = await startSandbox({
    seed: 'e2e',
    size: { staff: 12, customers: 60, groupChats: 3 },
    ...options,
  });
  const application = await startApplication(testConfig(database, sandbox.url));
  const operatorKey = await application.app.get(ApiKeys).createOperatorKey({ owner: 'test', name: 'test' });
  return {
    url: application.url,
    database,
    sandbox,
    application,
    operator: clientFor(application.url, operatorKey.key),
    close: async () => {
      await application.close();
      await sandbox.close();
      await database.drop();
    },
  };
}

export function testConfig(database: TestDatabase, wecomApiBaseUrl: string): AppConfig {
  return new AppConfig({
    port: 0,
    host: '127.0.0.1',
    role: 'all',
    databaseUrl: database.appUrl,
    wecomApiBaseUrl,
    masterKeys: `test:${randomBytes(32).toString('base64')}`,
    dataDir: mkdtempSync(path.join(tmpdir(), 'scrm-test-')),
    logLevel: 'silent',
    syncEndedShareMax: 0.2,
    callbackSpoolMbMax: 16,
  });
}

export function clientFor(url: string, key: string): Client {
  return createClient(createConfig({ baseUrl: url, auth: () => key }));
}

export const idempotent = () => ({ 'Idempotency-Key': randomUUID() });

/** Connects the sandbox's corp as the guide says: corp, apps, callback URLs saved in the console, a key. */
export async function connectCorp(
  test: Pick<TestApplication, 'url' | 'sandbox' | 'operator'>,
  wecom: CorpCredentials = test.sandbox.control.corp(),
): Promise<ConnectedCorp> {
  const callback = () => ({
    token: randomBytes(16).toString('hex'),
    encodingAesKey: randomBytes(22).toString('hex').slice(0, 43),
  });
  const pairs = { self_built: callback(), directory_assistant: callback() };
  const { data: corp } = await api.connectionsConnect({
    client: test.operator,
    headers: idempotent(),
    throwOnError: true,
    body: {
      wecomCorpId: wecom.corpId,
      name: wecom.name,
      timeZone: 'Asia/Shanghai',
      languages: ['zh-CN'],
      apps: [
        { kind: 'self_built', agentId: wecom.agentId, secret: wecom.appSecret, callback: pairs.self_built },
        { kind: 'directory_assistant', secret: wecom.assistantSecret, callback: pairs.directory_assistant },
      ],
    },
  });
  for (const app of corp.apps) {
    const saved = await test.sandbox.control.saveCallback({
      corpId: wecom.corpId,
      place: app.kind === 'self_built' ? 'app' : 'assistant',
      url: `${test.url}${app.callbackPath}`,
      ...pairs[app.kind],
    });
    if (!saved.saved) throw new Error(saved.reason.en);
  }
  const { data: key } = await api.keysCreate({
    client: test.operator,
    headers: idempotent(),
    throwOnError: true,
    path: { corpId: corp.id },
    body: { name: 'test', owner: 'test', scopes: [...allScopes] },
  });
  return { id: corp.id, wecom, apps: corp.apps, key: key.key, client: clientFor(test.url, key.key) };
}

export const FIRST_SYNCS = ['staff.sync', 'segments.sync-corp-tags', 'customers.sync', 'group-chats.sync'];

/** Each mirror has been filled, and no further sync runs. */
export async function whenSynced(client: Client): Promise<void> {
  await eventually(async () => {
    const { data } = await api.operationsList({ client, throwOnError: true, query: { limit: 200 } });
    const states = new Set(data.items.map(({ kind, state }) => `${kind} ${state}`));
    for (const kind of FIRST_SYNCS) {
      expect(states).toContain(`${kind} succeeded`);
      expect(states).not.toContain(`${kind} queued`);
      expect(states).not.toContain(`${kind} running`);
    }
  }, 30_000);
}
