import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { CallbackReceiver, closeAll, openSandbox, SandboxClient } from './sandbox-client.js';

const START = Date.parse('2026-03-02T08:00:00Z');
const WEEK_MS = 7 * 86_400_000;

let sandbox: Sandbox;
let client: SandboxClient;
let receiver: CallbackReceiver;
let ann: string;
let bob: string;

beforeEach(async () => {
  sandbox = await openSandbox({ seed: 'activity', size: { customers: 20 }, clock: () => START });
  client = new SandboxClient(sandbox);
  receiver = await CallbackReceiver.start();
  await sandbox.control.saveCallback({ place: 'app', ...receiver.form });
  [ann, bob] = sandbox.control.world().corps[0]!.staff.map((staff) => staff.userId) as [string, string];
});
afterEach(closeAll);

const pass = (ms: number) => {
  sandbox.control.advanceClock({ ms });
  client.forgetTokens();
};
const listCode = async (userid: string) => (await client.get('externalcontact/list', { userid })).errcode;
const events = async () => {
  await sandbox.control.whenDelivered();
  return receiver.received.map((_, index) => {
    const [event, agentId, effect, from] = ['Event', 'AgentID', 'EffectTime', 'FromUserName'].map((name) =>
      receiver.field(index, name),
    );
    return { event, agentId: Number(agentId), from, ...(effect ? { effect: Number(effect) } : {}) };
  });
};

describe('rest-api.md section 6, line 11: activity switch', () => {
  it('"48011 for single members"', async () => {
    sandbox.control.setSwitches({ inactiveUserIds: [ann] });
    expect([await listCode(ann), await listCode(bob)]).toEqual([48011, 0]);
  });

  it('"and the low-activity events": a warning, a week later the loss, and the way back', async () => {
    const { agentId } = sandbox.control.corp();
    const told = { agentId, from: 'sys' };
    sandbox.control.events.appLittleUsed({ inactiveUserIds: [ann] });
    const effect = (START + WEEK_MS) / 1000;
    expect(await events()).toEqual([{ ...told, event: 'low_active_alert', effect }]);
    pass(WEEK_MS - 1000);
    expect(await listCode(ann)).toBe(0);
    pass(1000);
    expect([await listCode(ann), await listCode(bob)]).toEqual([48011, 0]);
    expect((await events())[1]).toEqual({ ...told, event: 'low_active' });
    sandbox.control.events.membersUseAppAgain({});
    expect(await listCode(ann)).toBe(0);
    expect((await events())[2]).toEqual({ ...told, event: 'active_restored' });
  });

  it('loses nothing when the members come back within the week', async () => {
    sandbox.control.events.appLittleUsed({ inactiveUserIds: [ann] });
    sandbox.control.events.membersUseAppAgain({});
    pass(WEEK_MS);
    expect(await listCode(ann)).toBe(0);
    expect((await events()).map(({ event }) => event)).toEqual(['low_active_alert', 'active_restored']);
  });

  it('switches an unused app off, until an administrator opens it again', async () => {
    const { agentId } = sandbox.control.corp();
    sandbox.control.events.appUnused({});
    pass(WEEK_MS);
    const query = `corpid=${client.corpId}&corpsecret=${sandbox.control.corp().appSecret}`;
    const gettoken = async () => (await client.plain(`/cgi-bin/gettoken?${query}`)).errcode;
    expect(await gettoken()).toBe(40001);
    sandbox.control.events.administratorReopensApp({});
    expect(await gettoken()).toBe(0);
    const told = { agentId, from: 'sys' };
    expect(await events()).toEqual([
      { ...told, event: 'inactive_alert', effect: (START + WEEK_MS) / 1000 },
      { ...told, event: 'close_inactive_agent' },
      { ...told, event: 'reopen_inactive_agent' },
    ]);
  });

  it('is played over HTTP as well', async () => {
    const fire = (body: object) =>
      fetch(`${sandbox.url}/control/events`, { method: 'POST', body: JSON.stringify(body) });
    expect((await fire({ type: 'appLittleUsed', inactiveUserIds: [ann] })).status).toBe(200);
    expect((await fire({ type: 'appLittleUsed', inactiveUserIds: ['ghost'] })).status).toBe(400);
    const clock = { method: 'POST', body: JSON.stringify({ ms: WEEK_MS }) };
    expect((await fetch(`${sandbox.url}/control/clock`, clock)).status).toBe(200);
    expect(await listCode(ann)).toBe(48011);
    const back = { method: 'POST', body: JSON.stringify({ ms: -1 }) };
    expect((await fetch(`${sandbox.url}/control/clock`, back)).status).toBe(400);
  });
});
