import { CustomersModule } from '../../../src/modules/customers/index.js';
import { CUSTOMERS_SYNC } from '../../../src/modules/customers/contacts/use-cases/customers-sync.js';
import { parsePublicId } from '../../../src/platform/context/typed-id.js';
import type { OperationId } from '../../../src/platform/operations/operation.js';
import { GroupChatsModule } from '../../../src/modules/group-chats/index.js';
import { StaffModule } from '../../../src/modules/staff/index.js';
import { type MirrorWorld, startMirrorWorld } from '../../support/mirror-world.js';
import { heldRelations } from './relation-states.js';
import { ContactsGateway } from '../../../src/wecom/index.js';

const TRANSFER = '/cgi-bin/externalcontact/transfer_customer';
const GROUPS = '/cgi-bin/externalcontact/groupchat/onjob_transfer';
const RESULTS = '/cgi-bin/externalcontact/transfer_result';
const DAY_S = 86_400;

let world: MirrorWorld;
let key: string;
let giver: string;
let taker: string;
let third: string;

beforeAll(async () => {
  world = await startMirrorWorld({
    modules: [StaffModule, CustomersModule, GroupChatsModule],
    seed: 'handover',
    size: { staff: 5, customers: 10, groupChats: 0 },
  });
  world.http.clock.set(new Date(world.clock.seconds * 1000));
  for (const kind of ['staff.sync', CUSTOMERS_SYNC]) await world.sync(kind);
  [giver = '', taker = '', third = ''] = await world.http
    .get(ContactsGateway)
    .listFollowUserIds(world.corpId);
  key = await world.http.corpKey(world.corpId, [
    'customers:read',
    'customers:write',
    'operations:read',
    'operations:write',
  ]);
  world.newEvents();
});
afterAll(async () => world.close());
afterEach(async () => {
  world.sandbox.control.clearFaults();
  await deliver();
});

const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
  const response = await world.http.call(key, { method, url, payload });
  return { status: response.statusCode, body: response.json<any>() };
};
/** What a worker does until nothing is due at once. */
const work = async () => {
  for (let runs = 0; runs < 4; runs++) if ((await world.runJobs('customers.hand_over')) === 0) return;
};
const deliver = async () => {
  for (const event of world.newEvents()) await world.deliver(event);
};
function advance(seconds: number): void {
  world.clock.seconds += seconds;
  world.http.clock.advance(seconds * 1000);
}

/** New customers of this member whom we hold. */
async function befriend(count: number, userId = giver): Promise<{ externalUserId: string; id: string }[]> {
  const friends = [];
  for (let made = 0; made < count; made++) {
    const { externalUserId } = world.sandbox.control.events.addCustomer({ userId });
    await deliver();
    const { body } = await call('GET', `/v1/customers?externalUserId=${externalUserId}`);
    friends.push({ externalUserId, id: body.items[0].id as string });
  }
  return friends;
}

async function handOver(body: object): Promise<string> {
  const answer = await call('POST', '/v1/handovers', {
    kind: 'in_service',
    fromStaffUserId: giver,
    toStaffUserId: taker,
    ...body,
  });
  expect(answer.status).toBe(202);
  return answer.body.id as string;
}

const items = async (id: string): Promise<Record<string, any>[]> =>
  (await call('GET', `/v1/handovers/${id}/items?limit=200`)).body.items;
const states = async (id: string) => (await items(id)).map(({ state }) => state).sort();
// reason for the cast: an operation's public id holds one
const uuidOf = (id: string) => parsePublicId('op', id) as OperationId;
const operation = (id: string) => world.operation(uuidOf(id));
const followersOf = async (externalUserId: string) =>
  [
    ...(
      await heldRelations({ id: world.corpId, contacts: world.http.get(ContactsGateway), sql: world.query })
    ).keys(),
  ]
    .filter((pair) => pair.startsWith(`${externalUserId} `))
    .map((pair) => pair.split(' ')[1]);

