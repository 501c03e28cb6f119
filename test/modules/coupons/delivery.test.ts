import { massWindowAt } from '../../../src/modules/coupons/delivery/domain/mass-limit.js';
import { AnnouncementStore } from '../../../src/modules/coupons/delivery/persistence/announcement-store.js';
import { PartStore } from '../../../src/modules/coupons/delivery/persistence/part-store.js';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import type { OperationId } from '../../../src/platform/operations/operation.js';
import { type DeliveryWorld, type Friend, startDeliveryWorld } from './delivery-world.js';

const ADD = '/cgi-bin/externalcontact/add_msg_template';
const LIST = '/cgi-bin/externalcontact/get_groupmsg_list_v2';
const MINUTE_S = 60;
const DAY_S = 86_400;
const STRANGE = '01jd3q4mfaeq6v5c0qd8y3y5za';

let world: DeliveryWorld;
let ann: string;
let bob: string;

beforeAll(async () => {
  world = await startDeliveryWorld();
  [ann = '', bob = ''] = world.staff;
});
afterAll(async () => world.close());
afterEach(async () => {
  world.sandbox.control.clearFaults();
  world.confirmAll();
  world.pass(DAY_S); // what one test sent counts in no other
});

const ids = (friends: readonly Friend[]) => friends.map(({ id }) => id);
const one = async (userId = ann): Promise<Friend> => (await world.befriend(1, userId))[0];
const tasksFor = (friend: Friend) => world.tasks().filter(({ to }) => to.includes(friend.externalUserId));
const operation = (id: string) => world.operation(parsePublicId('op', id) as OperationId);
const codeOf = async (batchId: string, body: object) =>
  (await world.call('POST', `/v1/coupons/batches/${toPublicId('cpb', batchId)}/announcements`, body)).body
    .code;

describe('announcing a batch', () => {
  it('gives each responsible member one task, and tells what became of it for each customer', async () => {
    const [kept, lost, late] = await world.befriend(3, ann);
    const his = await one(bob);
    world.pass(1); // the newest relation is responsible
    world.sandbox.control.events.addCustomer({
      userId: bob,
      externalUserId: kept.externalUserId,
      welcome: false,
    });
    await world.deliverEvents();
    const before = world.tasks().length;
    const id = await world.announce(await world.batchFor(ids([kept, lost, late, his])));
    await world.work();
    const made = world.tasks().slice(before);
    expect(made.map(({ userId, to }) => [userId, to.length]).sort()).toEqual(
      [
        [ann, 2],
        [bob, 2],
      ].sort(),
    );
    expect(await operation(id)).toMatchObject({
      state: 'succeeded',
      done: 4,
      total: 4,
      result: { handed: 4 },
    });
    world.sandbox.control.events.customerDeletesStaff({ userId: ann, externalUserId: lost.externalUserId });
    world.sandbox.control.events.sendOwnMass({
      userId: bob,
      externalUserIds: [his.externalUserId],
      text: '早',
    });
    world.pass(5);
    const [annsTask] = made.filter(({ userId }) => userId === ann);
    world.sandbox.control.events.confirmMassSend({ msgId: annsTask!.msgId, userId: ann });
    await world.follow();
    expect(await world.outcomes(id)).toEqual({
      [lost.id]: 'not_friend',
      [late.id]: 'received',
      [kept.id]: 'handed',
      [his.id]: 'handed',
    });
    const [bobsTask] = made.filter(({ userId }) => userId === bob);
    world.sandbox.control.events.confirmMassSend({ msgId: bobsTask!.msgId, userId: bob });
    await world.follow();
    expect(await world.outcomes(id)).toMatchObject({ [kept.id]: 'received', [his.id]: 'limit' });
    const { body } = await world.call('GET', `/v1/coupons/announcements/${id}`);
    expect(body).toMatchObject({ counts: { received: 2, not_friend: 1, limit: 1 }, excluded: {} });
    expect(body.finishedAt).not.toBeNull();
  }, 60_000);

  it('names the rule that left somebody out', async () => {
    const friends = await world.befriend(7, ann);
    const [left, used, told, busy, erased, erasedLate, free] = friends;
    const strange = await one(world.staff[3]);
    const batch = await world.batchFor(ids([...friends, strange]));
    const { control } = world.sandbox;
    control.events.customerDeletesStaff({ userId: ann, externalUserId: left.externalUserId });
    await world.deliverEvents();
    await world.announce(await world.batchFor([told.id]), { text: '另一批' });
    await world.work();
    control.events.sendOwnMass({ userId: ann, externalUserIds: [busy.externalUserId], text: '早' });
    await erase(erased);
    control.changeApp({ visibleDepartmentIds: [], visibleUserIds: world.staff.slice(0, 3) });
    // all are chosen, and WeCom is down before anybody is asked for
    const outage = control.addFault({ path: LIST, effect: { errcode: -1 } });
    const id = await world.announce(batch);
    await world.runJobs('coupons.announce');
    await world.own(
      `UPDATE coupons.coupons SET state = 'void', version = version + 1 WHERE batch_id = $1 AND customer_id = $2`,
      [batch, used.id],
    );
    await erase(erasedLate);
    outage.remove();
    await world.work();
    control.changeApp({ visibleDepartmentIds: [1], visibleUserIds: [] });
    const expected = {
      [left.id]: 'not_followed',
      [used.id]: 'coupon_closed',
      [told.id]: 'limit_of_the_day', // the task for another batch waits for a member
      [busy.id]: 'limit_of_the_day',
      [erased.id]: 'erased',
      [erasedLate.id]: 'erased',
      [strange.id]: 'no_staff_in_scope',
      [free.id]: 'handed',
    };
    expect(await world.outcomes(id)).toEqual(expected);
    const { body } = await world.call('GET', `/v1/coupons/announcements/${id}`);
    expect(body.excluded).toEqual({
      not_followed: 1,
      coupon_closed: 1,
      limit_of_the_day: 2,
      erased: 2,
      no_staff_in_scope: 1,
    });
    const page = await world.call('GET', `/v1/coupons/announcements/${id}/recipients?rule=erased`);
    expect(page.body.items).toHaveLength(2);
    world.confirmAll();
    world.pass(DAY_S);
    const again = await world.announce(batch);
    await world.work();
    expect(await world.outcomes(again)).toMatchObject({
      [free.id]: 'announced_already',
      [told.id]: 'handed',
      [busy.id]: 'handed',
    });
  }, 60_000);
});

