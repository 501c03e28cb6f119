import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { Connections, ContactsGateway, DirectoryGateway } from '../../../src/wecom/index.js';
import { VerifySecrets } from '../../../src/wecom/connections/reactions/verify-secrets.js';
import {
  appOf,
  connectTestCorp,
  corpOrder,
  rowsOf,
  startWecomApp,
  type TestCorp,
  type WecomTestApp,
} from '../../support/wecom-app.js';

let app: WecomTestApp;

beforeAll(async () => {
  app = await startWecomApp();
});
afterAll(async () => app.close());

const getCorp = async (corp: TestCorp) =>
  (await app.call(app.operatorKey, { method: 'GET', url: `/v1/corps/${corp.publicId}` })).json();
const eventsOf = (corp: TestCorp) =>
  rowsOf<{ name: string }>(app, corp, 'SELECT name FROM platform.events WHERE corp_id = $1 ORDER BY id');
const newCorp = (seed: string) => app.sandbox.control.addCorp({ seed, size: { staff: 4, customers: 8 } });
const patchApp = (corp: TestCorp, appId: string, payload: object) =>
  app.call(app.operatorKey, { method: 'PATCH', url: `/v1/corps/${corp.publicId}/apps/${appId}`, payload });

describe('connecting a corp', () => {
  it('stores it, answers callback paths and no secret, and verifies both apps', async () => {
    const corp = await connectTestCorp(app);
    const seen = await getCorp(corp);
    expect(seen).toMatchObject({
      wecomCorpId: corp.wecom.corpId,
      massSendLimit: 'per_day_1',
      state: 'active',
      apps: [
        { kind: 'self_built', agentId: corp.wecom.agentId, state: 'valid', problem: null },
        { kind: 'directory_assistant', agentId: null, state: 'valid' },
      ],
    });
    for (const { callbackPath } of seen.apps)
      expect(callbackPath).toMatch(/^\/callbacks\/wecom\/[0-9a-f]{32}$/);
    const secrets = [corp.wecom.appSecret, corp.wecom.assistantSecret, 'scrmTokenAlpha01'];
    for (const secret of secrets) {
      expect(JSON.stringify(seen)).not.toContain(secret);
      expect(app.logLines.join('\n')).not.toContain(secret);
    }
    expect(await eventsOf(corp)).toEqual([{ name: 'wecom.corp_connected' }]);
    const stored = await rowsOf(app, corp, 'SELECT a::text AS row FROM wecom.apps a WHERE corp_id = $1');
    expect(stored).toHaveLength(2);
    for (const secret of secrets) expect(JSON.stringify(stored)).not.toContain(secret);
  });

  it('refuses the same corp twice, two assistants, a self-built app without agent, no self-built app, a bad zone', async () => {
    const wecom = newCorp('refusals');
    const order = corpOrder(wecom);
    const [selfBuilt, assistant] = order.apps;
    const post = async (change: object) => {
      const answer = await app.call(app.operatorKey, {
        method: 'POST',
        url: '/v1/corps',
        payload: { ...order, ...change },
      });
      return [answer.statusCode, answer.json().code];
    };
    expect(await post({ wecomCorpId: app.sandbox.control.corp().corpId })).toEqual([
      409,
      'wecom.corp_exists',
    ]);
    expect(await post({ apps: [selfBuilt, assistant, assistant] })).toEqual([409, 'wecom.app_exists']);
    expect(await post({ apps: [{ ...selfBuilt, agentId: undefined }] })).toEqual([
      422,
      'wecom.agent_id_required',
    ]);
    expect(await post({ apps: [{ ...assistant, agentId: 5 }, selfBuilt] })).toEqual([
      422,
      'wecom.agent_id_required',
    ]);
    expect(await post({ apps: [assistant] })).toEqual([422, 'wecom.self_built_app_required']);
    expect(await post({ timeZone: '+08:00' })).toEqual([422, 'wecom.time_zone_unknown']);
    expect(await post({ timeZone: 'Asia/Atlantis' })).toEqual([422, 'wecom.time_zone_unknown']);
    const callback = { token: 'has space', encodingAesKey: 'short' };
    expect(await post({ apps: [{ ...selfBuilt, callback }] })).toEqual([400, 'http.validation_failed']);
    expect(await app.sql('SELECT 1 FROM platform.corps WHERE wecom_corp_id = $1', [wecom.corpId])).toEqual(
      [],
    );
  });

  it('lets an operator see all corps and a corp key only its own', async () => {
    const corp = await connectTestCorp(app, { wecom: newCorp('visible') });
    const list = async (key: string) =>
      (await app.call(key, { method: 'GET', url: '/v1/corps' }))
        .json()
        .items.map((item: { id: string }) => item.id);
    expect((await list(app.operatorKey)).length).toBeGreaterThan(1);
    const key = await app.corpKey(corp.corpId, ['connections:read']);
    expect(await list(key)).toEqual([corp.publicId]);
    expect((await app.call(key, { method: 'GET', url: `/v1/corps/${corp.publicId}` })).statusCode).toBe(200);
    const other = (await list(app.operatorKey)).find((id: string) => id !== corp.publicId);
    expect((await app.call(key, { method: 'GET', url: `/v1/corps/${other}` })).statusCode).toBe(404);
    const denied = await app.call(key, { method: 'POST', url: '/v1/corps', payload: corpOrder(corp.wecom) });
    expect([denied.statusCode, denied.json().code]).toEqual([403, 'auth.scope_missing']);
  });

  it('changes settings, which other modules read', async () => {
    const corp = await connectTestCorp(app, { wecom: newCorp('settings') });
    const answer = await app.call(app.operatorKey, {
      method: 'PATCH',
      url: `/v1/corps/${corp.publicId}`,
      payload: { timeZone: 'Europe/Berlin', languages: ['en'], massSendLimit: 'per_month_days' },
    });
    expect(answer.statusCode).toBe(200);
    const unknown = await app.call(app.operatorKey, {
      method: 'PATCH',
      url: `/v1/corps/${corp.publicId}`,
      payload: { timeZone: 'Mars/Olympus' },
    });
    expect(unknown.json().code).toBe('wecom.time_zone_unknown');
    expect(await app.get(Connections).get(corp.corpId)).toEqual({
      wecomCorpId: corp.wecom.corpId,
      timeZone: 'Europe/Berlin',
      languages: ['en'],
      massSendLimit: 'per_month_days',
    });
    expect(await app.get(Connections).listActiveCorpIds()).toContain(corp.corpId);
  });
});

