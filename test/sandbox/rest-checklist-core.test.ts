import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sandboxEndpoints, type Sandbox } from '../../src/sandbox/index.js';
import { ENDPOINTS } from '../../src/sandbox/rest/endpoint-table.js';
import { closeAll, openSandbox, SandboxClient } from './sandbox-client.js';

/** Lines 1, 2, 3 and 9 of what a simulator must model (rest-api.md section 6); the names quote the line. */
const FOLLOW = 'externalcontact/get_follow_user_list';
const MINUTE_MS = 60_000;

let sandbox: Sandbox;
let client: SandboxClient;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.UTC(2026, 4, 1);
  sandbox = await openSandbox({ seed: 'core', size: { customers: 40 }, clock: () => nowMs });
  client = new SandboxClient(sandbox);
});
afterEach(closeAll);

const staff = () => sandbox.control.world().corps[0]!.staff;
const serving = () => staff().find((member) => member.customers > 0)!;

describe('line 1: tokens per (corp, app): same token while valid, early invalidation, 40014/42001/40001, 60020, 48002, visible range (60011/40096)', () => {
  const fetchToken = (secret = sandbox.control.corp().appSecret) =>
    client.plain(`/cgi-bin/gettoken?corpid=${client.corpId}&corpsecret=${secret}`);
  const follow = (token: string) => client.plain(`/cgi-bin/${FOLLOW}?access_token=${token}`);

  it('gives the same token while it is valid, and another to another app', async () => {
    const first = await fetchToken();
    nowMs += 7_199_000;
    expect((await fetchToken())['access_token']).toBe(first['access_token']);
    expect((await fetchToken(sandbox.control.addApp().secret))['access_token']).not.toBe(
      first['access_token'],
    );
    nowMs += 1000;
    expect((await follow(first['access_token'])).errcode).toBe(42001);
    expect((await fetchToken())['access_token']).not.toBe(first['access_token']);
  });

  it('ends tokens early: all by a switch, one by a fault', async () => {
    const token = (await fetchToken())['access_token'];
    sandbox.control.invalidateTokens();
    expect((await follow(token)).errcode).toBe(40014);
    const next = (await fetchToken())['access_token'];
    expect((await follow(next)).errcode).toBe(0);
    sandbox.control.addFault({ times: 1, path: `/cgi-bin/${FOLLOW}`, effect: { tokenDeath: true } });
    expect((await follow(next)).errcode).toBe(40014);
    expect((await fetchToken())['access_token']).not.toBe(next);
  });

  it('refuses a wrong secret, a made-up token and none', async () => {
    expect((await fetchToken('wrong')).errcode).toBe(40001);
    expect((await follow('made-up')).errcode).toBe(40014);
    expect((await client.plain(`/cgi-bin/${FOLLOW}`)).errcode).toBe(41001);
  });

  it('refuses an address that is not trusted', async () => {
    sandbox.control.changeApp({ trustedIps: ['10.0.0.1'] });
    expect((await client.get(FOLLOW)).errcode).toBe(60020);
    sandbox.control.changeApp({ trustedIps: ['10.0.0.1', '127.0.0.1'] });
    expect((await client.get(FOLLOW)).errcode).toBe(0);
  });

  it('refuses an app that may not call customer contact, and the assistant', async () => {
    const { secret } = sandbox.control.addApp({ contactApi: false });
    expect((await client.get(FOLLOW, {}, secret)).errcode).toBe(48002);
    expect((await client.get(FOLLOW, {}, client.assistantSecret)).errcode).toBe(48002);
  });

  it('hides members (60011) and their customers (40096) outside of the visible range', async () => {
    const { userId } = serving();
    const list = await client.get('externalcontact/list', { userid: userId });
    const ids: string[] = list['external_userid'];
    sandbox.control.changeApp({ visibleDepartmentIds: [], visibleUserIds: [staff()[11]!.userId] });
    expect((await client.get('user/get', { userid: userId })).errcode).toBe(60011);
    expect((await client.get('externalcontact/get', { external_userid: ids[0]! })).errcode).toBe(40096);
    expect((await client.get(FOLLOW))['follow_user']).toEqual([]);
  });
});

describe('line 2: empty collections in error bodies; errmsg with hint … from ip … more info at …; HTTP 200 for everything except unknown path (404)', () => {
  it('names code, address and time in every errmsg of a refusal', async () => {
    const answer = await client.plain(`/cgi-bin/${FOLLOW}?access_token=none`);
    expect(answer.errmsg).toMatch(
      /^invalid access_token, hint: \[\d{24}\], from ip: 127\.0\.0\.1, more info at https:\/\/open\.work\.weixin\.qq\.com\/devtool\/query\?e=40014$/,
    );
  });

  it.each(ENDPOINTS.filter(({ empty }) => empty).map(({ path, method, empty }) => ({ path, method, empty })))(
    '$path carries its empty collections when it refuses',
    async ({ path, method, empty }) => {
      const init = method === 'POST' ? { method, body: '{}' } : {};
      const answer = await client.plain(`${path}?access_token=none`, init);
      expect(answer).toEqual({ errcode: expect.any(Number), errmsg: expect.any(String), ...empty });
      expect(answer.errcode).not.toBe(0);
    },
  );

  it('answers 200 on every path it knows, and 404 on others', async () => {
    for (const { path, method } of sandboxEndpoints)
      expect([path, (await fetch(sandbox.url + path, { method })).status]).toEqual([path, 200]);
    expect((await fetch(`${sandbox.url}/cgi-bin/externalcontact/unheard_of`)).status).toBe(404);
  });
});

