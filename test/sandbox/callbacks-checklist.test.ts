import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox, SandboxOptions } from '../../src/sandbox/index.js';
import { CallbackReceiver, closeAll, openSandbox, SandboxClient } from './sandbox-client.js';

/** One block for each line of the simulator checklist (callbacks.md section 6); the names quote the line. */
let sandbox: Sandbox;
let client: SandboxClient;
let app: CallbackReceiver;
let assistant: CallbackReceiver;
let nowMs: number;
let userId: string;

beforeEach(() => start());
afterEach(closeAll);

async function start(options: SandboxOptions = {}): Promise<void> {
  nowMs = Date.UTC(2026, 4, 1);
  sandbox = await openSandbox({
    seed: 'checklist',
    size: { customers: 60 },
    clock: () => nowMs,
    ...options,
    switches: { callbackRetryMs: [5, 5, 5], groupLagMs: 0, ...options.switches },
  });
  client = new SandboxClient(sandbox);
  app = await CallbackReceiver.start();
  assistant = await CallbackReceiver.start();
  await sandbox.control.saveCallback({ place: 'app', ...app.form });
  await sandbox.control.saveCallback({ place: 'assistant', ...assistant.form });
  userId = sandbox.control.world().corps[0]!.staff.find((staff) => staff.customers > 0)!.userId;
}

const events = () => sandbox.control.events;
const settle = () => sandbox.control.whenDelivered();
const corp = () => sandbox.control.world().corps[0]!;
const fieldOf = (xml: string, name: string) =>
  new RegExp(`<${name}>\\s*(?:<!\\[CDATA\\[)?(.*?)(?:\\]\\]>)?\\s*</${name}>`).exec(xml)?.[1];
const received = (name: string) => app.received.map(({ xml }) => fieldOf(xml, name));
const names = (xml: string) => [...xml.matchAll(/<([A-Za-z]+)>/g)].map((match) => match[1]!);

async function somePair(): Promise<{ userId: string; externalUserId: string }> {
  const list = await client.get('externalcontact/list', { userid: userId });
  return { userId, externalUserId: list['external_userid'][0] };
}

/** Events whose remark tells them apart, in the order in which they were made. */
async function fireNumbered(count: number): Promise<void> {
  for (let number = 0; number < count; number += 1) events().addCustomer({ userId, state: `s${number}` });
  await settle();
}
const arrivals = () => received('State').map((state) => Number(state!.slice(1)));

describe('line 1: GET verification with a random echostr; refuse configurations whose answer differs by one byte or takes > 1 s', () => {
  const save = () => sandbox.control.saveCallback({ place: 'app', ...app.form });

  it('asks with another echostr each time', async () => {
    const seen = new Set<string>();
    app.echo = (plain) => (seen.add(plain), plain);
    for (let time = 0; time < 3; time += 1) expect(await save()).toEqual({ saved: true });
    expect(seen.size).toBe(3);
  });

  it('refuses one byte more, one byte less and one byte changed', async () => {
    const changes = [
      (plain: string) => `${plain}\n`,
      (plain: string) => plain.slice(0, -1),
      (plain: string) => `${plain.slice(0, -1)}x`,
    ];
    for (const change of changes) {
      app.echo = change;
      expect(await save()).toMatchObject({ saved: false, reason: { en: expect.stringContaining('byte') } });
    }
  });

  it('refuses an answer after 1 s', async () => {
    app.echoDelayMs = 1100;
    expect(await save()).toMatchObject({ saved: false, reason: { en: expect.stringContaining('1 s') } });
  });
});

