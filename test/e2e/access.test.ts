import { setTimeout as sleep } from 'node:timers/promises';
import * as api from '../client/index.js';
import {
  clientFor,
  type ConnectedCorp,
  connectCorp,
  idempotent,
  startTestApplication,
  type TestApplication,
  whenSynced,
} from '../support/application.js';

let test: TestApplication;
let ours: ConnectedCorp;
let theirs: ConnectedCorp;

interface Operation {
  method: string;
  path: string;
  operationId: string;
}

let operations: Operation[];

beforeAll(async () => {
  test = await startTestApplication({ size: { staff: 12, customers: 20, groupChats: 2 } });
  const other = test.sandbox.control.addCorp({
    name: '另一家公司',
    size: { staff: 12, customers: 15, groupChats: 2 },
  });
  ours = await connectCorp(test);
  theirs = await connectCorp(test, other);
  await Promise.all([whenSynced(ours.client), whenSynced(theirs.client)]);
  const response = await fetch(`${test.url}/openapi.json`, {
    headers: { Authorization: `Bearer ${ours.key}` },
  });
  const document = (await response.json()) as {
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId }]) => ({
      method: method.toUpperCase(),
      path,
      operationId,
    })),
  );
}, 90_000);

afterAll(async () => test.close());

/** Any operation with an empty body, through the generated client's own request. */
async function call(
  operation: Operation,
  key: string | undefined,
  ids: Record<string, string> = {},
): Promise<Response> {
  const url = operation.path.replace(
    /\{(\w+)\}/g,
    (_, name: string) => ids[name] ?? 'cus_01jd3q4mfaeq6v5c0qd8y3y5za',
  );
  const writes = operation.method !== 'GET' && operation.method !== 'DELETE';
  const { response } = await clientFor(test.url, key ?? '').request({
    method: operation.method as 'GET',
    url,
    headers: { ...idempotent(), ...(key && { Authorization: `Bearer ${key}` }) },
    ...(writes && { body: {} }),
  });
  return response!;
}

/** There are more operations than an address may ask for without a key in ten seconds. */
async function patiently(ask: () => Promise<Response>): Promise<Response> {
  const response = await ask();
  if (response.status !== 429) return response;
  await sleep(Number(response.headers.get('retry-after')) * 1000);
  return patiently(ask);
}

describe('access', () => {
  it('asks every documented operation, the documentation and unknown paths for a key', async () => {
    expect(operations.length).toBeGreaterThan(25);
    const extra = ['/docs', '/openapi.json', '/metrics', '/v1/nothing', '/'].map((path) => ({
      method: 'GET',
      path,
      operationId: path,
    }));
    for (const operation of [...operations, ...extra]) {
      const response = await patiently(() => call(operation, undefined));
      expect([operation.operationId, response.status]).toEqual([operation.operationId, 401]);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
    }
  }, 60_000);

  it('answers health without a key', async () => {
    expect((await fetch(`${test.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${test.url}/readyz`)).status).toBe(200);
  });

  it('refuses a key without the scope of the operation, on every operation', async () => {
    const { data } = await api.keysCreate({
      client: test.operator,
      headers: idempotent(),
      throwOnError: true,
      path: { corpId: ours.id },
      body: { name: 'nearly nothing', owner: 'test', scopes: ['jobs:approve'] },
    });
    for (const operation of operations) {
      const response = await call(operation, data.key, { corpId: ours.id });
      expect([operation.operationId, response.status]).toEqual([operation.operationId, 403]);
    }
  });

  it('shows an operator key no customer data', async () => {
    for (const list of [api.customersList, api.staffList, api.groupChatsList, api.callbacksList]) {
      const { error } = await list({ client: test.operator });
      expect(error).toMatchObject({ code: 'auth.scope_missing' });
    }
  });

  it('shows one corp nothing of another, neither in lists nor by id', async () => {
    const list = async (client: ConnectedCorp['client']) => ({
      customers: (await api.customersList({ client, throwOnError: true, query: { limit: 200 } })).data.items,
      staff: (await api.staffList({ client, throwOnError: true, query: { limit: 200 } })).data.items,
      groupChats: (await api.groupChatsList({ client, throwOnError: true, query: { limit: 200 } })).data
        .items,
      operations: (await api.operationsList({ client, throwOnError: true, query: { limit: 200 } })).data
        .items,
      callbacks: (await api.callbacksList({ client, throwOnError: true, query: { limit: 200 } })).data.items,
    });
    const [mine, foreign] = [await list(ours.client), await list(theirs.client)];
    const idsOf = (lists: typeof mine) => Object.values(lists).flatMap((items) => items.map(({ id }) => id));
    expect(idsOf(mine).filter((id) => idsOf(foreign).includes(id))).toEqual([]);

    const client = ours.client;
    const path = (items: { id: string }[]) => ({ path: { id: items[0]!.id }, client });
    const refusals = [
      await api.customersGet(path(foreign.customers)),
      await api.staffGet(path(foreign.staff)),
      await api.groupChatsGet(path(foreign.groupChats)),
      await api.groupChatsListMembers(path(foreign.groupChats)),
      await api.operationsGet(path(foreign.operations)),
      await api.connectionsGet({ client, path: { corpId: theirs.id } }),
    ];
    for (const { response } of refusals) expect(response.status).toBe(404);
  });

  it('refuses a cursor of another corp, of another filter and a made-up one', async () => {
    const { data } = await api.customersList({
      client: theirs.client,
      throwOnError: true,
      query: { limit: 1 },
    });
    const foreign = await api.customersList({
      client: ours.client,
      query: { limit: 1, cursor: data.nextCursor! },
    });
    expect(foreign.error).toMatchObject({ code: 'http.cursor_invalid' });
    const mine = await api.customersList({ client: ours.client, throwOnError: true, query: { limit: 1 } });
    const refiltered = await api.customersList({
      client: ours.client,
      query: { limit: 1, addWay: 1, cursor: mine.data.nextCursor! },
    });
    expect(refiltered.error).toMatchObject({ code: 'http.cursor_invalid' });
    const invented = await api.customersList({ client: ours.client, query: { cursor: 'eyJpZCI6MX0.abc' } });
    expect(invented.error).toMatchObject({ code: 'http.cursor_invalid' });
  });

  it('ends a revoked key within a second', async () => {
    const { data } = await api.keysCreate({
      client: test.operator,
      headers: idempotent(),
      throwOnError: true,
      path: { corpId: ours.id },
      body: { name: 'short', owner: 'test', scopes: ['staff:read'] },
    });
    const client = clientFor(test.url, data.key);
    await api.staffList({ client, throwOnError: true });
    await api.keysRevoke({
      client: test.operator,
      throwOnError: true,
      path: { corpId: ours.id, keyId: data.id },
    });
    const response = await patiently(async () => (await api.staffList({ client })).response!);
    expect(response.status).toBe(401);
  });
});
