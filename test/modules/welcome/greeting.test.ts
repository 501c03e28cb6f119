import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { JobHandlers } from '../../../src/platform/jobs/job-handlers.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { ContactErasures, ContactsGateway } from '../../../src/wecom/index.js';
import { loadFor } from '../../support/mirror-world.js';
import { startWelcomeWorld, type WelcomeWorld } from './welcome-world.js';

const SEND = '/cgi-bin/externalcontact/send_welcome_msg';

let welcome: WelcomeWorld;
let userId: string;

beforeAll(async () => {
  welcome = await startWelcomeWorld('greeting');
  userId = welcome.userIds[3] ?? '';
});
afterAll(async () => welcome.world.close());

afterEach(async () => {
  welcome.world.sandbox.control.clearFaults();
  const { body } = await welcome.call('GET', '/v1/welcome-rules');
  for (const { id } of body.items) await welcome.call('DELETE', `/v1/welcome-rules/${id}`);
});

const rule = async (content: object) => {
  const answer = await welcome.call('POST', '/v1/welcome-rules', { scope: 'corp', ...content });
  expect([answer.status, answer.body.code]).toEqual([201, undefined]);
  return answer.body;
};
const greeted = async (of = userId, options: { name?: string; half?: boolean } = {}) => {
  const arrival = welcome.befriend(of, options);
  await welcome.greet(arrival);
  return arrival;
};
const stateOf = async ({ externalUserId }: { externalUserId: string }) =>
  (await welcome.message(externalUserId)).state;
const calls = () => welcome.world.calls(SEND);

const toldEnds = (externalUserId: string) =>
  welcome.world.query(
    `SELECT payload FROM platform.events
      WHERE corp_id = $1 AND name = 'welcome.ended' AND payload->>'externalUserId' = $2`,
    [welcome.world.corpId, externalUserId],
  );

describe('a new friend', () => {
  it('gets nothing while nothing is configured, and that is said', async () => {
    const before = calls();
    const friend = await greeted();
    expect(await stateOf(friend)).toBe('no_rule');
    expect(calls()).toBe(before);
    expect(await toldEnds(friend.externalUserId)).toEqual([]);
  });

  it('is greeted with names and links, and the half friendship too', async () => {
    const { id } = await rule({
      text: '{客户昵称}您好，我是{部门名称}的{员工姓名}',
      attachments: [{ kind: 'link', title: '手册', url: 'https://example.com', description: '看看' }],
    });
    const { staff = [] } = welcome.world.sandbox.control.world().corps[0] ?? {};
    const name = staff.find((member) => member.userId === userId)?.name;
    for (const half of [false, true]) {
      const { externalUserId } = await greeted(userId, { name: '小明', half });
      const [got] = welcome.received(externalUserId);
      expect(got?.text?.content).toMatch(new RegExp(`^小明您好，我是.+的${name}$`));
      expect(got?.text?.content).not.toContain('我们');
      expect(got?.attachments).toEqual([
        { msgtype: 'link', link: { title: '手册', url: 'https://example.com', desc: '看看' } },
      ]);
      expect(await welcome.message(externalUserId)).toMatchObject({
        state: 'sent',
        errcode: null,
        attachments_left_out: 0,
        ended_at: expect.any(Date),
        tried_at: expect.any(Date),
      });
      expect(await toldEnds(externalUserId)).toMatchObject([
        { payload: { state: 'sent', staffUserId: userId } },
      ]);
    }
    const { body } = await welcome.call(
      'GET',
      `/v1/welcome-messages?state=sent&staffUserId=${userId.toUpperCase()}`,
    );
    expect(body.items[0]).toMatchObject({ state: 'sent', ruleId: id, staffUserId: userId });
    expect(JSON.stringify(body)).not.toContain('小明');
  });

  it('is forgotten when he asks for it, and his code still is not tried twice', async () => {
    await rule({ text: '你好' });
    const [friend, other] = [await greeted(), await greeted()];
    const before = calls();
    const { id } = await welcome.message(friend.externalUserId);
    await welcome.world.http
      .get(UnitOfWork)
      .run(welcome.world.corpId, () =>
        welcome.world.http.get(ContactErasures).forget([friend.externalUserId]),
      );
    expect(await welcome.message(friend.externalUserId)).toEqual({});
    expect(await stateOf(other)).toBe('sent');
    await welcome.greet(friend);
    expect(calls()).toBe(before);
    const shown = await welcome.call('GET', `/v1/welcome-messages/${toPublicId('wmsg', String(id))}`);
    expect(shown.body).toMatchObject({ state: 'sent', externalUserId: null });
  });

  it('is greeted without the name when WeCom does not tell it in time', async () => {
    await rule({ text: '{客户昵称|朋友}好' });
    const path = '/cgi-bin/externalcontact/get';
    welcome.world.sandbox.control.addFault({ path, effect: { delayMs: 4_000 } });
    const started = performance.now();
    const slow = await greeted(userId, { name: '小明' });
    expect(performance.now() - started).toBeLessThan(3_500);
    expect(welcome.received(slow.externalUserId)).toEqual([
      expect.objectContaining({ text: { content: '朋友好' } }),
    ]);
    welcome.world.sandbox.control.clearFaults();
    welcome.world.sandbox.control.addFault({ path, effect: { errcode: 48002 } });
    const refused = await greeted(userId, { name: '小明' });
    expect(welcome.received(refused.externalUserId)).toHaveLength(1);
  });

  it('is greeted by the most specific rule that is switched on', async () => {
    const { staff = [] } = welcome.world.sandbox.control.world().corps[0] ?? {};
    const departmentId = staff.find((member) => member.userId === userId)?.departmentIds[0] ?? 0;
    const say = async () => welcome.received((await greeted()).externalUserId)[0]?.text?.content;
    await rule({ text: 'corp' });
    const { id: rootId } = await rule({ scope: 'department', departmentId: 1, text: 'root' });
    expect(await say()).toBe('root');
    const { id: ownId } = await rule({ scope: 'department', departmentId, text: 'department' });
    expect(await say()).toBe('department');
    const { id } = await rule({ scope: 'staff', staffUserId: userId.toUpperCase(), text: 'staff' });
    expect(await say()).toBe('staff');
    await welcome.call('PUT', `/v1/welcome-rules/${id}`, { text: 'staff', enabled: false });
    expect(await say()).toBe('department');
    await welcome.call('PUT', `/v1/welcome-rules/${id}`, { silent: true });
    const quiet = await greeted();
    expect([await stateOf(quiet), welcome.received(quiet.externalUserId)]).toEqual(['silent', []]);
    for (const one of [id, ownId, rootId]) await welcome.call('DELETE', `/v1/welcome-rules/${one}`);
    expect(await say()).toBe('corp');
  });

  it('of a renamed member is still greeted by his rule', async () => {
    const { world } = welcome;
    const renamed = welcome.userIds[5] ?? '';
    const { id } = await rule({ scope: 'staff', staffUserId: renamed, text: 'mine' });
    world.sandbox.control.events.renameStaffUserId({ userId: renamed, newUserId: 'someone_else' });
    for (const event of world.newEvents()) await world.deliver(event);
    const { externalUserId } = await greeted('someone_else');
    expect(welcome.received(externalUserId)[0]?.text?.content).toBe('mine');
    expect((await welcome.call('GET', `/v1/welcome-rules/${id}`)).body.staffUserId).toBe('someone_else');
  });
});

