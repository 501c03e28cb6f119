import { massWindowAt } from '../../../src/modules/coupons/delivery/domain/mass-limit.js';
import { AnnouncementStore } from '../../../src/modules/coupons/delivery/persistence/announcement-store.js';
import { PartStore } from '../../../src/modules/coupons/delivery/persistence/part-store.js';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import type { OperationId } from '../../../src/platform/operations/operation.js';
import { randomFrom } from '../../support/seeded-random.js';
import { type DeliveryWorld, type Friend, startDeliveryWorld } from './delivery-world.js';

const ADD = '/cgi-bin/externalcontact/add_msg_template';
const LIST = '/cgi-bin/externalcontact/get_groupmsg_list_v2';
const MINUTE_S = 60;
const DAY_S = 86_400;
/** Nobody's: an id that this corp does not have. */
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
  await world.work();
});

const ids = (friends: readonly Friend[]) => friends.map(({ id }) => id);
const one = async (userId = ann): Promise<Friend> => (await world.befriend(1, userId))[0]!;
const tasksFor = (friend: Friend) => world.tasks().filter(({ to }) => to.includes(friend.externalUserId));
const operation = (id: string) => world.operation(parsePublicId('op', id) as OperationId);
const codeOf = async (batchId: string, body: object) =>
  (await world.call('POST', `/v1/coupons/batches/${toPublicId('cpb', batchId)}/announcements`, body)).body
    .code;

describe('announcing a batch', () => {
  it('gives each responsible member one task, and tells what became of it for each customer', async () => {
    const [kept, lost, late] = (await world.befriend(3, ann)) as [Friend, Friend, Friend];
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
    const [left, used, told, busy, erased, erasedLate, free] = friends as [
      Friend,
      Friend,
      Friend,
      Friend,
      Friend,
      Friend,
      Friend,
    ];
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

async function erase(friend: Friend): Promise<void> {
  const answer = await world.call('POST', `/v1/persons/${toPublicId('per', friend.id)}/erase`, {
    force: true,
  });
  expect(answer.body.customerIds).toHaveLength(1);
}
