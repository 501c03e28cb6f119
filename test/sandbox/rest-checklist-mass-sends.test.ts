import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { CallbackReceiver, closeAll, openSandbox, SandboxClient } from './sandbox-client.js';

const DAY_MS = 86_400_000;
const START = Date.parse('2026-02-01T02:00:00Z');

let sandbox: Sandbox;
let client: SandboxClient;
let ann: string;
let bob: string;
let annsCustomers: string[];
let bobsCustomer: string;
const hello = { text: { content: '本周六门店活动' } };

beforeEach(async () => {
  sandbox = await openSandbox({ seed: 'mass', size: { customers: 20 }, clock: () => START });
  client = new SandboxClient(sandbox);
  [ann, bob] = sandbox.control.world().corps[0]!.staff.map((staff) => staff.userId) as [string, string];
  annsCustomers = [1, 2, 3].map(() => newCustomer(ann));
  bobsCustomer = newCustomer(bob);
});
afterEach(closeAll);

const newCustomer = (userId: string) => sandbox.control.events.addCustomer({ userId }).externalUserId;
const pass = (ms: number) => {
  sandbox.control.advanceClock({ ms });
  client.forgetTokens();
};
const call = (path: string, body: object) => client.post(`externalcontact/${path}`, body);
const create = (body: object) => call('add_msg_template', { ...hello, ...body });
const tasks = async (msgid: string) => (await call('get_groupmsg_task', { msgid }))['task_list'];
const results = async (msgid: string, userid = ann) =>
  (await call('get_groupmsg_send_result', { msgid, userid }))['send_list'];
const confirm = (msgId: string, userId = ann, only?: string[]) =>
  sandbox.control.events.confirmMassSend({ msgId, userId, ...(only ? { only } : {}) });
const now = () => START / 1000;

