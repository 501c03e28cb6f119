import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { closeAll, openSandbox, SandboxClient } from './sandbox-client.js';

let nowMs = Date.parse('2026-03-02T08:00:00Z');
let sandbox: Sandbox;
let client: SandboxClient;
const follow = 'externalcontact/get_follow_user_list';

beforeEach(async () => {
  sandbox = await openSandbox({ seed: 'access', size: { customers: 20 }, clock: () => nowMs });
  client = new SandboxClient(sandbox);
});
afterEach(closeAll);

const gettoken = (query: string) => client.plain(`/cgi-bin/gettoken${query}`);

describe('gettoken (page 91039)', () => {
  it('checks parameters before it checks secrets', async () => {
    const { corpId, appSecret } = sandbox.control.corp();
    expect((await gettoken('')).errcode).toBe(41004);
    expect((await gettoken(`?corpsecret=${appSecret}`)).errcode).toBe(41002);
    expect((await gettoken(`?corpid=ww1&corpsecret=${appSecret}`)).errcode).toBe(40013);
    expect((await gettoken(`?corpid=${corpId}&corpsecret=no`)).errcode).toBe(40001);
  });

  it('gives one token per app while it lives and another one after', async () => {
    const { corpId, appSecret, assistantSecret } = sandbox.control.corp();
    const query = `?corpid=${corpId}&corpsecret=${appSecret}`;
    const first = await gettoken(query);
    expect(first).toMatchObject({ errcode: 0, errmsg: 'ok', expires_in: 7200 });
    nowMs += 7_199_000;
    expect(await gettoken(query)).toMatchObject({ access_token: first['access_token'], expires_in: 1 });
    expect((await gettoken(`?corpid=${corpId}&corpsecret=${assistantSecret}`))['access_token']).not.toBe(
      first['access_token'],
    );
    nowMs += 1000;
    expect((await gettoken(query))['access_token']).not.toBe(first['access_token']);
  });

  it('blocks the address for an hour after too many wrong secrets', async () => {
    sandbox.control.setSwitches({ wrongSecretsMax: 3 });
    const { corpId, appSecret } = sandbox.control.corp();
    for (let time = 0; time < 3; time += 1) {
      expect((await gettoken(`?corpid=${corpId}&corpsecret=no`)).errcode).toBe(40001);
    }
    expect((await gettoken(`?corpid=${corpId}&corpsecret=${appSecret}`)).errcode).toBe(45009);
    nowMs += 3_600_000;
    expect((await gettoken(`?corpid=${corpId}&corpsecret=${appSecret}`)).errcode).toBe(0);
  });
});