describe('line 2: POST signed with current time and random nonce; inner XML compact by default, with modes', () => {
  it('is signed with the time of the sandbox and a nonce that does not come again', async () => {
    await fireNumbered(3);
    const timestamps = app.attempts.map((query) => query.get('timestamp'));
    expect(timestamps).toEqual(Array(3).fill(String(nowMs / 1000)));
    expect(new Set(app.attempts.map((query) => query.get('nonce'))).size).toBe(3);
    for (const { xml } of app.received) expect(xml).toMatch(/^<xml><ToUserName><!\[CDATA\[[^\n]+<\/xml>$/);
  });

  it.each([
    ['pretty-printed', { pretty: true }, /^<xml>\n {2}<ToUserName>/],
    ['white space around CDATA', { spaced: true }, /<ToUserName> <!\[CDATA\[ww[0-9a-f]+\]\]> <\/ToUserName>/],
    ['reordered elements', { reordered: true }, /^<xml><WelcomeCode>.*<\/ToUserName><\/xml>$/],
    ['extra unknown elements', { unknownElement: true }, /<SandboxUnknown>/],
  ])('has the mode: %s', async (_mode, envelope, shape) => {
    sandbox.control.setSwitches({ envelope });
    events().addCustomer({ userId });
    await settle();
    expect(app.received[0]!.xml).toMatch(shape);
  });
});

describe('line 3: timeout 5 s or connection failure, then up to 3 retries; non-200 not retried; after many failures drop events', () => {
  const fire = async () => {
    events().addCustomer({ userId });
    await settle();
    return sandbox.control.deliveries().at(-1)!;
  };

  it('waits 5 s by default and tries three times more by default', async () => {
    const plain = await openSandbox({ seed: 'plain', size: { customers: 5 } });
    expect(plain.control.switches()).toMatchObject({ callbackTimeoutMs: 5000, retryNon200: false });
    expect(plain.control.switches().callbackRetryMs).toHaveLength(3);
  });

  it('tries four times after timeouts and lost connections, and never a fifth time', async () => {
    sandbox.control.setSwitches({ callbackTimeoutMs: 150 });
    app.script.push('hang', 'drop', 'hang', 'drop', 'drop');
    expect(await fire()).toMatchObject({
      state: 'failed',
      tries: Array(4).fill({ error: expect.any(String) }),
    });
    expect(app.script).toHaveLength(1);
  });

  it('does not repeat after another status unless switched', async () => {
    app.script.push(500);
    expect((await fire()).tries).toHaveLength(1);
    sandbox.control.setSwitches({ retryNon200: true });
    app.script.push(500, 500);
    expect((await fire()).tries.map(({ status }) => status)).toEqual([500, 500, 200]);
  });

  it('keeps timestamp and nonce over the tries, or changes them, by switch', async () => {
    const nonces = () => new Set(app.attempts.splice(0).map((query) => query.get('nonce'))).size;
    app.script.push('drop', 'drop');
    await fire();
    expect(nonces()).toBe(1);
    sandbox.control.setSwitches({ freshEnvelopePerTry: true });
    app.script.push('drop', 'drop');
    await fire();
    expect(nonces()).toBe(3);
  });

  it('drops events of a place that failed many times, for a while, and not those of another place', async () => {
    sandbox.control.setSwitches({ failuresBeforeDropping: 3, droppingMs: 60_000, callbackRetryMs: [] });
    app.script.push('drop', 'drop');
    await fire();
    await fire();
    // One answer in between starts the count anew.
    expect((await fire()).state).toBe('answered');
    app.script.push('drop', 'drop', 500);
    for (const state of ['failed', 'failed', 'refused', 'lost']) expect((await fire()).state).toBe(state);
    events().createStaff({ departmentIds: [4] });
    await settle();
    expect(assistant.received).toHaveLength(1);
    nowMs += 60_000;
    expect((await fire()).state).toBe('answered');
  });
});

describe('line 4: faults: duplicate delivery, reordering, loss after retries, burst with identical CreateTime, a 10-minute outage', () => {
  const faults = (callbackFaults: object) => sandbox.control.setSwitches({ callbackFaults });

  it('delivers duplicates of the same plaintext in envelopes of their own', async () => {
    faults({ duplicate: 1 });
    await fireNumbered(2);
    expect(arrivals().sort()).toEqual([0, 0, 1, 1]);
    expect(new Set(app.attempts.map((query) => query.get('nonce'))).size).toBe(4);
  });

  it('reorders: an event is overtaken by the next, and waits no longer than a second', async () => {
    faults({ reorder: 1 });
    await fireNumbered(4);
    expect(arrivals().sort()).toEqual([0, 1, 2, 3]);
    expect(arrivals()[0]).not.toBe(0);
  });

  it('delays events at random, so that they change places', async () => {
    faults({ delayMs: 60 });
    await fireNumbered(20);
    const order = arrivals();
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(order).not.toEqual([...order].sort((a, b) => a - b));
  });

  it('loses a share of the events, the same ones for the same seed, whatever else goes wrong', async () => {
    const lostOf = async (seed: string, more: object) => {
      const before = sandbox.control.deliveries().length;
      faults({ drop: 0.4, seed, ...more });
      await fireNumbered(30);
      const made = sandbox.control.deliveries().slice(before);
      const states = new Map(made.map(({ xml, state }) => [fieldOf(xml, 'State')!, state]));
      return [...states].filter(([, state]) => state === 'lost').map(([number]) => number);
    };
    const lost = await lostOf('a', {});
    expect(lost.length).toBeGreaterThan(3);
    expect(lost.length).toBeLessThan(25);
    expect(await lostOf('a', { duplicate: 0.5, delayMs: 3 })).toEqual(lost);
    expect(await lostOf('b', {})).not.toEqual(lost);
  });

  it('loses an event after its retries: nothing ever brings it again', async () => {
    app.script.push('drop', 'drop', 'drop', 'drop');
    await fireNumbered(1);
    await fireNumbered(1);
    expect(app.received).toHaveLength(1);
    expect(sandbox.control.deliveries().map(({ state }) => state)).toEqual(['failed', 'answered']);
  });

  it('bursts: hundreds of different events in one second with identical CreateTime', async () => {
    const { createTime } = sandbox.control.burst({ events: 300 });
    nowMs += 5000;
    await settle();
    expect(app.received).toHaveLength(300);
    expect(new Set(received('CreateTime'))).toEqual(new Set([String(createTime)]));
    expect(new Set(received('Event'))).toEqual(new Set(['change_external_contact', 'change_external_chat']));
    // WelcomeCodes and member versions tell most of them apart; the key of page 90238 tells none.
    expect(new Set(app.received.map(({ xml }) => xml)).size).toBeGreaterThan(100);
  });

  it('is out for ten minutes: nothing comes, then everything comes late', async () => {
    sandbox.control.startCallbackOutage();
    for (let number = 0; number < 5; number += 1) events().addCustomer({ userId, state: `s${number}` });
    nowMs += 599_000;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(app.attempts).toEqual([]);
    nowMs += 1000;
    await settle();
    expect(arrivals().sort()).toEqual([0, 1, 2, 3, 4]);
    expect(received('CreateTime')).toEqual(Array(5).fill(String(nowMs / 1000 - 600)));
  });

  it('is out and loses what happens meanwhile, until the outage is ended', async () => {
    sandbox.control.startCallbackOutage({ durationMs: 60_000, lose: true });
    await fireNumbered(2);
    expect(sandbox.control.deliveries().map(({ state }) => state)).toEqual(['lost', 'lost']);
    sandbox.control.startCallbackOutage({ durationMs: 0 });
    await fireNumbered(1);
    expect(app.received).toHaveLength(1);
  });
});

it('line 4 over HTTP: shares, outage and burst', async () => {
  const control = async (path: string, body: object) => {
    const init = { method: 'POST', body: JSON.stringify(body) };
    return (await (await fetch(`${sandbox.url}/control/${path}`, init)).json()) as { createTime?: number };
  };
  await control('switches', { callbackFaults: { duplicate: 1 } });
  await control('outage', { durationMs: 60_000 });
  expect(await control('burst', { events: 3 })).toEqual({ createTime: nowMs / 1000 });
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(app.attempts).toEqual([]);
  await control('outage', { durationMs: 0 });
  await settle();
  expect(app.received).toHaveLength(6);
});

describe('line 5: WelcomeCode: single use, 20 s, 41051 for the second user, absent in the cases of 3.1', () => {
  const send = async (welcome_code: string | undefined) =>
    (await client.post('externalcontact/send_welcome_msg', { welcome_code, text: { content: '你好' } }))
      .errcode;

  it('works once within 20 s', async () => {
    const { welcomeCode } = events().addCustomer({ userId });
    nowMs += 19_999;
    expect(await send(welcomeCode)).toBe(0);
    expect(await send(welcomeCode)).toBe(41051);
    const late = events().addCustomer({ userId }).welcomeCode;
    nowMs += 20_000;
    expect(await send(late)).toBe(41050);
  });

  it('comes to each app, and only the first to use it succeeds', async () => {
    const second = sandbox.control.addApp();
    const other = await CallbackReceiver.start();
    await sandbox.control.saveCallback({ place: 'app', agentId: second.agentId, ...other.form });
    events().addCustomer({ userId });
    await settle();
    const code = app.field(0, 'WelcomeCode')!;
    expect(other.field(0, 'WelcomeCode')).toBe(code);
    const body = { welcome_code: code, text: { content: 'a' } };
    expect((await client.post('externalcontact/send_welcome_msg', body, second.secret)).errcode).toBe(0);
    expect(await send(code)).toBe(41051);
  });

  it('is absent when the console welcomes for that member', async () => {
    sandbox.control.setSwitches({ consoleWelcomeUserIds: [userId] });
    expect(events().addCustomer({ userId }).welcomeCode).toBeUndefined();
  });

  it('is absent when both have chatted, and worth nothing when they begin to', async () => {
    const { externalUserId, welcomeCode } = events().addCustomer({ userId });
    const pair = { userId, externalUserId };
    events().chat(pair);
    expect(await send(welcomeCode)).toBe(41051);
    events().customerDeletesStaff(pair);
    expect(events().addCustomer(pair).welcomeCode).toBeUndefined();
    await settle();
    expect(received('WelcomeCode').filter((code) => code !== undefined)).toHaveLength(1);
  });

  it('is absent when the code of the half contact was used, and there when it was not', async () => {
    const first = events().addCustomer({ userId, half: true });
    expect(await send(first.welcomeCode)).toBe(0);
    const full = { userId, externalUserId: first.externalUserId };
    expect(events().addCustomer(full).welcomeCode).toBeUndefined();
    const unused = events().addCustomer({ userId, half: true });
    const again = events().addCustomer({ userId, externalUserId: unused.externalUserId });
    expect(again.welcomeCode).toBeDefined();
  });

  it('is absent for a member of another corp', async () => {
    const wo = await otherCorpsContact();
    const newcomer = corp().staff.find((staff) => staff.userId !== wo.userId && staff.customers > 0)!;
    const added = events().addCustomer({ userId: newcomer.userId, externalUserId: wo.externalUserId });
    expect(added.welcomeCode).toBeUndefined();
  });
});

async function otherCorpsContact(): Promise<{ userId: string; externalUserId: string }> {
  for (const staff of corp().staff) {
    const list = await client.get('externalcontact/list', { userid: staff.userId });
    const id = (list['external_userid'] as string[]).find((candidate) => candidate.startsWith('wo'));
    if (id) return { userId: staff.userId, externalUserId: id };
  }
  throw new Error('the world has no contact of another corp');
}

describe('line 6: group updates visible to REST only 2 s after the event; LastMemVer/CurMemVer chain consistent; sometimes without MemChangeList', () => {
  const group = async (chat_id: string) =>
    (await client.post('externalcontact/groupchat/get', { chat_id }))['group_chat'];

  it('shows the change to REST 2 s after the event', async () => {
    sandbox.control.setSwitches({ groupLagMs: 2000 });
    const { chatId } = corp().groupChats[0]!;
    events().renameGroup({ chatId, name: '新名' });
    nowMs += 1999;
    expect((await group(chatId)).name).not.toBe('新名');
    nowMs += 1;
    expect((await group(chatId)).name).toBe('新名');
  });

  it('chains the versions over many changes and ends with the one of REST', async () => {
    const { chatId } = corp().groupChats[0]!;
    let version = (await group(chatId)).member_version;
    for (let number = 0; number < 6; number += 1) {
      if (number % 2 === 0) events().addGroupMember({ chatId, externalUserIds: [`wm${number}`] });
      else events().removeGroupMember({ chatId, memberIds: [`wm${number - 1}`] });
      await settle();
      expect(app.field(number, 'LastMemVer')).toBe(version);
      version = app.field(number, 'CurMemVer')!;
    }
    expect((await group(chatId)).member_version).toBe(version);
  });

  it('leaves MemChangeList out on order', async () => {
    const { chatId } = corp().groupChats[0]!;
    events().addGroupMember({ chatId, externalUserIds: ['wmA'], withoutList: true });
    await settle();
    expect(names(app.received[0]!.xml)).not.toEqual(expect.arrayContaining(['MemChangeList']));
    expect(app.field(0, 'MemChangeCnt')).toBe('1');
  });
});

describe('line 7: no event for changes made through the simulated REST API by the same app', () => {
  it('makes none for remark, mark_tag and the corp tag calls', async () => {
    const { userId: userid, externalUserId: external_userid } = await somePair();
    const made = await client.post('externalcontact/add_corp_tag', {
      group_name: '新',
      tag: [{ name: '甲' }],
    });
    const tagId = made['tag_group'].tag[0].id;
    const calls: [string, object][] = [
      ['remark', { userid, external_userid, remark: 'x' }],
      ['mark_tag', { userid, external_userid, add_tag: [tagId] }],
      ['edit_corp_tag', { id: tagId, name: '乙' }],
      ['del_corp_tag', { tag_id: [tagId] }],
    ];
    for (const [call, body] of calls)
      expect((await client.post(`externalcontact/${call}`, body)).errcode).toBe(0);
    await settle();
    expect(sandbox.control.deliveries()).toEqual([]);
    // The same change by the member himself does make one.
    events().editRemark({ userId, externalUserId: external_userid, remark: 'y' });
    await settle();
    expect(received('ChangeType')).toEqual(['edit_external_contact']);
  });
});

describe('line 9: restricted change_contact as the default: assistant only, UserID/Department/NewUserID, no update_user for name, position, status or mobile', () => {
  it('sends the three fields to the assistant alone', async () => {
    const { userId: created } = events().createStaff({
      departmentIds: [4, 5],
      name: '新人',
      position: '店长',
    });
    await settle();
    events().moveStaff({ userId: created, departmentIds: [7] });
    await settle();
    events().renameStaffUserId({ userId: created, newUserId: 'renamed.one' });
    await settle();
    expect(assistant.received.map(({ xml }) => names(xml).slice(7))).toEqual([
      ['UserID', 'Department'],
      ['UserID', 'Department'],
      ['UserID', 'NewUserID', 'Department'],
    ]);
    expect(app.received).toEqual([]);
  });

  it('sends nothing for name, position and status', async () => {
    events().changeStaffSilently({ userId, name: '改名', position: '店长', status: 2 });
    await settle();
    expect(sandbox.control.deliveries()).toEqual([]);
  });
});

describe('line 10: tag groups: one event for a deleted group, none for its tags; shuffle with and without Id; transfers that complete without an add event', () => {
  it('sends one event for a deleted group', async () => {
    const { groupId } = events().createTagGroup({ name: '甲', tags: ['乙', '丙'], silent: true });
    events().deleteTagGroup({ groupId });
    await settle();
    expect(app.received).toHaveLength(1);
    expect([app.field(0, 'ChangeType'), app.field(0, 'Id'), app.field(0, 'TagType')]).toEqual([
      'delete',
      groupId,
      'tag_group',
    ]);
  });

  it('shuffles one group, and all groups with an empty Id', async () => {
    const { groupId } = corp().tagGroups[0]!;
    events().shuffleTags({ groupId });
    await settle();
    events().shuffleTags({});
    await settle();
    expect(received('Id')).toEqual([groupId, '']);
    expect(received('ChangeType')).toEqual(['shuffle', 'shuffle']);
  });

  it('brings no add event to a taker who was a friend before', async () => {
    const taker = corp().staff.find((staff) => staff.userId !== userId && staff.customers > 0)!.userId;
    const [friend, stranger] = [0, 1].map(
      () => events().addCustomer({ userId, silent: true }).externalUserId,
    ) as [string, string];
    events().addCustomer({ userId: taker, externalUserId: friend, silent: true });
    const hand = { handover_userid: userId, takeover_userid: taker, external_userid: [friend, stranger] };
    const answer = await client.post('externalcontact/transfer_customer', hand);
    expect(answer['customer'].map((one: { errcode: number }) => one.errcode)).toEqual([0, 0]);
    events().customerAcceptsTransfer({ externalUserId: friend });
    await settle();
    expect(received('ChangeType')).toEqual(['del_external_contact']);
    events().customerAcceptsTransfer({ externalUserId: stranger });
    await settle();
    expect(received('ChangeType').sort()).toEqual([
      'add_external_contact',
      'del_external_contact',
      'del_external_contact',
    ]);
  });
});
