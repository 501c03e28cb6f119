import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { CallbackReceiver, closeAll, openSandbox, SandboxClient } from './sandbox-client.js';

const START = Date.parse('2026-03-02T08:00:00Z');
const HOUR_MS = 3_600_000;

let sandbox: Sandbox;
let client: SandboxClient;
let receiver: CallbackReceiver;
let ann: string;
let bob: string;
let openKfId: string;

beforeEach(async () => {
  const switches = { kfSyncsWithoutToken: 100 };
  sandbox = await openSandbox({ seed: 'kf', size: { customers: 5 }, clock: () => START, switches });
  client = new SandboxClient(sandbox);
  receiver = await CallbackReceiver.start();
  [ann, bob] = sandbox.control.world().corps[0]!.staff.map((staff) => staff.userId) as [string, string];
  openKfId = sandbox.control.events.addKfAccount({ servicerUserIds: [ann, bob] }).openKfId;
  await sandbox.control.saveCallback({ place: 'app', ...receiver.form });
});
afterEach(closeAll);

const pass = (ms: number) => {
  sandbox.control.advanceClock({ ms });
  client.forgetTokens();
};
const kf = (path: string, body: object = {}) => client.post(`kf/${path}`, { open_kfid: openKfId, ...body });
const write = (externalUserId?: string, text = '怎么退货？') =>
  sandbox.control.events.customerWritesKf({
    openKfId,
    text,
    ...(externalUserId ? { externalUserId } : {}),
  });
const send = (touser: string, body: object = {}) =>
  kf('send_msg', { touser, msgtype: 'text', text: { content: '您好' }, ...body });
const state = async (external_userid: string) => {
  const answer = await kf('service_state/get', { external_userid });
  return [answer['service_state'], answer['servicer_userid']];
};
const trans = (external_userid: string, service_state: number, servicer_userid?: string) =>
  kf('service_state/trans', { external_userid, service_state, ...(servicer_userid && { servicer_userid }) });
const onEvent = (code: string, body: object = { msgtype: 'text', text: { content: '请稍候' } }) =>
  client.post('kf/send_msg_on_event', { code, ...body });
const sync = (body: object = {}) => kf('sync_msg', body);