describe('tokens', () => {
  it('are taken from the query only; garbage and early ends are 40014, old ones 42001', async () => {
    const token = await client.token();
    const header = { headers: { authorization: `Bearer ${token}` } };
    expect((await client.plain(`/cgi-bin/${follow}`, header)).errcode).toBe(41001);
    expect((await client.plain(`/cgi-bin/${follow}?access_token=rubbish`)).errcode).toBe(40014);
    nowMs += 7_199_999;
    expect((await client.get(follow)).errcode).toBe(0);
    nowMs += 1;
    expect((await client.get(follow)).errcode).toBe(42001);
    client.forgetTokens();
    expect((await client.get(follow)).errcode).toBe(0);
    sandbox.control.invalidateTokens();
    expect((await client.get(follow)).errcode).toBe(40014);
  });

  it('reach no further than their app', async () => {
    const { control } = sandbox;
    const assistant = client.assistantSecret;
    expect((await client.get(follow, {}, assistant)).errcode).toBe(48002);
    expect((await client.post('message/send', {}, assistant)).errcode).toBe(48002);
    expect((await client.post('user/list_id', {})).errcode).toBe(48002);
    expect((await client.get('department/list', {}, assistant)).errcode).toBe(48009);
    control.setSwitches({ assistantReadsDetails: true });
    expect((await client.get('department/list', {}, assistant)).errcode).toBe(0);
    control.changeApp({ contactApi: false });
    expect((await client.get(follow)).errcode).toBe(48002);
    expect((await client.get('department/list')).errcode).toBe(0);
    control.changeApp({ enabled: false });
    expect((await client.get('department/list')).errcode).toBe(40014);
  });

  it('work from trusted addresses only', async () => {
    sandbox.control.changeApp({ trustedIps: ['203.0.113.7'] });
    const refused = await client.get(follow);
    expect(refused).toMatchObject({ errcode: 60020, follow_user: [] });
    expect(refused.errmsg).toMatch(
      /^not allow to access from your ip, hint: \[\d{24}\], from ip: 127\.0\.0\.1, more info at https:\/\/open\.work\.weixin\.qq\.com\/devtool\/query\?e=60020$/,
    );
    sandbox.control.changeApp({ trustedIps: ['127.0.0.1'] });
    expect((await client.get(follow)).errcode).toBe(0);
  });

  it('of one corp see nothing of another', async () => {
    const other = new SandboxClient(sandbox, sandbox.control.addCorp({ size: { customers: 5 } }).corpId);
    const [mine, theirs] = sandbox.control.world().corps;
    expect(theirs!.customers).toBe(5);
    const chat_id = mine!.groupChats[0]!.chatId;
    expect((await client.post('externalcontact/groupchat/get', { chat_id })).errcode).toBe(0);
    expect((await other.post('externalcontact/groupchat/get', { chat_id })).errcode).toBe(40050);
  });
});

describe('limits', () => {
  it('block one API for the minute that was exceeded, and the others not', async () => {
    sandbox.control.setSwitches({ callsPerMinute: 3 });
    for (let time = 0; time < 3; time += 1) expect((await client.get(follow)).errcode).toBe(0);
    expect((await client.get(follow)).errcode).toBe(45009);
    expect((await client.get('department/list')).errcode).toBe(0);
    nowMs += 59_999;
    expect((await client.get(follow)).errcode).toBe(45009);
    nowMs += 1;
    expect((await client.get(follow)).errcode).toBe(0);
  });

  it('block for the hour when the hour was exceeded', async () => {
    sandbox.control.setSwitches({ callsPerHour: 2 });
    for (let time = 0; time < 2; time += 1) expect((await client.get(follow)).errcode).toBe(0);
    expect((await client.get(follow)).errcode).toBe(45009);
    nowMs += 3_599_999;
    client.forgetTokens();
    expect((await client.get(follow)).errcode).toBe(45009);
    nowMs += 1;
    expect((await client.get(follow)).errcode).toBe(0);
  });

  it('let only so many calls of one API run at once', async () => {
    await client.token();
    sandbox.control.setSwitches({ concurrentCalls: 2, latencyMs: 50 });
    const codes = (await Promise.all([1, 2, 3].map(() => client.get(follow)))).map(
      (answer) => answer.errcode,
    );
    expect(codes.sort()).toEqual([0, 0, 45033]);
    expect((await client.get(follow)).errcode).toBe(0);
  });

  it('fail on order for so many calls', async () => {
    sandbox.control.failNext({ path: `/cgi-bin/${follow}`, errcode: -1, times: 2 });
    expect((await client.get(follow)).errcode).toBe(-1);
    expect((await client.get(follow)).errcode).toBe(-1);
    expect((await client.get(follow)).errcode).toBe(0);
    expect(sandbox.control.callCounts()[`/cgi-bin/${follow}`]).toBe(3);
  });
});

it('answers 404 for an unknown path and 200 for everything else', async () => {
  const unknown = await fetch(`${sandbox.url}/cgi-bin/externalcontact/no_such_call?access_token=x`);
  expect(unknown.status).toBe(404);
  expect((await fetch(`${sandbox.url}/cgi-bin/${follow}`)).status).toBe(200);
});