describe('POST /v1/handovers, in service', () => {
  it('follows each customer to his final result, and the mirror shows the new member', async () => {
    const [stays, goes, full] = await befriend(3);
    const friends = [stays!, goes!, full!];
    const id = await handOver({ customerIds: friends.map((friend) => friend.id), message: '您好' });
    await work();
    expect(await states(id)).toEqual(['accepted', 'accepted', 'accepted']);
    world.sandbox.control.events.customerRefusesTransfer({ externalUserId: stays!.externalUserId });
    await deliver();
    await work();
    expect(await states(id)).toEqual(['accepted', 'accepted', 'refused_by_customer']);
    expect(await operation(id)).toMatchObject({ state: 'running', done: 1, total: 3 });
    advance(DAY_S + 1);
    world.newEvents(); // lost: only the result tells (page 92125)
    await work();
    expect(await states(id)).toEqual(['done', 'done', 'refused_by_customer']);
    expect(await followersOf(goes!.externalUserId)).toEqual([taker.toLowerCase()]);
    expect(await followersOf(stays!.externalUserId)).toEqual([giver.toLowerCase()]);
    const { body } = await call('GET', `/v1/handovers/${id}`);
    expect(body).toMatchObject({ kind: 'in_service', counts: { done: 2, refused_by_customer: 1 } });
    expect(body.finishedAt).not.toBeNull();
    expect(await operation(id)).toMatchObject({
      state: 'succeeded',
      result: { done: 2, refused_by_customer: 1 },
    });
    expect(await world.runJobs('customers.hand_over')).toBeLessThan(2);
  }, 30_000);

  it('tells why WeCom does not take somebody: too often, no customer of his, the new member is full', async () => {
    const [often, gone] = await befriend(2);
    const [strange] = await befriend(1, third);
    for (const [from, to] of [
      [giver, taker],
      [taker, giver],
    ]) {
      const id = await handOver({ fromStaffUserId: from, toStaffUserId: to, customerIds: [often!.id] });
      await work();
      world.sandbox.control.events.customerAcceptsTransfer({ externalUserId: often!.externalUserId });
      await deliver();
      await work();
      expect(await states(id)).toEqual(['done']);
    }
    world.sandbox.control.events.staffDeletesCustomer({
      userId: giver,
      externalUserId: gone!.externalUserId,
      silent: true,
    });
    const id = await handOver({ customerIds: [often!.id, gone!.id, strange!.id] });
    await work();
    const byId = new Map((await items(id)).map((item) => [item.wecomId, item]));
    expect(byId.get(often!.externalUserId)).toMatchObject({
      state: 'too_often',
      customerId: often!.id,
      problem: { errcode: 40128 },
    });
    expect(byId.get(gone!.externalUserId)).toMatchObject({
      state: 'not_a_customer',
      problem: { errcode: 40096 },
    });
    expect(byId.get(strange!.externalUserId)).toMatchObject({
      state: 'not_a_customer',
      problem: { errcode: 40131 },
    });
    expect((await operation(id)).state).toBe('succeeded');
  }, 30_000);

  it('asks what became of a call that nobody answered, and repeats only what did not arrive', async () => {
    const friends = await befriend(2);
    world.sandbox.control.addFault({ path: TRANSFER, times: 1, effect: { cutAfterBytes: 0 } });
    const id = await handOver({ customerIds: friends.map((friend) => friend.id) });
    await world.runJobs('customers.hand_over');
    expect(await states(id)).toEqual(['calling', 'calling']);
    const calls = world.calls(TRANSFER);
    await work();
    expect([await states(id), world.calls(TRANSFER)]).toEqual([['accepted', 'accepted'], calls]);
    const others = await befriend(1);
    world.sandbox.control.addFault({ path: TRANSFER, times: 1, effect: { reset: true } });
    const second = await handOver({ customerIds: others.map((friend) => friend.id) });
    await work();
    expect(await states(second)).toEqual(['accepted']);
    expect(world.calls(TRANSFER) - calls).toBe(2);
  }, 30_000);

  it('goes on while WeCom is down, after a kill between result and re-read, and when it is cancelled', async () => {
    const [friend, late] = await befriend(2);
    const outage = world.sandbox.control.addFault({ path: TRANSFER, effect: { errcode: -1 } });
    const id = await handOver({ customerIds: [friend!.id] });
    await world.runJobs('customers.hand_over');
    expect(await states(id)).toEqual(['waiting']);
    outage.remove();
    await work();
    expect(await states(id)).toEqual(['accepted']);
    advance(DAY_S + 1);
    world.newEvents();
    const read = world.sandbox.control.addFault({
      path: '/cgi-bin/externalcontact/get',
      effect: { errcode: -1 },
    });
    await world.runJobs('customers.hand_over');
    expect(await states(id)).toEqual(['accepted']);
    read.remove();
    const second = await handOver({ customerIds: [late!.id] });
    await world.cancel(uuidOf(second));
    const before = world.calls(TRANSFER);
    await work();
    expect([await states(id), await states(second)]).toEqual([['done'], ['cancelled']]);
    expect(world.calls(TRANSFER)).toBe(before);
  }, 30_000);

  it('waits for an administrator, and asks for nothing more once it is cancelled', async () => {
    const [friend] = await befriend(1);
    const blocked = world.sandbox.control.addFault({ path: TRANSFER, effect: { errcode: 60020 } });
    const id = await handOver({ customerIds: [friend!.id] });
    await world.runJobs('customers.hand_over');
    expect(await states(id)).toEqual(['waiting']);
    // as a listing or a postponed call would that ends after the cancellation
    await world.cancel(uuidOf(id));
    await world.http.sql(`SELECT set_config('app.corp_id', $1, false)`, [world.corpId]);
    await world.http.sql(
      `UPDATE customers.handover_items SET state = 'waiting', settled_at = NULL WHERE handover_id = $1`,
      [uuidOf(id)],
    );
    blocked.remove();
    const before = world.calls(TRANSFER);
    await work();
    expect([await states(id), world.calls(TRANSFER)]).toEqual([['cancelled'], before]);
  }, 30_000);

  it('waits for the next day when the groups of the day are used up', async () => {
    const { chatId } = world.sandbox.control.events.createGroup({ ownerUserId: giver, silent: true });
    const id = await handOver({ chatIds: [chatId] });
    await world.http.sql(`SELECT set_config('app.corp_id', $1, false)`, [world.corpId]);
    await world.http.sql(
      `INSERT INTO customers.handover_items (corp_id, handover_id, subject, wecom_id, state, called_at, settled_at)
       SELECT corp_id, id, 'group', 'wrPast' || n, 'done', created_at, created_at
         FROM customers.handovers, generate_series(1, 300) AS n WHERE from_key = lower($1) AND finished_at IS NULL`,
      [giver],
    );
    const before = world.calls(GROUPS);
    await work();
    expect(world.calls(GROUPS)).toBe(before);
    advance(DAY_S);
    await work();
    const state = 'SELECT state FROM customers.handover_items WHERE corp_id = $1 AND wecom_id = $2';
    expect(await world.query(state, [world.corpId, chatId])).toEqual([{ state: 'done' }]);
    expect((await operation(id)).state).toBe('succeeded');
  }, 30_000);

  it('ends what nobody answered when WeCom will not say what it did', async () => {
    const friends = await befriend(2);
    world.sandbox.control.addFault({ path: TRANSFER, times: 1, effect: { cutAfterBytes: 0 } });
    const id = await handOver({ customerIds: friends.map((friend) => friend.id) });
    await world.runJobs('customers.hand_over');
    expect(await states(id)).toEqual(['calling', 'calling']);
    // as when one of the two members is deleted
    world.sandbox.control.addFault({ path: RESULTS, effect: { errcode: 40003 } });
    const before = world.calls(TRANSFER);
    await work();
    expect((await items(id)).map(({ state, problem }) => [state, problem.errcode])).toEqual([
      ['unknown', 40003],
      ['unknown', 40003],
    ]);
    expect([(await operation(id)).state, world.calls(TRANSFER)]).toEqual(['succeeded', before]);
  }, 30_000);

  it('are listed the newest first, page by page, by whether they are finished', async () => {
    const [friend] = await befriend(1);
    const open = await handOver({ customerIds: [friend!.id] });
    const listed = async (filter: string) => {
      const ids = [];
      for (let cursor = ''; ;) {
        const { body } = await call('GET', `/v1/handovers?limit=2${filter}${cursor && `&cursor=${cursor}`}`);
        ids.push(...body.items);
        if (!body.nextCursor) return ids;
        cursor = body.nextCursor;
      }
    };
    const all = await listed('');
    expect(all[0]).toEqual((await call('GET', `/v1/handovers/${open}`)).body);
    const ids = all.map((one) => one.id);
    expect(ids).toEqual([...new Set(ids)].sort().reverse());
    const isOpen = (one: any) => one.finishedAt === null;
    expect(all.filter(isOpen).length).toBeGreaterThan(0);
    expect(await listed('&state=open')).toEqual(all.filter(isOpen));
    expect(await listed('&state=finished')).toEqual(all.filter((one) => !isOpen(one)));
    expect(all.length).toBeGreaterThan(all.filter(isOpen).length);
  }, 30_000);

  it('refuses what makes no sense, and shows nothing of other corps', async () => {
    const codeOf = async (body: object) =>
      (
        await call('POST', '/v1/handovers', {
          kind: 'in_service',
          fromStaffUserId: giver,
          toStaffUserId: taker,
          ...body,
        })
      ).body.code;
    const [friend] = await befriend(1);
    expect(await codeOf({})).toBe('customers.handover_empty');
    expect(await codeOf({ allCustomers: true, customerIds: [friend!.id] })).toBe('customers.handover_empty');
    expect(await codeOf({ customerIds: [friend!.id], toStaffUserId: giver.toUpperCase() })).toBe(
      'customers.handover_same_staff',
    );
    expect(await codeOf({ customerIds: [friend!.id], toStaffUserId: 'nobody' })).toBe(
      'customers.handover_staff_unknown',
    );
    expect(await codeOf({ kind: 'resigned', allCustomers: true, message: 'x' })).toBe(
      'customers.handover_message_in_service_only',
    );
    expect(await codeOf({ customerIds: ['cus_01jd3q4mfaeq6v5c0qd8y3y5za'] })).toBe('customers.not_found');
    for (const url of ['/v1/handovers/op_01jd3q4mfaeq6v5c0qd8y3y5za', '/v1/handovers/x/items']) {
      expect((await call('GET', url)).body.code).toBe('customers.handover_not_found');
    }
  });
});