describe('rest-api.md section 6, line 4: 群发 life cycle', () => {
  it('"create → tasks for senders (status 0) → member confirms (status 2, per-target results)"', async () => {
    const all = [...annsCustomers, bobsCustomer, 'wmNobody'];
    const { errcode, msgid, fail_list } = await create({ external_userid: all });
    expect([errcode, fail_list]).toEqual([0, ['wmNobody']]);
    pass(1000);
    const unsent = [ann, bob].map((userid) => ({ userid, status: 0 }));
    expect(await tasks(msgid)).toEqual(unsent);
    expect(sandbox.control.outbox().filter(({ kind }) => kind === 'mass')).toEqual([]);
    expect(sandbox.control.massSendTasks()).toMatchObject([
      { msgId: msgid, userId: ann, to: annsCustomers, confirmed: false, cancelled: false },
      { msgId: msgid, userId: bob, to: [bobsCustomer], confirmed: false },
    ]);
    confirm(msgid);
    expect(await tasks(msgid)).toEqual([
      { userid: ann, status: 2, send_time: now() + 1 },
      { userid: bob, status: 0 },
    ]);
    expect(await results(msgid)).toEqual(
      annsCustomers.map((external_userid) => ({
        external_userid,
        userid: ann,
        status: 1,
        send_time: now() + 1,
      })),
    );
    expect(await results(msgid, bob)).toEqual([{ external_userid: bobsCustomer, userid: bob, status: 0 }]);
    const [sent] = sandbox.control.outbox().filter(({ kind }) => kind === 'mass');
    expect(sent).toMatchObject({ to: annsCustomers, msgId: msgid, body: hello });
  });

  it('"per-target status 1/2/3"', async () => {
    sandbox.control.setSwitches({ massSendRule: 'day' });
    const [kept, lost, reached] = annsCustomers as [string, string, string];
    const { msgid } = await create({ external_userid: annsCustomers, sender: ann });
    pass(1000);
    sandbox.control.events.customerDeletesStaff({ userId: ann, externalUserId: lost });
    sandbox.control.events.sendOwnMass({ userId: ann, externalUserIds: [reached], text: '在吗' });
    confirm(msgid);
    const found = Object.fromEntries(
      (await results(msgid)).map((item: any) => [item.external_userid, [item.status, item.send_time]]),
    );
    expect(found).toEqual({
      [kept]: [1, now() + 1],
      [lost]: [2, undefined],
      [reached]: [3, undefined],
    });
  });

  it('"immediate query may answer 41063"', async () => {
    const { msgid } = await create({ external_userid: annsCustomers });
    expect(await call('get_groupmsg_task', { msgid })).toMatchObject({ errcode: 41063, task_list: [] });
    expect((await call('get_groupmsg_send_result', { msgid, userid: ann })).errcode).toBe(41063);
    pass(1000);
    expect((await call('get_groupmsg_task', { msgid })).errcode).toBe(0);
  });

  it('"cancel → later queries 41093"', async () => {
    const { msgid } = await create({ external_userid: [...annsCustomers, bobsCustomer] });
    pass(1000);
    confirm(msgid);
    expect((await call('cancel_groupmsg_send', { msgid })).errcode).toBe(0);
    expect((await call('get_groupmsg_task', { msgid })).errcode).toBe(41093);
    expect((await call('get_groupmsg_send_result', { msgid, userid: ann })).errcode).toBe(41093);
    expect((await call('remind_groupmsg_send', { msgid })).errcode).toBe(41093);
    expect(() => confirm(msgid, bob)).toThrow(/cancelled/);
    expect((await call('cancel_groupmsg_send', { msgid: 'msgNone' })).errcode).toBe(41047);
  });

  it('"remind counter 3 per 24 h"', async () => {
    const { msgid } = await create({ external_userid: annsCustomers });
    const remind = async () => (await call('remind_groupmsg_send', { msgid })).errcode;
    expect([await remind(), await remind(), await remind(), await remind()]).toEqual([0, 0, 0, 41094]);
    pass(DAY_MS - 1000);
    expect(await remind()).toBe(41094);
    pass(1000);
    expect(await remind()).toBe(0);
  });

  it('"monthly receive quota producing status 3 or 41048"', async () => {
    const [customer] = annsCustomers as [string];
    const own = () =>
      sandbox.control.events.sendOwnMass({ userId: ann, externalUserIds: [customer], text: '早' });
    for (let message = 0; message < 27; message += 1) own();
    // February of 2026 has 28 days: one more may come, and two are prepared.
    const first = await create({ external_userid: [customer] });
    const second = await create({ external_userid: [customer] });
    pass(1000);
    confirm(first['msgid']);
    confirm(second['msgid']);
    expect((await results(first['msgid']))[0].status).toBe(1);
    expect((await results(second['msgid']))[0].status).toBe(3);
    expect((await create({ external_userid: [customer] })).errcode).toBe(41048);
    expect(await create({ external_userid: annsCustomers })).toMatchObject({
      errcode: 0,
      fail_list: [customer],
    });
    pass(28 * DAY_MS);
    expect((await create({ external_userid: [customer] })).errcode).toBe(0);
  });
});