describe('rest-api.md section 6, line 8: kf', () => {
  it('"session state machine": new, answered, queued, served, ended, and new again', async () => {
    const { externalUserId } = write();
    expect(await state('wmNeverWrote')).toEqual([4, undefined]);
    expect(await state(externalUserId)).toEqual([0, undefined]);
    expect((await trans(externalUserId, 1)).errcode).toBe(0);
    expect(await trans(externalUserId, 2)).toMatchObject({ errcode: 0, msg_code: expect.any(String) });
    expect((await trans(externalUserId, 1)).errcode).toBe(95016);
    expect((await trans(externalUserId, 3)).errcode).toBe(40063);
    expect((await trans(externalUserId, 3, 'ghost')).errcode).toBe(95014);
    sandbox.control.events.servicerPausesKf({ openKfId, userId: bob, paused: true });
    expect((await trans(externalUserId, 3, bob)).errcode).toBe(95019);
    expect(await trans(externalUserId, 3, ann)).toMatchObject({ errcode: 0, msg_code: expect.any(String) });
    expect(await state(externalUserId)).toEqual([3, ann]);
    sandbox.control.events.servicerPausesKf({ openKfId, userId: bob, paused: false });
    const again = await trans(externalUserId, 3, bob);
    expect([again.errcode, again['msg_code']]).toEqual([0, undefined]);
    expect((await trans(externalUserId, 4))['msg_code']).toEqual(expect.any(String));
    expect((await trans(externalUserId, 3, ann)).errcode).toBe(95016);
    expect(await state(externalUserId)).toEqual([4, undefined]);
    write(externalUserId);
    expect(await state(externalUserId)).toEqual([0, undefined]);
  });

  it('"session state machine": what servicers do in their clients', async () => {
    const { externalUserId } = write();
    const pair = { openKfId, externalUserId };
    await trans(externalUserId, 2);
    sandbox.control.events.servicerTakesKf({ ...pair, userId: ann });
    expect(await state(externalUserId)).toEqual([3, ann]);
    sandbox.control.events.servicerTransfersKf({ ...pair, userId: bob });
    expect(await state(externalUserId)).toEqual([3, bob]);
    sandbox.control.events.servicerEndsKf(pair);
    expect(await state(externalUserId)).toEqual([4, undefined]);
    sandbox.control.events.servicerWritesKf({ ...pair, userId: ann, text: '还在吗' });
    expect(await state(externalUserId)).toEqual([3, ann]);
    const { msg_list } = await sync();
    expect(msg_list.map((item: any) => item.event ?? [item.msgtype, item.origin])).toEqual([
      ['text', 3],
      expect.objectContaining({ change_type: 1, new_servicer_userid: ann, msg_code: expect.any(String) }),
      expect.objectContaining({ change_type: 2, old_servicer_userid: ann, new_servicer_userid: bob }),
      expect.objectContaining({ change_type: 3, old_servicer_userid: bob, msg_code: expect.any(String) }),
      expect.objectContaining({ change_type: 4, new_servicer_userid: ann }),
      ['text', 5],
    ]);
  });

  it('"session state machine": a strict one leaves out what one source only tells', async () => {
    const { externalUserId } = write();
    sandbox.control.setSwitches({ kfStrictTransitions: true });
    expect((await trans(externalUserId, 4)).errcode).toBe(95016);
    sandbox.control.setSwitches({ kfStrictTransitions: false });
    expect((await trans(externalUserId, 4)).errcode).toBe(0);
  });

  it('"48 h / 5 messages"', async () => {
    const { externalUserId } = write();
    for (let message = 0; message < 5; message += 1) expect((await send(externalUserId)).errcode).toBe(0);
    expect((await send(externalUserId)).errcode).toBe(95001);
    write(externalUserId);
    pass(48 * HOUR_MS - 1000);
    expect((await send(externalUserId)).errcode).toBe(0);
    pass(1000);
    expect((await send(externalUserId)).errcode).toBe(95002);
    expect(await state(externalUserId)).toEqual([4, undefined]);
    write(externalUserId);
    expect((await send(externalUserId)).errcode).toBe(0);
    expect(sandbox.control.outbox().filter(({ kind }) => kind === 'kf')).toHaveLength(7);
  });

  it('lets the API speak in 0 and 1 only', async () => {
    const { externalUserId } = write();
    await trans(externalUserId, 2);
    expect((await send(externalUserId)).errcode).toBe(95018);
    await trans(externalUserId, 3, ann);
    expect((await send(externalUserId)).errcode).toBe(95018);
    await trans(externalUserId, 4);
    expect((await send(externalUserId)).errcode).toBe(95013);
    expect((await send('wmNeverWrote')).errcode).toBe(95018);
  });

  it('"cursor log of 3 days"', async () => {
    const first = write(undefined, '一');
    write(first.externalUserId, '二');
    await send(first.externalUserId);
    const page = await sync({ limit: 1 });
    expect(page['has_more']).toBe(1);
    expect(page['msg_list']).toEqual([
      {
        msgid: first.msgId,
        open_kfid: openKfId,
        external_userid: first.externalUserId,
        send_time: START / 1000,
        origin: 3,
        msgtype: 'text',
        text: { content: '一' },
      },
    ]);
    const rest = await sync({ cursor: page['next_cursor'] });
    expect([rest['has_more'], rest['msg_list'].map((item: any) => item.text.content)]).toEqual([0, ['二']]);
    const end = await sync({ cursor: rest['next_cursor'] });
    expect([end['has_more'], end['msg_list']]).toEqual([0, []]);
    write(first.externalUserId, '三');
    expect((await sync({ cursor: end['next_cursor'] }))['msg_list'][0].text.content).toBe('三');
    expect(Buffer.byteLength(end['next_cursor'])).toBeLessThanOrEqual(64);
    expect((await sync({ cursor: 'rubbish' })).errcode).toBe(50100);
    pass(72 * HOUR_MS - 1000);
    expect((await sync())['msg_list']).toHaveLength(3);
    pass(1000);
    expect((await sync())['msg_list']).toEqual([]);
  });

  it('may answer an empty page with has_more = 1', async () => {
    write();
    sandbox.control.setSwitches({ kfEmptyPages: true });
    const empty = await sync();
    expect([empty['has_more'], empty['msg_list']]).toEqual([1, []]);
    expect((await sync({ cursor: empty['next_cursor'] }))['msg_list']).toHaveLength(1);
  });

  it('rings with a token that lifts the strict limit of sync_msg', async () => {
    sandbox.control.setSwitches({ kfSyncsWithoutToken: 1 });
    write();
    await sandbox.control.whenDelivered();
    expect(receiver.field(0, 'Event')).toBe('kf_msg_or_event');
    expect(receiver.field(0, 'OpenKfId')).toBe(openKfId);
    expect(receiver.field(0, 'FromUserName')).toBeUndefined();
    expect([(await sync()).errcode, (await sync()).errcode]).toEqual([0, 45009]);
    expect((await sync({ token: receiver.field(0, 'Token') })).errcode).toBe(0);
    pass(60_000);
    expect((await sync()).errcode).toBe(0);
  });
});