describe('a code', () => {
  beforeEach(() => rule({ text: 'hello' }));

  it('is used once, however often its event comes', async () => {
    const arrival = welcome.befriend(userId);
    const before = calls();
    await Promise.all(Array.from({ length: 5 }, () => welcome.greet(arrival)));
    await welcome.greet(arrival);
    expect(calls() - before).toBe(1);
    expect(await stateOf(arrival)).toBe('sent');
  });

  it('whose process died between call and record is unknown, and is not called again', async () => {
    const { world } = welcome;
    const arrival = welcome.befriend(userId);
    const id = randomUUID();
    await world.http.sql(
      `INSERT INTO welcome.messages (corp_id, id, welcome_code, staff_user_id, staff_key, external_user_id, event_id,
              happened_at, received_at, state, attachments_left_out)
       VALUES ($1, $2, $3, $4, $4, $5, $2, now(), now(), 'sending', 0)`,
      [world.corpId, id, arrival.welcomeCode, userId, arrival.externalUserId],
    );
    const before = calls();
    await welcome.greet(arrival); // of another event: its own run may still be calling
    expect(await stateOf(arrival)).toBe('sending');
    await repeatEvent(id, arrival);
    expect([await stateOf(arrival), calls() - before]).toEqual(['unknown', 0]);
  });

  it('is given up 20 s after CreateTime, with a line that says so', async () => {
    const arrival = welcome.befriend(userId);
    const before = calls();
    welcome.advance(20);
    await welcome.greet(arrival);
    expect([await stateOf(arrival), calls() - before]).toEqual(['given_up', 0]);
    const inTime = welcome.befriend(userId);
    welcome.advance(19);
    await welcome.greet(inTime);
    expect(await stateOf(inTime)).toBe('sent');
  });

  it('that another app is using is tried again within the 20 s, and no longer', async () => {
    welcome.world.sandbox.control.addFault({ path: SEND, times: 2, effect: { errcode: 41096 } });
    expect(await welcome.message((await greeted()).externalUserId)).toMatchObject({ state: 'sent' });
    welcome.world.sandbox.control.addFault({ path: SEND, effect: { errcode: 41096 } });
    const arrival = welcome.befriend(userId);
    const greeting = welcome.greet(arrival);
    await sleep(500);
    welcome.advance(19);
    await greeting;
    expect(await welcome.message(arrival.externalUserId)).toMatchObject({
      state: 'given_up',
      errcode: 41096,
    });
  });

  it.each([
    [{ errcode: 41051 }, 'already_delivered', 41051],
    [{ errcode: 41050 }, 'code_invalid', 41050],
    [{ errcode: 41053 }, 'refused', 41053],
    [{ errcode: -1 }, 'unknown', -1],
    [{ status: 502 }, 'unknown', null],
    [{ reset: true }, 'unknown', null],
    [{ cutAfterBytes: 3 }, 'unknown', null],
  ] as const)(
    'that WeCom answers with %j is called once and recorded as %s',
    async (effect, state, errcode) => {
      welcome.world.sandbox.control.addFault({ path: SEND, times: 1, effect });
      const before = calls();
      const { externalUserId } = await greeted();
      expect(await welcome.message(externalUserId)).toMatchObject({ state, errcode });
      expect(calls() - before).toBe(1);
    },
  );

  it('is counted by what became of it, and timed when it was sent', async () => {
    const before = await figures();
    await greeted();
    const { control } = welcome.world.sandbox;
    control.addFault({ path: SEND, times: 1, effect: { errcode: 41053 } });
    await greeted();
    const late = welcome.befriend(userId);
    welcome.advance(20);
    await welcome.greet(late);
    const after = await figures();
    const grown = Object.keys(after).filter((name) => after[name] === (before[name] ?? 0) + 1);
    expect(grown).toEqual(
      expect.arrayContaining([
        'welcomes_total{outcome="sent",errcode=""}',
        'welcomes_total{outcome="refused",errcode="41053"}',
        'welcomes_total{outcome="given_up",errcode=""}',
        'welcome_seconds_count',
        'welcome_seconds_bucket{le="1"}',
      ]),
    );
    expect(grown.filter((name) => name.startsWith('welcomes_total'))).toHaveLength(3);
  });

  it('of a call that takes too long is unknown, though the customer has the message', async () => {
    welcome.world.sandbox.control.addFault({ path: SEND, times: 1, effect: { delayMs: 8_000 } });
    const { externalUserId } = await greeted();
    expect([await stateOf({ externalUserId }), welcome.received(externalUserId).length]).toEqual([
      'unknown',
      1,
    ]);
  }, 20_000);

  it('is not refused because a sync of customers failed: the circuits are apart', async () => {
    const { sandbox, corpId, http } = welcome.world;
    sandbox.control.addFault({ path: '/cgi-bin/externalcontact/get*', effect: { status: 500 } });
    for (let n = 0; n < 8; n++) {
      await http
        .get(ContactsGateway)
        .listFollowUserIds(corpId)
        .catch(() => undefined);
    }
    expect(await stateOf(await greeted())).toBe('sent');
  }, 30_000);

  it('that nobody ended is unknown after an hour', async () => {
    const { world } = welcome;
    const arrival = welcome.befriend(userId);
    await world.http.sql(
      `INSERT INTO welcome.messages (corp_id, id, welcome_code, staff_user_id, staff_key, external_user_id, event_id,
              happened_at, received_at, state, attachments_left_out)
       VALUES ($1, $2, 'lost', 'a', 'a', $3, $2, now(), now() - interval '61 minutes', 'sending', 0),
              ($1, $4, 'busy', 'a', 'a', 'wmBusy', $2, now(), now(), 'sending', 0),
              ($1, $5, 'old', 'a', 'a', 'wmOld', $2, now(), now() - interval '181 days', 'sent', 0)`,
      [world.corpId, randomUUID(), arrival.externalUserId, randomUUID(), randomUUID()],
    );
    await tend();
    expect(await stateOf(arrival)).toBe('unknown');
    expect(await stateOf({ externalUserId: 'wmBusy' })).toBe('sending');
    expect(await stateOf({ externalUserId: 'wmOld' })).toBeUndefined();
  });
});

/** Those of welcomes on `/metrics`. */
async function figures(): Promise<Record<string, number>> {
  const { http } = welcome.world;
  const { body } = await http.call(http.operatorKey, { method: 'GET', url: '/metrics' });
  const lines = body.split('\n').filter((line) => /^welcomes?_/.test(line));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

/** What the queue does after a crash: the same event again. */
async function repeatEvent(id: string, { event }: { event: { definition: never; payload: unknown } }) {
  const { world } = welcome;
  for (const { consumer } of world.http.get(EventConsumers).of(event.definition)) {
    if (consumer.delayMs !== undefined) continue; // what became of it is told a minute later
    const stored = { id, corpId: world.corpId, name: '', version: 1, at: new Date(), payload: event.payload };
    const apply = await loadFor(consumer, stored, world.unit);
    await apply();
  }
}

async function tend(): Promise<void> {
  const { world } = welcome;
  const job = world.http
    .get(JobHandlers)
    .all()
    .find(({ name }) => name === 'welcome.tend');
  const run = { attempt: 1, attemptsMax: 5, signal: new AbortController().signal };
  await job?.handle({ corpId: world.corpId }, run);
}