describe('secrets', () => {
  it('asks WeCom once about a wrong one, says so with the next step, and sends nothing more', async () => {
    const corp = await connectTestCorp(app, {
      wecom: newCorp('wrong'),
      secret: 'not-the-secret',
      verify: false,
    });
    const before = tokenCalls();
    await app.get(VerifySecrets).verify(corp.corpId);
    expect(tokenCalls() - before).toBe(2); // one for each app
    await app.get(VerifySecrets).verify(corp.corpId);
    expect(await eventsOf(corp)).toEqual([]); // a valid assistant alone cannot serve the syncs
    const calls = await Promise.allSettled(
      Array.from({ length: 20 }, () => app.get(ContactsGateway).listFollowUserIds(corp.corpId)),
    );
    for (const call of calls) {
      expect(call).toMatchObject({
        status: 'rejected',
        reason: { code: 'wecom.credentials_rejected', errcode: 40001, action: 'config', retryable: false },
      });
    }
    expect(tokenCalls() - before).toBe(2);
    const [selfBuilt, assistant] = (await getCorp(corp)).apps;
    expect(selfBuilt).toMatchObject({
      state: 'rejected',
      problem: {
        errcode: 40001,
        api: 'gettoken',
        nextStep: { en: expect.stringContaining('PATCH'), zh: expect.any(String) },
      },
    });
    expect(assistant).toMatchObject({ state: 'valid', problem: null });
  });

  it('calls gettoken once when 20 first calls find out together that the secret is wrong', async () => {
    const corp = await connectTestCorp(app, {
      wecom: newCorp('wrong2'),
      secret: 'not-the-secret',
      verify: false,
    });
    const before = tokenCalls();
    const calls = await Promise.allSettled(
      Array.from({ length: 20 }, () => app.get(ContactsGateway).listFollowUserIds(corp.corpId)),
    );
    expect(calls.every((call) => call.status === 'rejected')).toBe(true);
    expect(tokenCalls() - before).toBe(1);
  });

  it('goes on after the secret was repaired, and says so once', async () => {
    const corp = await connectTestCorp(app, { wecom: newCorp('repair'), secret: 'not-the-secret' });
    expect(await eventsOf(corp)).toEqual([]);
    const { id } = appOf(corp, 'self_built');
    const patched = await patchApp(corp, id, { secret: corp.wecom.appSecret });
    expect(patched.json()).toMatchObject({ state: 'unverified', problem: null });
    await app.get(VerifySecrets).verify(corp.corpId);
    expect((await getCorp(corp)).apps[0]).toMatchObject({ state: 'valid', problem: null });
    expect(await eventsOf(corp)).toEqual([{ name: 'wecom.corp_connected' }]);
    await patchApp(corp, id, { secret: corp.wecom.appSecret });
    await app.get(VerifySecrets).verify(corp.corpId);
    await app.get(VerifySecrets).verify(corp.corpId);
    expect(await eventsOf(corp)).toHaveLength(2);
    expect((await app.get(ContactsGateway).listFollowUserIds(corp.corpId)).length).toBeGreaterThan(0);
  });

  it('connects once although the assistant becomes valid later, and then names the directory alone', async () => {
    const wecom = newCorp('late-assistant');
    const corp = await connectTestCorp(app, { wecom: { ...wecom, assistantSecret: 'not-the-secret' } });
    expect(await eventsOf(corp)).toEqual([{ name: 'wecom.corp_connected' }]);
    await patchApp(corp, appOf(corp, 'directory_assistant').id, { secret: wecom.assistantSecret });
    await app.get(VerifySecrets).verify(corp.corpId);
    expect(await eventsOf(corp)).toEqual([
      { name: 'wecom.corp_connected' },
      { name: 'wecom.directory_connected' },
    ]);
  });

  it('shows what else an administrator has to repair and tries again by itself', async () => {
    const wecom = newCorp('ip');
    app.sandbox.control.changeApp({ corpId: wecom.corpId, trustedIps: ['203.0.113.9'] });
    const corp = await connectTestCorp(app, { wecom });
    await expect(app.get(ContactsGateway).listFollowUserIds(corp.corpId)).rejects.toMatchObject({
      errcode: 60020,
    });
    expect((await getCorp(corp)).apps[0].problem).toMatchObject({
      errcode: 60020,
      nextStep: { zh: expect.stringContaining('企业可信IP') },
    });
    app.sandbox.control.changeApp({ corpId: wecom.corpId, trustedIps: null });
    await app.get(ContactsGateway).listFollowUserIds(corp.corpId);
    expect((await getCorp(corp)).apps[0].problem).toBeNull();
  });
});