describe('add_msg_template and its lists (pages 92135, 93338)', () => {
  it('finds the recipients by sender, by tag, and by the newest relation', async () => {
    const tagIds = sandbox.control.world().corps[0]!.tagGroups.map((group) => group.tags[0]!.tagId);
    const [first, second] = annsCustomers as [string, string];
    sandbox.control.events.editTags({ userId: ann, externalUserId: first, addTagIds: tagIds.slice(0, 2) });
    sandbox.control.events.editTags({ userId: ann, externalUserId: second, addTagIds: tagIds.slice(0, 1) });
    const byTags = (groups: string[][]) =>
      create({ sender: ann, tag_filter: { group_list: groups.map((tag_list) => ({ tag_list })) } });
    const recipients = async (answer: ReturnType<typeof create>) => {
      const { msgid } = await answer;
      pass(1000);
      return (await results(msgid)).map((item: any) => item.external_userid);
    };
    const both = await recipients(byTags([[tagIds[0]!], [tagIds[1]!]]));
    expect(both).toContain(first);
    expect(both).not.toContain(second);
    expect(await recipients(byTags([[tagIds[0]!, tagIds[1]!]]))).toEqual(
      expect.arrayContaining([first, second]),
    );
    expect((await byTags([['etNone']])).errcode).toBe(40068);
    const everyone = await recipients(create({ sender: ann }));
    expect(everyone).toHaveLength(sandbox.control.world().corps[0]!.staff[0]!.customers);
    sandbox.control.events.addCustomer({ userId: bob, externalUserId: first });
    expect(await recipients(create({ external_userid: [first, second] }))).toEqual([second]);
  });

  it('refuses what page 92135 refuses', async () => {
    expect((await create({})).errcode).toBe(40063);
    expect((await create({ sender: '' })).errcode).toBe(40058);
    expect((await create({ sender: 'ghost' })).errcode).toBe(40003);
    expect((await create({ sender: bob, external_userid: annsCustomers })).errcode).toBe(84061);
    expect(await create({ external_userid: ['wmNobody'] })).toMatchObject({ errcode: 41048, fail_list: [] });
    expect((await create({ chat_type: 'group' })).errcode).toBe(40063);
    const bad = { attachments: [{ msgtype: 'image', image: { media_id: 'gone' } }] };
    expect((await create({ sender: ann, ...bad })).errcode).toBe(40007);
  });

  it('sends to groups: the owner picks when none are named, unsent ones are not listed', async () => {
    const chats = [1, 2].map(() => sandbox.control.events.createGroup({ ownerUserId: ann }).chatId);
    const { msgid } = await create({ chat_type: 'group', sender: ann });
    pass(1000);
    expect(await results(msgid)).toEqual([]);
    confirm(msgid, ann, [chats[0]!]);
    expect(await results(msgid)).toEqual([
      { chat_id: chats[0], userid: ann, status: 1, send_time: now() + 1 },
    ]);
    const named = await create({ chat_type: 'group', sender: ann, chat_id_list: [chats[1], 'wrNone'] });
    expect(named['fail_list']).toEqual(['wrNone']);
    expect(() => confirm(named['msgid'], ann, [chats[1]!])).toThrow(/fixed/);
  });

  it('lists corp-made and personal ones page by page', async () => {
    const byApi = (await create({ external_userid: annsCustomers }))['msgid'];
    const own = sandbox.control.events.sendOwnMass({
      userId: ann,
      externalUserIds: annsCustomers,
      text: '好',
    });
    const list = (body: object = {}) =>
      call('get_groupmsg_list_v2', {
        chat_type: 'single',
        start_time: now(),
        end_time: now() + 9,
        ...body,
      });
    const page = await list({ limit: 1 });
    expect(page['group_msg_list']).toEqual([{ msgid: byApi, create_time: now(), create_type: 0, ...hello }]);
    const rest = await list({ limit: 1, cursor: page['next_cursor'] });
    expect(rest['group_msg_list'][0]).toMatchObject({ msgid: own.msgId, creator: ann, create_type: 1 });
    expect(rest['next_cursor']).toBe('');
    expect((await list({ limit: 1000 }))['group_msg_list']).toHaveLength(2);
    expect((await list({ filter_type: 1 }))['group_msg_list']).toHaveLength(1);
    expect((await list({ chat_type: 'group' }))['group_msg_list']).toEqual([]);
    expect((await list({ end_time: now() + 32 * 86_400 })).errcode).toBe(40058);
  });

  it('makes no callback at any step', async () => {
    const receiver = await CallbackReceiver.start();
    await sandbox.control.saveCallback({ place: 'app', ...receiver.form });
    const { msgid } = await create({ external_userid: annsCustomers });
    confirm(msgid);
    await call('cancel_groupmsg_send', { msgid });
    await sandbox.control.whenDelivered();
    expect(receiver.received).toEqual([]);
  });
});
