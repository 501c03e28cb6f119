import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { massWindowAt } from '../../../src/modules/coupons/delivery/domain/mass-limit.js';
import { AnnouncementStore } from '../../../src/modules/coupons/delivery/persistence/announcement-store.js';
import { MassStore } from '../../../src/modules/coupons/delivery/persistence/mass-store.js';
import { PartStore } from '../../../src/modules/coupons/delivery/persistence/part-store.js';
import { Announce } from '../../../src/modules/coupons/delivery/use-cases/announce.js';
import { ReadMassSends } from '../../../src/modules/coupons/delivery/use-cases/read-mass-sends.js';
import { CustomersFacade } from '../../../src/modules/customers/index.js';
import { WelcomeCoupons } from '../../../src/modules/welcome/index.js';
import { welcomeEnded } from '../../../src/modules/welcome/welcome.events.js';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import type { OperationId } from '../../../src/platform/operations/operation.js';
import { randomFrom } from '../../support/seeded-random.js';
import { type DeliveryWorld, startDeliveryWorld } from './delivery-world.js';

const ADD = '/cgi-bin/externalcontact/add_msg_template';
const LIST = '/cgi-bin/externalcontact/get_groupmsg_list_v2';
const HOUR_S = 3600;
const never = new AbortController().signal;

let world: DeliveryWorld;
let ann: string;

beforeAll(async () => {
  world = await startDeliveryWorld();
  [ann = ''] = world.staff;
});
afterAll(async () => world.close());

describe('the limit of mass messages', () => {
  it.each([
    ['per_day_1', 'day', 2],
    ['per_week_7', 'week', 7],
    ['per_month_days', 'month', 25],
  ] as const)(
    '%s: whom we ask for WeCom takes, and whom we leave out it would refuse',
    async (limit, rule, ownMax) => {
      const seed = Math.floor(Math.random() * 2 ** 31);
      const random = randomFrom(seed);
      const pick = (bound: number) => Math.floor(random() * bound);
      world.sandbox.control.setSwitches({ massSendRule: rule });
      await world.own('UPDATE platform.corps SET mass_send_limit = $2 WHERE id = $1', [world.corpId, limit]);
      const friends = await world.befriend(4, ann);
      for (let step = 0; step < 4; step++) {
        world.pass(pick(60) * HOUR_S + 60);
        for (let sent = pick(ownMax); sent > 0; sent--) {
          const externalUserIds = friends.filter(() => pick(2) === 0).map((friend) => friend.externalUserId);
          if (externalUserIds.length === 0) continue;
          world.sandbox.control.events.sendOwnMass({ userId: ann, externalUserIds, text: '早' });
        }
        const id = await world.announce(await world.batchFor(friends.map((friend) => friend.id)));
        await world.work();
        const chosen = await world.outcomes(id);
        world.pass(5);
        world.wecom.forgetTokens();
        const refused = Object.entries(chosen).flatMap(([customerId, outcome]) =>
          outcome === 'handed' ? [] : [customerId],
        );
        for (const { id: customerId, externalUserId } of friends) {
          if (!refused.includes(customerId)) continue;
          const order = { external_userid: [externalUserId], sender: ann, text: { content: 'x' } };
          const { errcode } = await world.wecom.post('externalcontact/add_msg_template', order);
          expect({ seed, step, errcode }).toEqual({ seed, step, errcode: 41048 });
        }
        world.confirmAll();
        await world.follow();
        const expected = Object.fromEntries(
          friends.map((friend) => [
            friend.id,
            refused.includes(friend.id) ? `limit_of_the_${rule}` : 'received',
          ]),
        );
        expect({ seed, step, outcomes: await world.outcomes(id) }).toEqual({
          seed,
          step,
          outcomes: expected,
        });
      }
    },
    60_000,
  );

  it('gives a member with 10,001 customers two tasks', async () => {
    const [friend] = await world.befriend(1, ann);
    const batchId = await world.batchFor([friend.id]);
    const id = randomUUID();
    await world.own(
      `WITH a AS (INSERT INTO coupons.announcements (corp_id, id, batch_id, text, attachments, again, created_at)
                  VALUES ($1, $2, $3, 'x', '[]', false, now()))
       INSERT INTO coupons.announcement_recipients (corp_id, announcement_id, customer_id, coupon_id, external_user_id,
              sender_user_id, state, state_at)
       SELECT $1, $2, gen_random_uuid(), (SELECT id FROM coupons.coupons WHERE batch_id = $3), 'wm' || n, 'ann', 'waiting', now()
         FROM generate_series(1, 10001) AS n`,
      [world.corpId, id, batchId],
    );
    const window = massWindowAt('per_day_1', world.http.clock.now());
    const claim = () =>
      world.unit.run(world.corpId, async () => {
        const announcement = await world.http.get(AnnouncementStore).findOpen(id);
        return (await world.http.get(PartStore).claim(announcement!, window))?.externalUserIds.length;
      });
    expect([await claim(), await claim(), await claim()]).toEqual([10_000, 1, undefined]);
  }, 60_000);
});

