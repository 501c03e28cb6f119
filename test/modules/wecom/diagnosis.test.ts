import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { AppLogger } from '../../../src/platform/logging/app-logger.js';
import { wecomApi } from '../../../src/wecom/client/api.js';
import { CallbackSightings } from '../../../src/wecom/diagnosis/callback-sightings.js';
import { CallbackSightingsStore } from '../../../src/wecom/diagnosis/persistence/callback-sightings.store.js';
import { eventually } from '../../support/eventually.js';
import {
  APP_PAIR,
  appOf,
  ASSISTANT_PAIR,
  connectTestCorp,
  corpOrder,
  rowsOf,
  startWecomApp,
  type TestCorp,
  type WecomTestApp,
} from '../../support/wecom-app.js';

interface Texts {
  en: string;
  zh: string;
}
interface FindingBody {
  code: string;
  state: string;
  appId: string | null;
  errcode: number | null;
  text: Texts;
  nextStep: Texts | null;
}
interface CheckBody {
  state: string;
  findings: FindingBody[];
  callbacks: {
    appId: string;
    callbackPath: string;
    lastVerifiedAt: string | null;
    lastEventAt: string | null;
    lastCustomerEventAt: string | null;
    lastDirectoryEventAt: string | null;
  }[];
}

let app: WecomTestApp;
let seeds = 0;

beforeAll(async () => {
  app = await startWecomApp();
});
afterAll(async () => app.close());
afterEach(() => app.sandbox.control.clearFaults());

const newWecomCorp = () =>
  app.sandbox.control.addCorp({ seed: `check${++seeds}`, size: { staff: 4, customers: 8 } });
const newCorp = (): Promise<TestCorp> => connectTestCorp(app, { wecom: newWecomCorp() });
const calls = (path: string) => app.sandbox.control.callCounts()[path] ?? 0;
/** Calls that an earlier check gave up waiting for may still be under way on a busy machine. */
async function quietCounts(): Promise<Record<string, number>> {
  const counts = app.sandbox.control.callCounts();
  await sleep(500);
  return isDeepStrictEqual(app.sandbox.control.callCounts(), counts) ? counts : quietCounts();
}

async function answerOf(corp: TestCorp) {
  app.clock.advance(15_000); // the verdict about a secret is remembered for so long
  return app.app.inject({
    method: 'POST',
    url: `/v1/corps/${corp.publicId}/check`,
    headers: { authorization: `Bearer ${app.operatorKey}` },
  });
}

async function check(corp: TestCorp): Promise<CheckBody> {
  const answer = await answerOf(corp);
  expect(answer.statusCode).toBe(200);
  return answer.json<CheckBody>();
}

/** `code state` of the findings about one app, callbacks left out. */
function ofApp(body: CheckBody, corp: TestCorp, kind: 'self_built' | 'directory_assistant'): string[] {
  const { id } = appOf(corp, kind);
  return body.findings
    .filter(({ appId, code }) => appId === id && !code.startsWith('callback_'))
    .map(({ code, state }) => `${code} ${state}`);
}

const find = (body: CheckBody, code: string) => body.findings.find((finding) => finding.code === code);

