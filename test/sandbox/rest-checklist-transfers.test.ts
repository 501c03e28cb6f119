import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Sandbox } from '../../src/sandbox/index.js';
import { CallbackReceiver, closeAll, openSandbox, SandboxClient } from './sandbox-client.js';

const DAY_MS = 86_400_000;

let sandbox: Sandbox;
let client: SandboxClient;
let receiver: CallbackReceiver;
let giver: string;
let taker: string;
let customer: string;

beforeEach(async () => {
  const nowMs = Date.parse('2026-03-02T08:00:00Z');
  sandbox = await openSandbox({ seed: 'transfers', size: { customers: 30 }, clock: () => nowMs });
  client = new SandboxClient(sandbox);
  receiver = await CallbackReceiver.start();
  await sandbox.control.saveCallback({ place: 'app', ...receiver.form });
  const [first, second] = sandbox.control.world().corps[0]!.staff;
  giver = first!.userId;
  taker = second!.userId;
  customer = sandbox.control.events.addCustomer({ userId: giver, silent: true }).externalUserId;
});
afterEach(closeAll);

const pass = (days: number) => sandbox.control.advanceClock({ ms: days * DAY_MS });
const submit = (ids = [customer], from = giver, to = taker) =>
  client.post('externalcontact/transfer_customer', {
    handover_userid: from,
    takeover_userid: to,
    external_userid: ids,
  });
const result = async (from = giver, to = taker) =>
  (await client.post('externalcontact/transfer_result', { handover_userid: from, takeover_userid: to }))[
    'customer'
  ];
const followers = async (id = customer) => {
  client.forgetTokens();
  const answer = await client.get('externalcontact/get', { external_userid: id });
  return answer['follow_user'].map((follow: { userid: string }) => follow.userid).sort();
};
/** Change type, member and reason of every event that arrived. */
const events = async () => {
  await sandbox.control.whenDelivered();
  return receiver.received.map((_, index) =>
    ['ChangeType', 'UserID', 'FailReason', 'Source'].flatMap((name) => receiver.field(index, name) ?? []),
  );
};

describe('rest-api.md section 6, line 5: transfers', () => {
  it('"per-customer errcode at submit"', async () => {
    const strange = sandbox.control.events.addCustomer({ userId: taker, silent: true }).externalUserId;
    const answer = await submit([customer, strange, 'wmNobody', customer]);
    expect(answer['customer']).toEqual([
      { external_userid: customer, errcode: 0 },
      { external_userid: strange, errcode: 40131 },
      { external_userid: 'wmNobody', errcode: 40096 },
      { external_userid: customer, errcode: 40129 },
    ]);
    expect((await submit([customer], giver, giver)).errcode).toBe(40130);
    expect((await submit([customer], 'ghost')).errcode).toBe(40003);
    expect(await submit([customer], giver, 'ghost')).toMatchObject({ errcode: 40003, customer: [] });
    sandbox.control.events.changeStaffSilently({ userId: taker, status: 4 });
    expect((await submit()).errcode).toBe(40098);
  });

  it('"state 2 (waiting) for 24 h, then 1"', async () => {
    await submit();
    const [waiting] = await result();
    expect(waiting).toEqual({
      external_userid: customer,
      status: 2,
      takeover_time: Date.parse('2026-03-03T08:00:00Z') / 1000,
    });
    sandbox.control.advanceClock({ ms: DAY_MS - 1000 });
    client.forgetTokens();
    expect((await result())[0].status).toBe(2);
    expect(await followers()).toEqual([giver]);
    sandbox.control.advanceClock({ ms: 1000 });
    expect((await result())[0]).toMatchObject({ status: 1, takeover_time: waiting.takeover_time });
    expect(await followers()).toEqual([taker]);
    expect(await events()).toEqual([
      ['add_external_contact', taker],
      ['del_external_contact', giver, 'DELETE_BY_TRANSFER'],
    ]);
  });

  it('"then 3", with a "transfer_fail" event, when the customer refuses', async () => {
    await submit();
    sandbox.control.events.customerRefusesTransfer({ externalUserId: customer });
    expect(await result()).toEqual([{ external_userid: customer, status: 3, takeover_time: 0 }]);
    expect(await followers()).toEqual([giver]);
    expect(await events()).toEqual([['transfer_fail', taker, 'customer_refused']]);
    expect(() => sandbox.control.events.customerAcceptsTransfer({ externalUserId: customer })).toThrow();
  });

  it('"then 4", with a "transfer_fail" event, when the taker has too many customers; 40099 at submit', async () => {
    await submit();
    sandbox.control.setSwitches({ customersPerStaffMax: 0 });
    const other = sandbox.control.events.addCustomer({ userId: giver, silent: true }).externalUserId;
    expect((await submit([other]))['customer'][0].errcode).toBe(40099);
    pass(1);
    client.forgetTokens();
    expect((await result())[0]).toMatchObject({ status: 4, takeover_time: 0 });
    expect(await followers()).toEqual([giver]);
    expect(await events()).toEqual([['transfer_fail', taker, 'customer_limit_exceed']]);
  });

  it('"90-day counter → 40128"', async () => {
    for (const [from, to] of [
      [giver, taker],
      [taker, giver],
    ] as const) {
      expect((await submit([customer], from, to))['customer'][0].errcode).toBe(0);
      sandbox.control.events.customerAcceptsTransfer({ externalUserId: customer });
    }
    const codeAfter = async (days: number) => {
      pass(days);
      client.forgetTokens();
      return (await submit())['customer'][0].errcode;
    };
    expect(await codeAfter(0)).toBe(40128);
    expect(await codeAfter(89)).toBe(40128);
    expect(await codeAfter(1)).toBe(0);
  });

  it('"no add event when the taker is already a friend"', async () => {
    sandbox.control.events.addCustomer({ userId: taker, externalUserId: customer, silent: true });
    await submit();
    pass(1);
    expect(await followers()).toEqual([taker]);
    expect(await events()).toEqual([['del_external_contact', giver, 'DELETE_BY_TRANSFER']]);
  });

  it('"or gets back a customer he once handed over"', async () => {
    await submit();
    pass(1);
    client.forgetTokens();
    await submit([customer], taker, giver);
    pass(1);
    expect(await followers()).toEqual([giver]);
    const added = (await events()).filter(([type]) => type === 'add_external_contact');
    expect(added).toEqual([['add_external_contact', taker]]);
  });
});