describe('what may go wrong', () => {
  it('refuses what makes no sense, and a second announcement while the first is handed over', async () => {
    const friend = await one();
    const batch = await world.batchFor([friend.id]);
    const long = { kind: 'link', title: '券'.repeat(43), url: 'https://example.com' };
    expect(await codeOf(batch, {})).toBe('coupons.announcement_invalid');
    expect(await codeOf(batch, { text: '券'.repeat(1334) })).toBe('coupons.announcement_invalid');
    expect(await codeOf(batch, { attachments: [long] })).toBe('coupons.announcement_invalid');
    expect(await codeOf(batch, { attachments: [{ kind: 'image' }] })).toBe('coupons.announcement_invalid');
    expect(await codeOf(batch, { attachments: [{ kind: 'video' }] })).toBe('http.validation_failed');
    for (const url of [`batches/cpb_${STRANGE}/announcements`, 'batches/x/announcements']) {
      expect((await world.call('GET', `/v1/coupons/${url}`)).body.code).toBe('coupons.batch_not_found');
      expect((await world.call('POST', `/v1/coupons/${url}`, { text: 'x' })).body.code).toBe(
        'coupons.batch_not_found',
      );
    }
    for (const url of [`op_${STRANGE}`, `op_${STRANGE}/recipients`, 'x', 'x/recipients']) {
      const { body } = await world.call('GET', `/v1/coupons/announcements/${url}`);
      expect(body.code).toBe('coupons.announcement_not_found');
    }
    const id = await world.announce(batch);
    expect(await codeOf(batch, { text: '再来' })).toBe('coupons.announcement_open');
    await world.work();
    world.pass(DAY_S);
    expect(await world.outcomes(await announced(batch))).toEqual({ [friend.id]: 'announced_already' });
    const again = await announced(batch, { again: true });
    expect(await world.outcomes(again)).toEqual({ [friend.id]: 'handed' });
    const { body } = await world.call(
      'GET',
      `/v1/coupons/batches/${toPublicId('cpb', batch)}/announcements?limit=2`,
    );
    expect([body.items[0].id, body.items.length]).toEqual([again, 2]);
    expect(id < body.items[1].id).toBe(true);
    await world.own(`UPDATE coupons.batches SET state = 'void', version = version + 1 WHERE id = $1`, [
      batch,
    ]);
    expect(await codeOf(batch, { text: 'x' })).toBe('coupons.batch_state_refused');
  }, 60_000);

  it.each([
    ['the answer is lost', { cutAfterBytes: 0 }],
    ['the call never arrives', { reset: true }],
    ['WeCom is busy, and may have acted', { errcode: -1 }],
    ['a gateway answers for WeCom', { status: 503 }],
    ['an administrator has to act first', { errcode: 60020 }],
  ] as const)(
    'makes one task when %s',
    async (_, effect) => {
      const friends = await world.befriend(2, ann);
      const id = await world.announce(await world.batchFor(ids(friends)));
      const fault = world.sandbox.control.addFault({ path: ADD, effect });
      const before = world.calls(ADD);
      await world.work();
      if ('cutAfterBytes' in effect) expect(world.calls(ADD) - before).toBe(1);
      world.pass(3 * MINUTE_S);
      fault.remove();
      await world.work();
      world.pass(9 * MINUTE_S);
      await world.work();
      expect(friends.map((friend) => tasksFor(friend).length)).toEqual([1, 1]);
      expect(Object.values(await world.outcomes(id))).toEqual(['handed', 'handed']);
      world.pass(5); // just made, WeCom would say no more of it yet
      world.confirmAll();
      await world.follow();
      expect(Object.values(await world.outcomes(id))).toEqual(['received', 'received']);
      expect((await operation(id)).state).toBe('succeeded');
    },
    60_000,
  );

  it('sends a customer one message a day, though two batches are announced at the same time', async () => {
    const friends = await world.befriend(3, ann);
    const outage = world.sandbox.control.addFault({ path: LIST, effect: { errcode: 60020 } });
    const both: string[] = [];
    for (const text of ['甲', '乙']) both.push(await announced(await world.batchFor(ids(friends)), { text }));
    outage.remove();
    const [first = '', second = ''] = both.map((id) => parsePublicId('op', id));
    const window = massWindowAt('per_day_1', world.http.clock.now());
    const claim = async (id: string) => {
      const announcement = await world.http.get(AnnouncementStore).findOpen(id);
      return (await world.http.get(PartStore).claim(announcement!, window))?.externalUserIds.length;
    };
    let tell = () => {};
    const hasClaimed = new Promise<void>((resolve) => (tell = resolve));
    const one = world.unit.run(world.corpId, async () => {
      const count = await claim(first);
      tell();
      await new Promise((resolve) => setTimeout(resolve, 300)); // not committed while the other one asks
      return count;
    });
    await hasClaimed;
    const other = world.unit.run(world.corpId, () => claim(second));
    expect(await Promise.all([one, other])).toEqual([3, 0]);
    world.pass(12 * MINUTE_S); // the first died before it called
    await world.work();
    expect(friends.map((friend) => tasksFor(friend).length)).toEqual([1, 1, 1]);
    const outcomes = await Promise.all(both.map(async (id) => Object.values(await world.outcomes(id))));
    expect(outcomes).toEqual([Array(3).fill('handed'), Array(3).fill('limit_of_the_day')]);
  }, 60_000);

  it('corrects its count by a refusal that comes back all the same', async () => {
    await setLimit('per_week_7'); // and WeCom counts one a day
    const [early, late] = await world.befriend(2, ann);
    const own = ({ externalUserId }: Friend) =>
      world.sandbox.control.events.sendOwnMass({
        userId: ann,
        externalUserIds: [externalUserId],
        text: '早',
      });
    own(early);
    const first = await announced(await world.batchFor(ids([early, late])));
    own(late);
    world.pass(5);
    world.confirmAll();
    await world.follow();
    expect(await world.outcomes(first)).toEqual({ [early.id]: 'not_taken', [late.id]: 'limit' });
    const second = await announced(await world.batchFor(ids([early, late])));
    expect(await world.outcomes(second)).toEqual({
      [early.id]: 'limit_of_the_week',
      [late.id]: 'limit_of_the_week',
    });
    await setLimit('per_day_1');
  }, 60_000);

  it('ends what nobody confirms in a week, and takes back what WeCom was not asked for yet', async () => {
    const [friend, other] = await world.befriend(2, ann);
    const id = await announced(await world.batchFor([friend.id]));
    const open = await world.announce(await world.batchFor([other.id]), { text: '不发了' });
    await world.cancel(parsePublicId('op', open) as OperationId);
    await world.work();
    expect([await world.outcomes(open), tasksFor(other)]).toEqual([{}, []]);
    world.pass(8 * DAY_S);
    await world.follow();
    expect(await world.outcomes(id)).toEqual({ [friend.id]: 'unconfirmed' });
    expect((await world.call('GET', `/v1/coupons/announcements/${id}`)).body.finishedAt).not.toBeNull();
  }, 60_000);
});

async function announced(batchId: string, body: object = {}): Promise<string> {
  const id = await world.announce(batchId, body);
  await world.work();
  return id;
}

async function setLimit(limit: string): Promise<void> {
  await world.own('UPDATE platform.corps SET mass_send_limit = $2 WHERE id = $1', [world.corpId, limit]);
}

async function erase(friend: Friend): Promise<void> {
  const answer = await world.call('POST', `/v1/persons/${toPublicId('per', friend.id)}/erase`, {
    force: true,
  });
  expect(answer.body.customerIds).toHaveLength(1);
}