describe('of a member who left', () => {
  it('lists the unassigned page by page, and hands all of them over', async () => {
    const leaver = (await world.http.get(ContactsGateway).listFollowUserIds(world.corpId)).at(-1) ?? '';
    const friends = await befriend(3, leaver);
    world.sandbox.control.events.deleteStaff({ userId: leaver });
    const listed = [];
    for (let cursor = ''; ;) {
      const { body } = await call('GET', `/v1/unassigned-customers?limit=2${cursor && `&cursor=${cursor}`}`);
      listed.push(...body.items);
      if (!body.nextCursor) break;
      cursor = encodeURIComponent(body.nextCursor);
    }
    expect(listed).toEqual(
      expect.arrayContaining(
        friends.map(({ id, externalUserId }) =>
          expect.objectContaining({ customerId: id, externalUserId, fromStaffUserId: leaver }),
        ),
      ),
    );
    expect((await call('GET', '/v1/unassigned-customers?cursor=e30.x')).body.code).toBe(
      'http.cursor_invalid',
    );
    const id = await handOver({ kind: 'resigned', fromStaffUserId: leaver, allCustomers: true });
    await work();
    advance(DAY_S + 1);
    world.newEvents();
    await work();
    expect(new Set(await states(id))).toEqual(new Set(['done']));
    expect(await followersOf(friends[0]!.externalUserId)).toContain(taker.toLowerCase());
    expect((await call('GET', '/v1/unassigned-customers')).body.items).toEqual([]);
    const served = await handOver({
      kind: 'resigned',
      fromStaffUserId: giver,
      toStaffUserId: taker,
      customerIds: [friends[0]!.id],
    });
    await work();
    expect((await items(served))[0]).toMatchObject({ state: 'failed', problem: { errcode: 40097 } });
  }, 30_000);
});