describe('transfers of members who left (pages 92124, 94081, 94082, 92127, 95703)', () => {
  const resigned = (path: string, body: object) => client.post(`externalcontact/resigned/${path}`, body);
  const pair = () => ({ handover_userid: giver, takeover_userid: taker });
  const unassigned = (body = {}) => client.post('externalcontact/get_unassigned_list', body);

  it('lists their customers page by page, until they are handed over or a year has passed', async () => {
    const mine = [customer, sandbox.control.events.addCustomer({ userId: giver }).externalUserId];
    expect((await resigned('transfer_customer', { ...pair(), external_userid: mine })).errcode).toBe(40097);
    expect((await unassigned())['info']).toEqual([]);
    sandbox.control.events.deleteStaff({ userId: giver });
    const all = await unassigned();
    expect(all).toMatchObject({ is_last: true, next_cursor: '' });
    const ids = all['info'].map((item: { external_userid: string }) => item.external_userid);
    expect(ids).toEqual(expect.arrayContaining(mine));
    expect(all['info'][0]).toMatchObject({
      handover_userid: giver,
      dimission_time: Date.parse('2026-03-02T08:00:00Z') / 1000,
    });
    const walked: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page = await unassigned({ cursor, page_size: 1 });
      walked.push(...page['info'].map((item: { external_userid: string }) => item.external_userid));
      cursor = page['is_last'] ? undefined : page['next_cursor'];
    }
    expect(walked).toEqual(ids);
    pass(366);
    client.forgetTokens();
    expect((await unassigned())['info']).toEqual([]);
  });

  it('hands them over after 24 h, with an add event only', async () => {
    sandbox.control.events.deleteStaff({ userId: giver });
    const body = { ...pair(), external_userid: [customer] };
    expect((await resigned('transfer_customer', body))['customer'][0].errcode).toBe(0);
    expect((await resigned('transfer_result', pair()))['customer'][0].status).toBe(2);
    pass(1);
    client.forgetTokens();
    expect((await resigned('transfer_result', pair()))['customer'][0].status).toBe(1);
    expect(await followers()).toEqual([taker]);
    expect(await events()).toEqual([['add_external_contact', taker]]);
  });

  it('moves groups, lists failures only, and makes no event', async () => {
    sandbox.control.setSwitches({ groupLagMs: 0 });
    const chatId = sandbox.control.events.createGroup({ ownerUserId: giver, silent: true }).chatId;
    const move = (path: string, id = chatId, to = taker) =>
      client.post(`externalcontact/groupchat/${path}`, { chat_id_list: [id], new_owner: to });
    const failure = async (answer: ReturnType<typeof move>) =>
      (await answer)['failed_chat_list'][0]?.errcode ?? 0;
    expect(await failure(move('transfer'))).toBe(90500);
    expect(await failure(move('onjob_transfer', 'wrNone'))).toBe(40050);
    expect(await failure(move('onjob_transfer', chatId, giver))).toBe(90504);
    expect(await failure(move('onjob_transfer'))).toBe(0);
    expect(await failure(move('onjob_transfer', chatId, giver))).toBe(0);
    expect(await failure(move('onjob_transfer'))).toBe(40128);
    sandbox.control.events.deleteStaff({ userId: giver });
    expect(await failure(move('onjob_transfer'))).toBe(90502);
    expect(await failure(move('transfer'))).toBe(0);
    const detail = await client.post('externalcontact/groupchat/get', { chat_id: chatId });
    expect(detail['group_chat'].owner).toBe(taker);
    expect(await events()).toEqual([]);
  });
});
