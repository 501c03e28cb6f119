import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Database } from '../../../src/platform/database/database.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { Clock } from '../../../src/platform/clock/clock.js';
import { AppConfig } from '../../../src/platform/config/app-config.js';
import { Envelopes } from '../../../src/platform/crypto/envelopes.js';
import { Metrics } from '../../../src/platform/health/metrics.js';
import { AccessTokenStore } from '../../../src/wecom/client/access-token.store.js';
import { AccessTokens } from '../../../src/wecom/client/access-tokens.js';
import { wecomApi } from '../../../src/wecom/client/api.js';
import { CallMetrics } from '../../../src/wecom/client/call-metrics.js';
import { CallQuota } from '../../../src/wecom/client/call-quota.js';
import { DailyCalls } from '../../../src/wecom/client/daily-calls.js';
import { CallQuotaStore } from '../../../src/wecom/client/call-quota.store.js';
import { Circuits } from '../../../src/wecom/client/circuits.js';
import { InFlight } from '../../../src/wecom/client/in-flight.js';
import { WecomApiError } from '../../../src/wecom/client/wecom-api-error.js';
import { WecomCaller } from '../../../src/wecom/client/wecom-caller.js';
import { WecomClient } from '../../../src/wecom/client/wecom-client.js';
import { WecomTransport } from '../../../src/wecom/client/wecom-transport.js';
import { ConnectedApps } from '../../../src/wecom/connections/connected-apps.js';
import { AppsStore } from '../../../src/wecom/connections/persistence/apps.store.js';
import { wecomEndpoints } from '../../../src/wecom/index.js';
import { sandboxEndpoints } from '../../../src/sandbox/index.js';
import {
  connectTestCorp,
  rowsOf,
  startWecomApp,
  type TestCorp,
  type WecomTestApp,
} from '../../support/wecom-app.js';

let app: WecomTestApp;
let seeds = 0;

beforeAll(async () => {
  app = await startWecomApp();
});
afterAll(async () => app.close());

/** A client with nothing in memory in common with the others: what another process has. */
function anotherProcess(baseUrl = app.sandbox.url): {
  client: WecomClient;
  inFlight: InFlight;
  transport: WecomTransport;
} {
  const unit = app.get(UnitOfWork);
  const database = app.get(Database);
  const clock = app.get(Clock);
  const inFlight = new InFlight();
  const transport = new WecomTransport(app.get(AppConfig).with({ wecomApiBaseUrl: baseUrl }));
  const quota = new CallQuota(new CallQuotaStore(unit, database), clock);
  const metrics = new CallMetrics(new Metrics());
  const daily = new DailyCalls(unit, database);
  const caller = new WecomCaller(transport, quota, daily, inFlight, new Circuits(), metrics);
  const store = new AccessTokenStore(unit, database, app.get(Envelopes));
  const apps = new ConnectedApps(unit, database, clock);
  const tokens = new AccessTokens(store, caller, clock);
  return { client: new WecomClient(unit, apps, tokens, caller, app.get(AppsStore)), inFlight, transport };
}

const newCorp = (): Promise<TestCorp> =>
  connectTestCorp(app, {
    wecom: app.sandbox.control.addCorp({ seed: `client${++seeds}`, size: { staff: 4, customers: 8 } }),
  });
const followUsers = (client: WecomClient, corp: TestCorp) =>
  client.call(corp.corpId, wecomApi.listFollowUsers, {}, (answer) => answer.texts('follow_user'));
const calls = (path: string) => app.sandbox.control.callCounts()[path] ?? 0;
const TOKEN = wecomApi.getToken.path;
const FOLLOW = wecomApi.listFollowUsers.path;
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