describe('of many', () => {
  it('hands over all customers of a member, a hundred a call, and groups as WeCom allows', async () => {
    const { events } = world.sandbox.control;
    for (let made = 0; made < 101; made++)
      events.addCustomer({ userId: third, silent: true, welcome: false });
    const theirs = await world.http.get(ContactsGateway).listExternalUserIds(world.corpId, third);
    const { chatId } = events.createGroup({ ownerUserId: third, silent: true });
    const before = world.calls(TRANSFER);
    const id = await handOver({ fromStaffUserId: third, allCustomers: true, chatIds: [chatId, 'wrNone'] });
    await work();
    const groups = (await items(id)).filter(({ subject }) => subject === 'group');
    expect(groups.map(({ wecomId, state, problem }) => [wecomId, state, problem?.errcode]).sort()).toEqual(
      [
        [chatId, 'done', undefined],
        ['wrNone', 'failed', 40050],
      ].sort(),
    );
    expect((await call('GET', `/v1/handovers/${id}`)).body.counts.accepted).toBe(theirs.length);
    expect(world.calls(TRANSFER) - before).toBe(Math.ceil(theirs.length / 100));
    const told = await world.query<{ payload: object }>(
      `SELECT payload FROM platform.events WHERE corp_id = $1 AND name = 'customers.group_chats_handed_over'`,
      [world.corpId],
    );
    expect(told.map(({ payload }) => payload)).toContainEqual({ chatIds: [chatId] });
  }, 30_000);
});