it('leaves nobody out when the choice of recipients has to run again after a deadlock', async () => {
  const [friend] = await world.befriend(1, ann);
  const id = await world.announce(await world.batchFor([friend.id]));
  const deadlock = Object.assign(new Error('deadlock'), { code: '40P01' });
  const chosen = jest.spyOn(world.http.get(AnnouncementStore), 'markChosen').mockRejectedValueOnce(deadlock);
  await world.work();
  chosen.mockRestore();
  expect(await world.outcomes(id)).toEqual({ [friend.id]: 'handed' });
});

it('ends an announcement whose job has used up its tries: nobody else is asked for, and another one may follow', async () => {
  const [friend] = await world.befriend(1, ann);
  const batchId = await world.batchFor([friend.id]);
  const id = await world.announce(batchId);
  const operationId = parsePublicId('op', id) as OperationId;
  const announce = (attempt: number, signal = never) =>
    world.http.get(Announce).run(world.corpId, operationId, { attempt, attemptsMax: 2, signal });
  const fail = () => jest.spyOn(world.http.get(ReadMassSends), 'read').mockRejectedValue(new Error('broken'));
  let broken = fail();
  await expect(announce(1)).rejects.toThrow('broken');
  await announce(2, AbortSignal.abort()); // a process that stops has not failed
  expect(await world.operation(operationId)).toMatchObject({ state: 'running' });
  await announce(2);
  broken.mockRestore();
  expect(await world.operation(operationId)).toMatchObject({ state: 'failed', errorCode: 'http.internal' });
  await world.work();
  expect(await world.outcomes(id)).toEqual({ [friend.id]: 'cancelled' });
  const { body } = await world.call('GET', `/v1/coupons/announcements/${id}`);
  expect(body.finishedAt).not.toBeNull();
  const next = await world.announce(batchId);
  world.sandbox.control.addFault({ path: ADD, effect: { cutAfterBytes: 0 }, times: 1 });
  await world.work();
  broken = fail();
  const nextId = parsePublicId('op', next) as OperationId;
  await world.http.get(Announce).run(world.corpId, nextId, { attempt: 2, attemptsMax: 2, signal: never });
  broken.mockRestore();
  expect(await world.operation(nextId)).toMatchObject({ state: 'failed' });
  expect(await world.outcomes(next)).toEqual({ [friend.id]: 'calling' });
  world.pass(180);
  await world.work(); // what WeCom had taken is found all the same
  expect(await world.outcomes(next)).toEqual({ [friend.id]: 'handed' });
});

it('asks for nobody else when the batch becomes void in the middle, and for all when it is paused', async () => {
  for (const [state, outcome] of [
    ['paused', 'handed'],
    ['void', 'coupon_closed'],
  ] as const) {
    const [friend] = await world.befriend(1, ann);
    const batchId = await world.batchFor([friend.id]);
    const outage = world.sandbox.control.addFault({ path: LIST, effect: { errcode: -1 } });
    const id = await world.announce(batchId);
    await world.runJobs('coupons.announce'); // all are chosen, and nobody is asked for yet
    expect(await world.outcomes(id)).toEqual({ [friend.id]: 'waiting' });
    outage.remove();
    await world.own(`UPDATE coupons.batches SET state = $2, version = version + 1 WHERE id = $1`, [
      batchId,
      state,
    ]);
    await world.work();
    expect(await world.outcomes(id)).toEqual({ [friend.id]: outcome });
    expect(await world.operation(parsePublicId('op', id) as OperationId)).toMatchObject({
      state: 'succeeded',
    });
  }
});

it('counts a customer once of whom WeCom tells twice in one page of results', async () => {
  const sent = (sentAt: string) =>
    ({ externalUserId: 'wm-twice', status: 'sent', sentAt: new Date(sentAt) }) as const;
  await world.http.get(UnitOfWork).run(world.corpId, async () => {
    await world.http
      .get(MassStore)
      .recordResults('msg-twice', [sent('2026-01-01T00:00:00Z'), sent('2026-01-01T00:00:01Z')], new Date());
  });
  const rows = await world.own('SELECT at FROM coupons.mass_receipts WHERE msg_id = $1', ['msg-twice']);
  expect(rows).toEqual([{ at: new Date('2026-01-01T00:00:01Z') }]);
});