describe('line 3: welcome codes: created with the add event, not issued when the console has its own welcome; TTL 20 s; one success, then 41051; concurrent second caller 41096; expired or fake 41050', () => {
  const add = () => sandbox.control.events.addCustomer({ userId: serving().userId }).welcomeCode;
  const send = async (welcome_code = 'fake') =>
    (await client.post('externalcontact/send_welcome_msg', { welcome_code, text: { content: '你好' } }))
      .errcode;

  it('succeeds once', async () => {
    const code = add();
    expect(await send(code)).toBe(0);
    expect(await send(code)).toBe(41051);
    expect(sandbox.control.outbox().filter(({ kind }) => kind === 'welcome')).toHaveLength(1);
  });

  it('refuses the second caller while the first is served', async () => {
    const code = add();
    await client.token();
    sandbox.control.setSwitches({ latencyMs: 60 });
    expect((await Promise.all([send(code), send(code)])).sort()).toEqual([0, 41096]);
  });

  it('refuses expired and made-up codes, and those of another corp', async () => {
    const code = add();
    nowMs += 20_000;
    expect(await send(code)).toBe(41050);
    expect(await send()).toBe(41050);
    const { corpId } = sandbox.control.addCorp();
    const userId = sandbox.control.world().corps[1]!.staff[0]!.userId;
    const foreign = sandbox.control.events.addCustomer({ corpId, userId }).welcomeCode;
    expect(await send(foreign)).toBe(41050);
  });

  it('is not issued when the console welcomes', () => {
    sandbox.control.setSwitches({ consoleWelcomeUserIds: [serving().userId] });
    expect(add()).toBeUndefined();
  });
});

describe('line 9: quota counters with block windows (45009) and a concurrency gate (45033)', () => {
  const code = async () => (await client.get(FOLLOW)).errcode;

  it('blocks one API of one corp for a minute after the minute was exceeded, calls in between or not', async () => {
    sandbox.control.setSwitches({ callsPerMinute: 2 });
    const second = sandbox.control.addCorp();
    const other = new SandboxClient(sandbox, second.corpId);
    expect([await code(), await code(), await code()]).toEqual([0, 0, 45009]);
    expect((await other.get(FOLLOW)).errcode).toBe(0);
    expect((await client.get('department/list')).errcode).toBe(0);
    nowMs += MINUTE_MS - 1;
    expect(await code()).toBe(45009);
    nowMs += 1;
    expect(await code()).toBe(0);
  });

  it('blocks for an hour after the hour was exceeded', async () => {
    sandbox.control.setSwitches({ callsPerHour: 1 });
    expect([await code(), await code()]).toEqual([0, 45009]);
    nowMs += 60 * MINUTE_MS - 1;
    client.forgetTokens();
    sandbox.control.setSwitches({ callsPerHour: 100 });
    expect(await code()).toBe(45009);
    nowMs += 1;
    client.forgetTokens();
    expect(await code()).toBe(0);
  });

  it('counts by calling address over all corps', async () => {
    sandbox.control.setSwitches({ callsPerMinuteOfIp: 2 });
    const other = new SandboxClient(sandbox, sandbox.control.addCorp().corpId);
    expect([await code(), (await other.get(FOLLOW)).errcode, await code()]).toEqual([0, 0, 45009]);
    expect((await other.get(FOLLOW)).errcode).toBe(45009);
  });

  it('blocks gettoken for an hour after too many wrong secrets', async () => {
    sandbox.control.setSwitches({ wrongSecretsMax: 2 });
    const wrong = () => client.plain(`/cgi-bin/gettoken?corpid=${client.corpId}&corpsecret=x`);
    expect([(await wrong()).errcode, (await wrong()).errcode]).toEqual([40001, 40001]);
    const right = `/cgi-bin/gettoken?corpid=${client.corpId}&corpsecret=${sandbox.control.corp().appSecret}`;
    expect((await client.plain(right)).errcode).toBe(45009);
    nowMs += 60 * MINUTE_MS;
    expect((await client.plain(right)).errcode).toBe(0);
  });

  it('lets only so many calls of one API of one corp run at once, and forgets them when they end', async () => {
    await client.token();
    sandbox.control.setSwitches({ concurrentCalls: 3, latencyMs: 60 });
    const other = client.get('department/list');
    const codes = await Promise.all([1, 2, 3, 4, 5].map(code));
    expect(codes.sort()).toEqual([0, 0, 0, 45033, 45033]);
    expect((await other).errcode).toBe(0);
    expect(await code()).toBe(0);
  });
});