describe('check of what WeCom allows', () => {
  it('finds nothing wrong where nothing is', async () => {
    const corp = await newCorp();
    const body = await check(corp);
    expect(ofApp(body, corp, 'self_built')).toEqual([
      'token.accepted ok',
      'trusted_address.trusted ok',
      'visible_range.visible ok',
      'directory.allowed ok',
      'customer_contact.allowed ok',
      'corp_tags.allowed ok',
      'group_chats.allowed ok',
      'welcome.allowed ok',
      'messages.allowed ok',
      'media.allowed ok',
    ]);
    expect(ofApp(body, corp, 'directory_assistant')).toEqual([
      'token.accepted ok',
      'trusted_address.trusted ok',
      'staff_listing.allowed ok',
    ]);
    expect(find(body, 'visible_range.visible')?.text.en).toMatch(/\d+ departments, and \d+ staff/);
    expect(app.sandbox.control.outbox()).toEqual([]);
  });

  it('needs the scope, and shows one corp nothing of another', async () => {
    const [corp, other] = [await newCorp(), await newCorp()];
    const key = await app.corpKey(corp.corpId, ['connections:read']);
    const without = await app.corpKey(corp.corpId, ['customers:read']);
    for (const [method, what] of [
      ['POST', 'check'],
      ['GET', 'quota'],
    ] as const) {
      const ask = async (by: string, id: string) =>
        (await app.call(by, { method, url: `/v1/corps/${id}/${what}` })).statusCode;
      expect(await ask(key, corp.publicId)).toBe(200);
      expect(await ask(key, other.publicId)).toBe(404);
      expect(await ask(without, corp.publicId)).toBe(403);
      expect(await ask(app.operatorKey, 'corp_01jd3q4mfaeq6v5c0qd8y3y5za')).toBe(404);
    }
  });

  it('names the address that has to be trusted, as the one thing to do', async () => {
    const corp = await newCorp();
    app.sandbox.control.changeApp({ corpId: corp.wecom.corpId, trustedIps: ['203.0.113.9'] });
    const body = await check(corp);
    expect(ofApp(body, corp, 'self_built')).toEqual([
      'token.accepted ok',
      'trusted_address.untrusted failed',
      'visible_range.unchecked unknown',
      ...['directory', 'customer_contact', 'corp_tags', 'group_chats', 'welcome', 'messages', 'media'].map(
        (area) => `${area}.unchecked unknown`,
      ),
    ]);
    const finding = find(body, 'trusted_address.untrusted');
    expect(finding).toMatchObject({ errcode: 60020, state: 'failed' });
    expect(finding?.nextStep?.zh).toContain('127.0.0.1');
    expect(finding?.nextStep?.en).toContain('127.0.0.1');
    expect(body.state).toBe('failed');
    app.sandbox.control.changeApp({ corpId: corp.wecom.corpId, trustedIps: null });
    expect(find(await check(corp), 'trusted_address.untrusted')).toBeUndefined();
    const shown = await app.call(app.operatorKey, { method: 'GET', url: `/v1/corps/${corp.publicId}` });
    expect(shown.json<{ apps: { problem: unknown }[] }>().apps.map(({ problem }) => problem)).toEqual([
      null,
      null,
    ]);
  });

  it('ends the problem of an app whose call WeCom lets in again, though it refuses what was asked for', async () => {
    const corp = await newCorp();
    const problems = async () => {
      const shown = await app.call(app.operatorKey, { method: 'GET', url: `/v1/corps/${corp.publicId}` });
      return shown
        .json<{ apps: { problem: { api: string } | null }[] }>()
        .apps.flatMap(({ problem }) => problem?.api ?? []);
    };
    app.sandbox.control.failNext({ path: wecomApi.getMedia.path, errcode: 60020 });
    await check(corp);
    expect(await problems()).toEqual(['media/get']);
    await check(corp);
    expect(await problems()).toEqual([]);
  });

  it('tells what to tick when the app may not use customer contact', async () => {
    const corp = await newCorp();
    app.sandbox.control.changeApp({ corpId: corp.wecom.corpId, contactApi: false });
    const body = await check(corp);
    const refused = body.findings.filter(({ errcode }) => errcode === 48002);
    expect(refused.map(({ code }) => code)).toEqual([
      'customer_contact.refused',
      'corp_tags.refused',
      'group_chats.refused',
      'welcome.refused',
    ]);
    for (const { nextStep } of refused) expect(nextStep?.zh).toContain('可调用接口的应用');
    expect(find(body, 'visible_range.visible')?.text.zh).not.toContain('成员');
    expect(find(body, 'directory.allowed')?.state).toBe('ok');
  });

  it('finds a wrong secret though the token of before is good, and sends it once only', async () => {
    const corp = await newCorp();
    await check(corp);
    app.sandbox.control.changeApp({ corpId: corp.wecom.corpId, secret: 'reset-in-the-console' });
    const body = await check(corp);
    expect(ofApp(body, corp, 'self_built').slice(0, 4)).toEqual([
      'token.secret_rejected failed',
      'trusted_address.unchecked unknown',
      'visible_range.unchecked unknown',
      'directory.unchecked unknown',
    ]);
    expect(find(body, 'token.secret_rejected')).toMatchObject({ errcode: 40001 });
    const before = calls(wecomApi.getToken.path);
    expect(find(await check(corp), 'token.secret_rejected')?.nextStep?.en).toContain('PATCH');
    expect(calls(wecomApi.getToken.path) - before).toBe(1); // the assistant's
    expect((await answerOf(corp)).body).not.toContain(corp.wecom.appSecret);
  });

  it('finds a disabled app', async () => {
    const corp = await newCorp();
    app.sandbox.control.changeApp({ corpId: corp.wecom.corpId, enabled: false });
    expect(find(await check(corp), 'token.secret_rejected')?.text.zh).toContain('停用');
  });

  it('says which range the app sees, and when it is empty or nobody in it serves customers', async () => {
    const corp = await newCorp();
    const { corpId } = corp.wecom;
    app.sandbox.control.changeApp({ corpId, visibleDepartmentIds: [], visibleUserIds: [] });
    expect(find(await check(corp), 'visible_range.empty')).toMatchObject({ state: 'failed' });
    const { departmentId } = app.sandbox.control.events.createDepartment({ corpId, name: '新部门' });
    app.sandbox.control.changeApp({ corpId, visibleDepartmentIds: [departmentId] });
    expect(find(await check(corp), 'visible_range.nobody_serves')).toMatchObject({ state: 'warning' });
    app.sandbox.control.changeApp({ corpId, visibleDepartmentIds: [1] });
    expect(find(await check(corp), 'visible_range.visible')).toMatchObject({ state: 'ok' });
  });

  it('finds an agentId that is not the app’s', async () => {
    const wecom = newWecomCorp();
    const order = corpOrder(wecom);
    order.apps[0]!.agentId = 1999999;
    const answer = await app.call(app.operatorKey, { method: 'POST', url: '/v1/corps', payload: order });
    const { id, apps } = answer.json<{ id: string; apps: TestCorp['apps'] }>();
    const body = await check({ corpId: '' as CorpId, publicId: id, wecom, apps });
    expect(find(body, 'messages.refused')).toMatchObject({ errcode: 301002, state: 'failed' });
    expect(find(body, 'messages.refused')?.nextStep?.en).toContain('AgentId');
  });

  it('says that a limit is reached, and does not call again before it is over', async () => {
    const corp = await newCorp();
    const { path } = wecomApi.listFollowUsers;
    app.sandbox.control.failNext({ path, errcode: 45009 });
    expect(find(await check(corp), 'customer_contact.limited')).toMatchObject({ state: 'warning' });
    const before = calls(path);
    const body = await check(corp);
    expect(find(body, 'customer_contact.limited')).toMatchObject({ state: 'warning' });
    expect(find(body, 'welcome.limited')).toMatchObject({ state: 'warning' });
    expect(calls(path)).toBe(before);
  });

  it.each([
    ['resets every connection', { reset: true }],
    ['answers 502', { status: 502 }],
    ['answers -1', { errcode: -1 }],
    ['cuts its answers', { cutAfterBytes: 5 }],
    ['is silent', { delayMs: 30_000 }],
  ] as const)('answers within seconds, with findings, while WeCom %s', async (_, effect) => {
    const corp = await newCorp();
    app.sandbox.control.addFault({ effect });
    const startedAt = performance.now();
    const body = await check(corp);
    expect(performance.now() - startedAt).toBeLessThan(6_500);
    const states = new Set(
      body.findings.filter(({ code }) => !code.startsWith('callback_')).map(({ state }) => state),
    );
    expect([...states]).toEqual(['unknown']);
    expect(find(body, 'token.unanswered')?.nextStep?.en).toContain('qyapi.weixin.qq.com');
  });

  it('asks once for all who ask at the same time', async () => {
    const corp = await newCorp();
    const { path } = wecomApi.listDepartments;
    const before = calls(path);
    const bodies = await Promise.all(Array.from({ length: 10 }, () => check(corp)));
    expect(new Set(bodies.map(({ state }) => state)).size).toBe(1);
    expect(calls(path) - before).toBeLessThanOrEqual(5);
  });

  it('asks nothing for a disconnected corp', async () => {
    const corp = await newCorp();
    await app.call(app.operatorKey, { method: 'DELETE', url: `/v1/corps/${corp.publicId}` });
    const before = await quietCounts();
    expect(await check(corp)).toMatchObject({
      state: 'failed',
      findings: [{ code: 'corp.disconnected', appId: null }],
      callbacks: [],
    });
    expect(app.sandbox.control.callCounts()).toEqual(before);
  });

  it('misses a directory assistant', async () => {
    const wecom = newWecomCorp();
    const order = corpOrder(wecom);
    order.apps.pop();
    const answer = await app.call(app.operatorKey, { method: 'POST', url: '/v1/corps', payload: order });
    const { id, apps } = answer.json<{ id: string; apps: TestCorp['apps'] }>();
    const body = await check({ corpId: '' as CorpId, publicId: id, wecom, apps });
    expect(find(body, 'staff_listing.assistant_missing')).toMatchObject({ state: 'warning', appId: null });
  });
});