describe('a coupon that goes along with a welcome', () => {
  const greet = async (userId: string, friend: { externalUserId?: string } = {}) => {
    const { externalUserId } = world.sandbox.control.events.addCustomer({ userId, ...friend });
    const events = world.newEvents();
    // the mirror learns of him while he is being greeted
    const late = events.filter(({ definition }) => definition.name !== 'wecom.welcome_due');
    const due = events.find((event) => !late.includes(event));
    const greeted = Promise.all(
      events.filter((event) => !late.includes(event)).map((event) => world.deliver(event)),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (const event of late) await world.deliver(event);
    await greeted;
    const [welcome] = world.sandbox.control
      .outbox()
      .filter(({ kind, to }) => kind === 'welcome' && to.includes(externalUserId));
    return {
      externalUserId,
      events,
      welcomeCode: (due?.payload as { welcomeCode?: string } | undefined)?.welcomeCode ?? '',
      body: welcome?.body as { text?: object; attachments?: any[] } | undefined,
    };
  };
  const claim = (code: string, value: string) =>
    world.call('POST', '/v1/coupons/claim-links/claim', {
      code,
      identifier: { kind: 'external_userid', value },
    });

  it('is a link at which the new friend claims, and nobody else', async () => {
    const batch = await world.batchFor([]);
    const rule = (batchId: string) => ({
      scope: 'corp',
      text: '您好',
      attachments: [
        {
          kind: 'coupon',
          title: '新客券',
          url: 'https://shop.example.com/c/{code}',
          batchId: toPublicId('cpb', batchId),
        },
      ],
    });
    expect((await world.call('POST', '/v1/welcome-rules', rule(randomUUID()))).body.code).toBe(
      'welcome.batch_unknown',
    );
    expect((await world.call('POST', '/v1/welcome-rules', rule(batch))).status).toBe(201);
    const friend = await greet(ann);
    const { url } = friend.body!.attachments![0].link;
    const code = /^https:\/\/shop\.example\.com\/c\/([\w-]{22})$/.exec(url)![1]!;
    const other = await greet(ann);
    expect((await claim(code, other.externalUserId)).body.code).toBe('coupons.claim_link_of_other');
    const claimed = await claim(code, friend.externalUserId);
    expect(claimed.status).toBe(201);
    for (const event of friend.events) await world.deliver(event); // told again
    const offers = async () =>
      (await world.call('GET', `/v1/coupons/batches/${toPublicId('cpb', batch)}/welcome-offers`)).body.items;
    expect(await offers()).toMatchObject([
      { couponId: null },
      { couponId: claimed.body.coupon.id, outcome: null },
    ]);
    // what became of the welcome by one member says nothing of the one by another
    await greet(world.staff[1] ?? '', friend);
    await world.deliver({
      definition: welcomeEnded,
      payload: {
        externalUserId: friend.externalUserId,
        welcomeCode: friend.welcomeCode,
        state: 'sent',
        staffUserId: ann,
        messageId: '',
        endedAt: '',
      },
    });
    expect((await offers()).map(({ outcome }: any) => outcome)).toEqual([null, null, 'sent']);
    await world.own(`UPDATE coupons.batches SET state = 'paused', version = version + 1 WHERE id = $1`, [
      batch,
    ]);
    const late = await greet(ann);
    expect(late.body).toMatchObject({ text: { content: '您好' } });
    expect(late.body?.attachments ?? []).toEqual([]);
    expect(await offers()).toHaveLength(3);
  }, 60_000);

  it('waits no longer for the mirror than it may, however slow the database answers', async () => {
    const customers = world.http.get(CustomersFacade);
    const slow = jest.spyOn(customers, 'idsOfContacts').mockImplementation(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return [];
    });
    const offer = { batchId: randomUUID(), welcomeCode: 'slow', externalUserId: 'wm-slow' };
    const deadlineMs = world.http.clock.now().getTime() + 600;
    const code = await world.http.get(WelcomeCoupons).claimCodeFor(world.corpId, offer, deadlineMs);
    expect([code, slow.mock.calls.length <= 2]).toEqual([undefined, true]);
    slow.mockRestore();
  });
});