describe('token', () => {
  it('is fetched once for 20 parallel calls of two processes that find it expired', async () => {
    const corp = await newCorp();
    await rowsOf(
      app,
      corp,
      `UPDATE wecom.access_tokens SET refresh_at = now() - interval '1 second' WHERE corp_id = $1`,
    );
    app.sandbox.control.setSwitches({ latencyMs: 50 });
    const before = calls(TOKEN);
    const processes = [anotherProcess(), anotherProcess()];
    await Promise.all(times(20, (index) => followUsers(processes[index % 2]!.client, corp)));
    app.sandbox.control.setSwitches({ latencyMs: 0 });
    expect(calls(TOKEN) - before).toBe(1);
  });

  it('is replaced exactly once by two processes whose calls meet 40014, and every call succeeds', async () => {
    const corp = await newCorp();
    const processes = [anotherProcess(), anotherProcess()];
    await Promise.all(processes.map(({ client }) => followUsers(client, corp)));
    app.sandbox.control.invalidateTokens(corp.wecom.corpId);
    app.sandbox.control.setSwitches({ latencyMs: 30 });
    const before = calls(TOKEN);
    const answers = await Promise.all(times(20, (index) => followUsers(processes[index % 2]!.client, corp)));
    app.sandbox.control.setSwitches({ latencyMs: 0 });
    for (const answer of answers) expect(answer.length).toBeGreaterThan(0);
    expect(calls(TOKEN) - before).toBe(1);
  });

  it('is replaced once for each refusal, and a second refusal in a row is the answer', async () => {
    const corp = await newCorp();
    const { client } = anotherProcess();
    app.sandbox.control.failNext({ path: FOLLOW, errcode: 42001, times: 2 });
    const before = { token: calls(TOKEN), follow: calls(FOLLOW) };
    await expect(followUsers(client, corp)).rejects.toMatchObject({
      errcode: 42001,
      action: 'refresh',
      retryable: true,
    });
    expect({ token: calls(TOKEN) - before.token, follow: calls(FOLLOW) - before.follow }).toEqual({
      token: 1,
      follow: 2,
    });
  });

  it('is taken over from a process that died while it refreshed', async () => {
    const corp = await newCorp();
    await rowsOf(
      app,
      corp,
      `UPDATE wecom.access_tokens SET refresh_at = now(), leased_until = clock_timestamp() + interval '1 second' WHERE corp_id = $1`,
    );
    expect((await followUsers(anotherProcess().client, corp)).length).toBeGreaterThan(0);
  });

  it('is leased for its present version only, and stored over it only', async () => {
    const corp = await newCorp();
    const connected = (await app.get(ConnectedApps).find(corp.corpId, 'self_built'))!;
    const store = new AccessTokenStore(app.get(UnitOfWork), app.get(Database), app.get(Envelopes));
    const { version } = (await store.read(connected))!;
    expect(await store.lease(connected, version - 1)).toBe(false);
    expect(await store.lease(connected, version)).toBe(true);
    expect(await store.lease(connected, version)).toBe(false);
    expect(await store.put(connected, version - 1, { value: 'late', lifeS: 7200 })).toBeUndefined();
    const put = await store.put(connected, version, { value: 'next', lifeS: 7200 });
    expect(put).toMatchObject({ version: version + 1 });
    expect(put?.usableMs).toBeLessThanOrEqual(7_100_000); // so that none starts with a token that dies on its way
    expect(await store.read(connected)).toMatchObject({ token: 'next', version: version + 1 });
  });

  it('that a refresh brings back after the secret changed is thrown away', async () => {
    const corp = await newCorp();
    const connected = (await app.get(ConnectedApps).find(corp.corpId, 'self_built'))!;
    const store = new AccessTokenStore(app.get(UnitOfWork), app.get(Database), app.get(Envelopes));
    const state = (await store.read(connected))!;
    expect(await store.lease(connected, state.version)).toBe(true);
    await app
      .get(UnitOfWork)
      .run(corp.corpId, () => app.get(AppsStore).replaceSecret(corp.corpId, connected.id, 'another-secret'));
    expect(
      await store.put(connected, state.version, { value: 'of the old secret', lifeS: 7200 }),
    ).toBeUndefined();
    await store.reject(connected, state, 40001);
    const old = { id: connected.id, secretVersion: state.secretVersion };
    await app.get(UnitOfWork).run(corp.corpId, () => app.get(AppsStore).markValid(corp.corpId, old));
    expect(await store.read(connected)).toMatchObject({ token: undefined, appState: 'unverified' });
  });

  it('lives sealed, and neither errors nor logs show it', async () => {
    const corp = await newCorp();
    const { client, transport } = anotherProcess();
    await followUsers(client, corp);
    const sealed = await rowsOf<{ sealed: string }>(
      app,
      corp,
      'SELECT token_sealed AS sealed FROM wecom.access_tokens WHERE corp_id = $1 AND token_sealed IS NOT NULL',
    );
    expect(sealed.every((row) => row.sealed.startsWith('v1.'))).toBe(true);
    const query = { corpid: corp.wecom.corpId, corpsecret: 'canary-secret', access_token: 'canary-token' };
    const dead = anotherProcess('http://127.0.0.1:9').transport;
    const errors = await Promise.all([
      dead.send(wecomApi.getToken, { query }).catch((error: unknown) => error),
      transport.send({ ...wecomApi.getToken, path: '/nowhere' }, { query }).catch((error: unknown) => error),
    ]);
    for (const error of errors) {
      expect(error).toBeInstanceOf(WecomApiError);
      const { stack, message, cause, ...rest } = error as Error;
      expect(cause).toBeUndefined();
      expect(`${stack}${message}${JSON.stringify(rest)}`).not.toMatch(/canary/);
    }
  });
});