describe('apps', () => {
  it('adds a second self-built app beside the first', async () => {
    const corp = await connectTestCorp(app, { wecom: newCorp('apps') });
    const { agentId, secret } = app.sandbox.control.addApp({ corpId: corp.wecom.corpId });
    const payload = { kind: 'self_built', agentId, secret };
    const url = `/v1/corps/${corp.publicId}/apps`;
    const added = await app.call(app.operatorKey, { method: 'POST', url, payload });
    expect(added.statusCode).toBe(201);
    expect(added.json()).toMatchObject({ agentId, state: 'unverified' });
    await app.get(VerifySecrets).verify(corp.corpId);
    expect((await getCorp(corp)).apps[2]).toMatchObject({ agentId, state: 'valid' });
    expect(await eventsOf(corp)).toEqual([{ name: 'wecom.corp_connected' }]); // the first app reads everything
    const again = await app.call(app.operatorKey, { method: 'POST', url, payload });
    expect([again.statusCode, again.json().code]).toEqual([409, 'wecom.app_exists']);
  });

  it('answers 404 for an app of another corp', async () => {
    const mine = await connectTestCorp(app, { wecom: newCorp('mine') });
    const other = await connectTestCorp(app, { wecom: newCorp('other') });
    const answer = await patchApp(mine, appOf(other, 'self_built').id, { name: 'x' });
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'wecom.app_not_found']);
  });
});

describe('disconnecting', () => {
  it('deletes secrets and callback paths, stops calls, keeps the corp, and adding an app connects again', async () => {
    const corp = await connectTestCorp(app, { wecom: newCorp('gone') });
    const url = `/v1/corps/${corp.publicId}`;
    expect((await app.call(app.operatorKey, { method: 'DELETE', url })).statusCode).toBe(204);
    expect(await getCorp(corp)).toMatchObject({ state: 'disconnected', apps: [] });
    for (const table of [
      'wecom.apps',
      'wecom.access_tokens',
      'wecom.callback_credentials',
      'platform.callback_places',
    ]) {
      expect(await rowsOf(app, corp, `SELECT 1 FROM ${table} WHERE corp_id = $1`)).toEqual([]);
    }
    await expect(app.get(ContactsGateway).listFollowUserIds(corp.corpId)).rejects.toMatchObject({
      code: 'wecom.app_missing',
    });
    expect(await app.get(Connections).listActiveCorpIds()).not.toContain(corp.corpId);
    expect(await app.get(DirectoryGateway).hasAssistant(corp.corpId)).toBe(false);

    const [order] = corpOrder(corp.wecom).apps;
    const back = await app.call(app.operatorKey, { method: 'POST', url: `${url}/apps`, payload: order });
    expect(back.statusCode).toBe(201);
    await app.get(VerifySecrets).verify(corp.corpId);
    expect((await app.get(ContactsGateway).listFollowUserIds(corp.corpId)).length).toBeGreaterThan(0);
  });
});

describe('a unit of work', () => {
  it('must not be open while WeCom is called', async () => {
    const corp = await connectTestCorp(app, { wecom: newCorp('unit') });
    const call = app
      .get(UnitOfWork)
      .run(corp.corpId, () => app.get(ContactsGateway).listFollowUserIds(corp.corpId));
    await expect(call).rejects.toThrow('inside a unit of work');
  });
});

function tokenCalls(): number {
  return app.sandbox.control.callCounts()['/cgi-bin/gettoken'] ?? 0;
}