describe('check of the callback places', () => {
  const ofPlace = (body: CheckBody, corp: TestCorp, kind: 'self_built' | 'directory_assistant') => {
    const { id } = appOf(corp, kind);
    return {
      times: body.callbacks.find(({ appId }) => appId === id)!,
      findings: body.findings.filter(({ appId, code }) => appId === id && code.startsWith('callback_')),
    };
  };

  it('tells what to configure and to tick when nothing ever came', async () => {
    const corp = await newCorp();
    const body = await check(corp);
    const own = ofPlace(body, corp, 'self_built');
    expect(own.findings.map(({ code, state }) => `${code} ${state}`)).toEqual([
      'callback_url.never_verified failed',
      'callback_events.never warning',
    ]);
    expect(own.findings[0]?.nextStep?.zh).toContain('设置API接收');
    expect(own.findings[1]?.nextStep?.zh).toContain('外部联系人变更回调');
    expect(own.times).toMatchObject({ lastVerifiedAt: null, lastEventAt: null });
    const assistant = ofPlace(body, corp, 'directory_assistant');
    expect(assistant.findings[0]?.nextStep?.zh).toContain('通讯录同步');
  });

  it('says that Token and EncodingAESKey are missing, unless another app has the callbacks', async () => {
    const wecom = newWecomCorp();
    const order = corpOrder(wecom);
    delete (order.apps[0] as { callback?: unknown }).callback;
    const answer = await app.call(app.operatorKey, { method: 'POST', url: '/v1/corps', payload: order });
    const { id, apps } = answer.json<{ id: string; apps: TestCorp['apps'] }>();
    const body = await check({ corpId: '' as CorpId, publicId: id, wecom, apps });
    expect(find(body, 'callback_url.credentials_missing')?.nextStep?.en).toContain('PATCH');
  });

  it('shows when WeCom last verified and called each, also after a restart', async () => {
    const corp = await newCorp();
    const { corpId } = corp.wecom;
    const base = await listen();
    const verifiedAt = app.clock.now().toISOString();
    for (const [place, kind, pair] of [
      ['app', 'self_built', APP_PAIR],
      ['assistant', 'directory_assistant', ASSISTANT_PAIR],
    ] as const) {
      const url = `${base}${appOf(corp, kind).callbackPath}`;
      expect(await app.sandbox.control.saveCallback({ corpId, place, url, ...pair })).toEqual({
        saved: true,
      });
    }
    await eventually(async () => {
      const { findings, times } = ofPlace(await check(corp), corp, 'self_built');
      expect(times).toMatchObject({ lastVerifiedAt: verifiedAt, lastEventAt: null });
      expect(findings.map(({ code }) => code)).toEqual(['callback_url.verified', 'callback_events.never']);
    });

    app.clock.advance(60_000);
    const happenedAt = app.clock.now().toISOString();
    const [member] = app.sandbox.control.world().corps.find((one) => one.corpId === corpId)!.staff;
    app.sandbox.control.events.addCustomer({ corpId, userId: member!.userId });
    app.sandbox.control.events.createDepartment({ corpId, name: '新部门' });
    await app.sandbox.control.whenDelivered();
    await eventually(async () => {
      const body = await check(corp);
      const own = ofPlace(body, corp, 'self_built');
      expect(own.times).toMatchObject({
        lastVerifiedAt: verifiedAt,
        lastEventAt: happenedAt,
        lastCustomerEventAt: happenedAt,
        lastDirectoryEventAt: null,
      });
      expect(own.findings.map(({ state }) => state)).toEqual(['ok', 'ok']);
      const assistant = ofPlace(body, corp, 'directory_assistant');
      expect(assistant.times).toMatchObject({ lastDirectoryEventAt: happenedAt, lastCustomerEventAt: null });
      expect(assistant.findings.map(({ state }) => state)).toEqual(['ok', 'ok']);
    }, 10_000);

    app.clock.advance(10 * 86_400_000);
    const later = await check(corp);
    expect(ofPlace(later, corp, 'self_built').findings[1]).toMatchObject({ code: 'callback_events.stopped' });
    expect(ofPlace(later, corp, 'directory_assistant').findings[1]).toMatchObject({ state: 'ok' });
  });

  it('notes a refused verification nowhere', async () => {
    const corp = await newCorp();
    const url = `${appOf(corp, 'self_built').callbackPath}?msg_signature=0&timestamp=0&nonce=0&echostr=x`;
    expect((await app.app.inject({ method: 'GET', url })).statusCode).toBe(401);
    await app.get(CallbackSightings).onModuleDestroy();
    expect(await rowsOf(app, corp, 'SELECT kind FROM wecom.callback_sightings WHERE corp_id = $1')).toEqual(
      [],
    );
  });

  it('keeps what it could not store, and never moves a time back', async () => {
    const corp = await newCorp();
    const appId = (
      await rowsOf<{ id: string }>(
        app,
        corp,
        `SELECT id FROM wecom.apps WHERE corp_id = $1 AND kind = 'self_built'`,
      )
    )[0]!.id;
    const store = app.get(CallbackSightingsStore);
    const put = store.put.bind(store);
    let refusals = 1;
    store.put = async (...args) => {
      if (refusals-- > 0) throw new Error('the database is away');
      await put(...args);
    };
    const sightings = new CallbackSightings(app.get(UnitOfWork), store, app.get(AppLogger));
    const at = (seconds: number) => new Date(1_800_000_000_000 + seconds * 1000);
    sightings.noteVerification({ corpId: corp.corpId, appId }, at(5));
    await eventually(async () => expect(refusals).toBe(0));
    await sightings.onModuleDestroy();
    store.put = put;
    const seen = () =>
      rowsOf<{ seenAt: Date }>(
        app,
        corp,
        'SELECT seen_at AS "seenAt" FROM wecom.callback_sightings WHERE corp_id = $1',
      );
    expect(await seen()).toEqual([{ seenAt: at(5) }]);
    const late = { appId, kind: 'url_verification', seenAt: at(4) } as const;
    await app.get(UnitOfWork).run(corp.corpId, () => put(corp.corpId, [late]));
    expect(await seen()).toEqual([{ seenAt: at(5) }]);
  });
});

async function listen(): Promise<string> {
  const server = app.app.getHttpServer() as { address(): AddressInfo | null; listening: boolean };
  if (!server.listening) await app.app.listen(0, '127.0.0.1');
  return `http://127.0.0.1:${server.address()!.port}`;
}