describe('repeating', () => {
  it('repeats -1 up to three tries for a call that may be repeated', async () => {
    const corp = await newCorp();
    const { client } = anotherProcess();
    app.sandbox.control.failNext({ path: FOLLOW, errcode: -1, times: 2 });
    const before = calls(FOLLOW);
    expect((await followUsers(client, corp)).length).toBeGreaterThan(0);
    expect(calls(FOLLOW) - before).toBe(3);
    app.sandbox.control.failNext({ path: FOLLOW, errcode: -1, times: 3 });
    await expect(followUsers(client, corp)).rejects.toMatchObject({ errcode: -1, action: 'retry' });
    expect(calls(FOLLOW) - before).toBe(6);
  });

  it('never repeats -1 where a second call may take effect twice, nor a business errcode', async () => {
    const corp = await newCorp();
    const { client } = anotherProcess();
    const add = () => client.call(corp.corpId, wecomApi.addCorpTags, { body: {} }, () => undefined);
    const path = wecomApi.addCorpTags.path;
    app.sandbox.control.failNext({ path, errcode: -1, times: 1 });
    const before = calls(path);
    await expect(add()).rejects.toMatchObject({ errcode: -1 });
    app.sandbox.control.failNext({ path: FOLLOW, errcode: 40003, times: 1 });
    const follow = calls(FOLLOW);
    await expect(followUsers(client, corp)).rejects.toMatchObject({
      errcode: 40003,
      action: 'fail',
      retryable: false,
    });
    expect([calls(path) - before, calls(FOLLOW) - follow]).toEqual([1, 1]);
  });

  it('repeats 45033, which did nothing, for every call, and halves the parallel calls', async () => {
    const corp = await newCorp();
    const { client, inFlight } = anotherProcess();
    const path = wecomApi.addCorpTags.path;
    app.sandbox.control.failNext({ path, errcode: 45033, times: 1 });
    const body = { group_name: '并发', tag: [{ name: '一' }] };
    await client.call(corp.corpId, wecomApi.addCorpTags, { body }, () => undefined);
    expect(inFlight.limitOf(`${corp.corpId} ${path}`)).toBe(5);
    expect(inFlight.limitOf(`${corp.corpId} ${FOLLOW}`)).toBe(10);
  });

  it('pauses one API of one corp in all processes after 45009', async () => {
    const [corp, other] = [await newCorp(), await newCorp()];
    const processes = [anotherProcess(), anotherProcess()];
    app.sandbox.control.failNext({ path: FOLLOW, errcode: 45009, times: 1 });
    await expect(followUsers(processes[0]!.client, corp)).rejects.toMatchObject({
      errcode: 45009,
      retryable: true,
    });
    const before = calls(FOLLOW);
    for (const { client } of processes) {
      await expect(followUsers(client, corp)).rejects.toMatchObject({
        code: 'wecom.call_postponed',
        errcode: 45009,
      });
    }
    expect(calls(FOLLOW) - before).toBe(0);
    await followUsers(processes[1]!.client, other);
    await processes[1]!.client.call(corp.corpId, wecomApi.listCorpTags, {}, () => undefined);

    const block = () =>
      rowsOf<{ minutes: number }>(
        app,
        corp,
        `SELECT round(extract(epoch FROM blocked_until - now()) / 60)::int AS minutes FROM wecom.quota_windows
          WHERE corp_id = $1 AND api = $2`,
        [FOLLOW],
      );
    expect(await block()).toEqual([{ minutes: 1 }]);
    await rowsOf(app, corp, 'UPDATE wecom.quota_windows SET blocked_until = now() WHERE corp_id = $1', []);
    app.sandbox.control.failNext({ path: FOLLOW, errcode: 45009, times: 1 });
    await expect(followUsers(anotherProcess().client, corp)).rejects.toMatchObject({ errcode: 45009 });
    expect(await block()).toEqual([{ minutes: 60 }]);
  });

  it('stops calling what does not answer after five failures, for this corp and family only', async () => {
    const corp = await newCorp();
    const dead = anotherProcess('http://127.0.0.1:9').client;
    await expect(followUsers(dead, corp)).rejects.toMatchObject({
      code: 'wecom.call_failed',
      retryable: true,
    });
    await expect(followUsers(dead, corp)).rejects.toMatchObject({
      code: expect.stringMatching(/^wecom\.call_/),
    });
    await expect(followUsers(dead, corp)).rejects.toMatchObject({
      code: 'wecom.call_postponed',
      retryable: true,
    });
  });

  it('does not open the circuit for errcodes', async () => {
    const corp = await newCorp();
    const { client } = anotherProcess();
    app.sandbox.control.failNext({ path: FOLLOW, errcode: 40003, times: 8 });
    for (let index = 0; index < 8; index++) await followUsers(client, corp).catch(() => undefined);
    expect((await followUsers(client, corp)).length).toBeGreaterThan(0);
  });

  it('follows no redirect, which would take the token to another host, and keeps its connection', async () => {
    const seen: string[] = [];
    const sockets = new Set<unknown>();
    const server = createServer((incoming, outgoing) => {
      seen.push(String(incoming.url).replace(/\?.*/, ''));
      sockets.add(incoming.socket);
      incoming.resume();
      outgoing.writeHead(302, { location: '/elsewhere' }).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { transport } = anotherProcess(`http://127.0.0.1:${port}`);
    const query = { access_token: 'secret' };
    for (let index = 0; index < 3; index++) {
      const call = transport.send(wecomApi.listFollowUsers, { query });
      await expect(call).rejects.toMatchObject({ code: 'wecom.call_failed' });
    }
    transport.onModuleDestroy();
    server.close();
    expect(seen).toEqual([FOLLOW, FOLLOW, FOLLOW]);
    expect(sockets.size).toBe(1);
  });

  it('says when the answer has another form, without its values', async () => {
    const corp = await newCorp();
    const call = anotherProcess().client.call(corp.corpId, wecomApi.listFollowUsers, {}, (answer) =>
      answer.object('follow_user'),
    );
    await expect(call).rejects.toMatchObject({ code: 'wecom.answer_malformed', retryable: false });
  });
});

describe('in flight', () => {
  it('never runs more than ten of one API together, and fewer after a halving', async () => {
    const inFlight = new InFlight();
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
    };
    await Promise.all(times(60, () => inFlight.run('a', work)));
    expect(most).toBe(10);
    inFlight.halve('a');
    most = 0;
    await Promise.all(times(40, () => inFlight.run('a', work)));
    expect(most).toBe(5);
    for (let index = 0; index < 5; index++) inFlight.halve('a');
    expect(inFlight.limitOf('a')).toBe(1);
    await expect(inFlight.run('a', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    await inFlight.run('a', work);
    for (let index = 0; index < 2000; index++) inFlight.grow('a');
    expect(inFlight.limitOf('a')).toBe(10);
  });
});

describe('endpoints', () => {
  it('are all answered by the sandbox, by the same method', () => {
    const answered = new Set(sandboxEndpoints.map(({ method, path }) => `${method} ${path}`));
    expect(
      wecomEndpoints.map(({ method, path }) => `${method} ${path}`).filter((line) => !answered.has(line)),
    ).toEqual([]);
  });
});