describe('kf messages on occasions (page 95122)', () => {
  it('greet a customer who enters, once and within 20 s', async () => {
    const enter = (externalUserId?: string) =>
      sandbox.control.events.customerEntersKf({
        openKfId,
        scene: 'shop',
        ...(externalUserId ? { externalUserId } : {}),
      });
    const { externalUserId, welcomeCode } = enter();
    expect((await sync())['msg_list'][0].event).toMatchObject({
      event_type: 'enter_session',
      external_userid: externalUserId,
      scene: 'shop',
      welcome_code: welcomeCode,
    });
    expect((await onEvent(welcomeCode!)).errcode).toBe(0);
    expect((await onEvent(welcomeCode!)).errcode).toBe(95007);
    expect(enter(externalUserId).welcomeCode).toBeUndefined();
    const late = enter().welcomeCode!;
    pass(20_000);
    expect((await onEvent(late)).errcode).toBe(95007);
    expect(enter(write().externalUserId).welcomeCode).toBeUndefined();
  });

  it('speak to queued and served customers while they are, and say goodbye', async () => {
    const { externalUserId } = write();
    const queued = (await trans(externalUserId, 2))['msg_code'];
    const served = (await trans(externalUserId, 3, ann))['msg_code'];
    const menu = { msgtype: 'msgmenu', msgmenu: { head_content: '选', list: [] } };
    expect((await onEvent(queued)).errcode).toBe(95018);
    expect((await onEvent(served, menu)).errcode).toBe(40008);
    expect((await onEvent(served)).errcode).toBe(0);
    const ended = (await trans(externalUserId, 4))['msg_code'];
    expect((await onEvent(ended, menu)).errcode).toBe(0);
  });
});

describe('kf accounts and messages (pages 94661, 94645, 94677)', () => {
  it('list accounts with the right to manage them, and refuse those of another app', async () => {
    const other = sandbox.control.addApp({ name: '其他' });
    expect((await client.post('kf/account/list', {}))['account_list']).toEqual([
      expect.objectContaining({ open_kfid: openKfId, manage_privilege: true }),
    ]);
    const foreign = await client.post('kf/account/list', {}, other.secret);
    expect(foreign['account_list'][0].manage_privilege).toBe(false);
    const body = { open_kfid: openKfId };
    expect((await client.post('kf/sync_msg', body, other.secret)).errcode).toBe(48007);
    expect((await client.post('kf/sync_msg', { open_kfid: 'wkNone' })).errcode).toBe(95004);
    expect((await client.post('kf/sync_msg', { open_kfid: 'rubbish' })).errcode).toBe(95000);
    const servicers = await client.get('kf/servicer/list', { open_kfid: openKfId });
    expect(servicers['servicer_list']).toEqual([ann, bob].map((userid) => ({ userid, status: 0 })));
    await sandbox.control.whenDelivered();
    sandbox.control.events.removeKfAccount({ openKfId });
    await sandbox.control.whenDelivered();
    expect(receiver.field(0, 'Event')).toBe('kf_account_auth_change');
    expect(receiver.field(0, 'AuthDelOpenKfId')).toBe(openKfId);
    expect((await client.post('kf/account/list', {}))['account_list']).toEqual([]);
  });

  it('check what they send, and report failures later', async () => {
    const { externalUserId } = write();
    const code = async (body: object) => (await send(externalUserId, body)).errcode;
    const click = (index: number) => ({ type: 'click', click: { id: `i${index}`, content: '退' } });
    const menu = (list: object[]) => ({ msgtype: 'msgmenu', msgmenu: { list } });
    expect(await code(menu(Array.from({ length: 11 }, (_, index) => click(index))))).toBe(95008);
    expect(await code(menu([{ type: 'smoke' }]))).toBe(95009);
    expect(await code({ msgtype: 'image', image: { media_id: 'gone' } })).toBe(40007);
    expect(await code({ msgid: 'own-1' })).toBe(0);
    expect(await code({ msgid: 'own-1' })).toBe(40058);
    sandbox.control.events.kfMessageFails({ openKfId, externalUserId, msgId: 'own-1', failType: 10 });
    sandbox.control.events.customerRecallsKf({ openKfId, externalUserId, msgId: 'kf_1' });
    const events = (await sync())['msg_list'].flatMap((item: any) => item.event ?? []);
    expect(events).toEqual([
      expect.objectContaining({ event_type: 'msg_send_fail', fail_msgid: 'own-1', fail_type: 10 }),
      expect.objectContaining({ event_type: 'user_recall_msg', recall_msgid: 'kf_1' }),
    ]);
  });
});
