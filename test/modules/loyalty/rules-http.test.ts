import { randomUUID } from 'node:crypto';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { JobHandlers } from '../../../src/platform/jobs/job-handlers.js';
import { AwardDue } from '../../../src/modules/loyalty/rules/use-cases/award-due.js';
import { DAY_MS, type RulesWorld, startRulesWorld, type Told } from './rules-world.js';

let world: RulesWorld;

beforeAll(async () => {
  world = await startRulesWorld();
});
afterAll(() => world.close());

const fixed = (points: number) => ({ kind: 'fixed', points });
const PLAIN = { name: 'x', trigger: 'order_paid', amount: fixed(1) };
const count = async (): Promise<number> =>
  (await world.call('GET', '/v1/loyalty/rules?limit=200')).body.items.length;

describe('bad input', () => {
  const perUnit = { kind: 'perUnit', property: 'amount', per: 100, points: 1 };
  const cap = { of: 'rule', per: 'member', period: 'day', points: 1 };
  it.each<[object, number, string]>([
    [{ trigger: 'moon.rose' }, 422, 'rule_trigger_unknown'],
    [{ trigger: 'constructor' }, 422, 'rule_trigger_unknown'],
    [{ wallet: 'gold' }, 422, 'rule_invalid'],
    [{ amount: fixed(0) }, 400, 'http.validation_failed'],
    [{ amount: fixed(-1) }, 400, 'http.validation_failed'],
    [{ amount: fixed(1.5) }, 400, 'http.validation_failed'],
    [{ amount: fixed(1e12 + 1) }, 400, 'http.validation_failed'],
    [{ amount: { ...perUnit, per: 0 } }, 400, 'http.validation_failed'],
    [{ amount: { ...perUnit, property: 'size' } }, 422, 'rule_property_unknown'],
    [{ amount: { ...perUnit, property: 'orderId' } }, 422, 'rule_property_unknown'],
    [{ amount: { kind: 'perUnit', points: 1 } }, 422, 'rule_invalid'],
    [{ amount: { ...fixed(1), per: 3 } }, 422, 'rule_invalid'],
    [
      {
        amount: {
          kind: 'steps',
          property: 'amount',
          steps: [
            { from: 2, points: 1 },
            { from: 2, points: 3 },
          ],
        },
      },
      422,
      'rule_invalid',
    ],
    [{ conditions: { of: 'event', key: 'size', is: 'exists' } }, 422, 'rule_property_unknown'],
    [{ conditions: { of: 'profile', key: 'shoe', is: 'exists' } }, 422, 'rule_property_unknown'],
    [{ conditions: { of: 'event', key: 'amount', is: 'like', value: 'x' } }, 422, 'rule_invalid'],
    [{ conditions: [] }, 400, 'http.validation_failed'],
    [{ beneficiaryProperty: 'amount' }, 422, 'rule_property_unknown'],
    [{ caps: [{ ...cap, per: 'group' }] }, 422, 'rule_invalid'],
    [{ caps: [{ ...cap, property: 'orderId' }] }, 422, 'rule_invalid'],
    [{ caps: [{ ...cap, per: 'group', property: 'items' }] }, 422, 'rule_property_unknown'],
    [{ caps: [{ ...cap, points: 0 }] }, 400, 'http.validation_failed'],
    [{ levelPercent: { gold: 1.5 } }, 422, 'rule_invalid'],
    [{ levelPercent: { gold: -1 } }, 422, 'rule_invalid'],
    [{ levelPercent: { 'g\ud83d': 100 } }, 422, 'rule_invalid'],
    [{ endsAt: '2020-01-01T00:00:00Z' }, 409, 'rule_expired'],
    [{ startsAt: '2190-01-02T00:00:00Z', endsAt: '2190-01-01T00:00:00Z' }, 422, 'rule_invalid'],
    [{ holdDays: 367 }, 400, 'http.validation_failed'],
    [{ unknown: 1 }, 400, 'http.validation_failed'],
    [{ programId: toPublicId('prg', randomUUID()) }, 404, 'program_not_found'],
  ])('%j is refused with %i %s, and nothing is stored', async (over, status, code) => {
    const before = await count();
    const answer = await world.call('POST', '/v1/loyalty/rules', { ...PLAIN, ...over });
    expect([answer.status, answer.body.code]).toEqual([
      status,
      code.includes('.') ? code : `loyalty.${code}`,
    ]);
    expect(await count()).toBe(before);
  });

  it('of other corps, of nobody and of no form is not found', async () => {
    const id = await world.rule({ ...PLAIN });
    const other = await world.http.addCorp();
    const key = await world.http.corpKey(other.id, ['loyalty:read', 'loyalty:write']);
    for (const [one, as] of [
      [id, key],
      [toPublicId('rul', randomUUID()), world.key],
      ['rul_x', world.key],
    ] as const) {
      const window = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
      const { name: _, ...content } = PLAIN;
      const answers = await Promise.all([
        world.call('GET', `/v1/loyalty/rules/${one}`, undefined, as),
        world.call('GET', `/v1/loyalty/rules/${one}/versions`, undefined, as),
        world.call('GET', `/v1/loyalty/rules/${one}/caps`, undefined, as),
        world.call('PUT', `/v1/loyalty/rules/${one}`, content, as),
        world.call('POST', `/v1/loyalty/rules/${one}/activate`, {}, as),
        world.call('POST', `/v1/loyalty/rules/${one}/end`, {}, as),
        world.call('POST', `/v1/loyalty/rules/${one}/dry-run`, window, as),
      ]);
      expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual(
        answers.map(() => '404 loyalty.rule_not_found'),
      );
    }
    for (const event of ['x', toPublicId('cev', randomUUID()), randomUUID()])
      expect((await world.call('GET', `/v1/loyalty/rules/explain?eventId=${event}`)).body.code).toBe(
        'loyalty.rule_event_not_found',
      );
    expect((await world.call('POST', '/v1/loyalty/rule-presets/moon', {})).body.code).toBe(
      'loyalty.rule_preset_not_found',
    );
    expect(await world.call('POST', `/v1/loyalty/rules/${id}/end`)).toMatchObject({
      body: { state: 'ended' },
    });
    expect((await world.call('POST', `/v1/loyalty/rules/${id}/end`)).body.code).toBe(
      'loyalty.rule_not_in_force',
    );
    const late = await world.call('POST', '/v1/loyalty/rules', {
      ...PLAIN,
      endsAt: new Date(world.now().getTime() + 1_000).toISOString(),
    });
    world.http.clock.advance(2_000);
    const expired = await world.call('POST', `/v1/loyalty/rules/${late.body.id}/activate`, {});
    expect([expired.status, expired.body.code]).toEqual([409, 'loyalty.rule_expired']);
  });
});

it('a dry run gives what is given in earnest, for as long as caps and all, and writes nothing', async () => {
  const content = {
    trigger: 'form_sent',
    amount: fixed(7),
    caps: [{ of: 'rule', per: 'member', period: 'day', points: 10 }],
    levelPercent: { gold: 200 },
    conditions: {
      any: [
        { of: 'tag', is: 'in', value: ['etVIP'] },
        { of: 'level', is: 'in', value: ['gold'] },
        { of: 'event', key: 'formId', is: 'in', value: ['open'] },
      ],
    },
  };
  const id = await world.rule(content);
  const [vip = '', gold = '', guest = ''] = await world.customers(3);
  await tag(vip, 'etVIP');
  await level(gold, 'gold');
  const form = (customerId: string, formId: string): Told => ({
    customerId,
    type: 'form_sent',
    data: { formId },
  });
  const told = [vip, vip, gold, guest].map((one) => form(one, 'closed'));
  const ids = await world.record(...told, form(guest, 'open'));
  const tables = () =>
    world.sql(`SELECT (SELECT count(*) FROM loyalty.entries) AS entries, (SELECT count(*) FROM loyalty.rule_awards) AS awards,
      (SELECT coalesce(sum(used), 0) FROM loyalty.rule_counters) AS used, (SELECT count(*) FROM platform.audit_entries) AS audit`);
  const before = await tables();
  const from = new Date(world.now().getTime() - DAY_MS).toISOString();
  const to = new Date(world.now().getTime() + DAY_MS).toISOString();
  const now = new Date(world.now().getTime() + 1_000).toISOString();
  const run = (over: object = {}) =>
    world.call('POST', `/v1/loyalty/rules/${id}/dry-run`, { from, to, now, ...over });
  const { status, body } = await run();
  expect([status, await tables()]).toEqual([200, before]);
  expect(body).toMatchObject({
    version: 1,
    events: 5,
    earned: 4,
    points: 27,
    cut: 8,
    members: 3,
    truncated: false,
  });
  expect((await run({ customerIds: [toPublicId('cus', vip)] })).body).toMatchObject({
    events: 2,
    points: 10,
  });
  expect((await run({ now: from })).body).toMatchObject({ events: 0, points: 0, items: [] });
  await world.call('PUT', `/v1/loyalty/rules/${id}`, { ...content, holdDays: 1 });
  expect((await run()).body.items[0]).toMatchObject({ points: 7, dueAt: expect.any(String) });
  expect((await run({ version: 1 })).body.items[0]).toMatchObject({ points: 7, dueAt: null });
  expect((await run({ version: 9 })).body.code).toBe('loyalty.rule_version_not_found');
  expect((await run({ to: from })).body.code).toBe('loyalty.rule_invalid');
  await world.tell(ids);
  const nets = await Promise.all([vip, gold, guest].map((one) => world.net(one)));
  expect(nets).toEqual([10, 10, 7]);
  const explained = await world.explain(toPublicId('cev', ids[3] ?? ''));
  expect(explained).toMatchObject([{ ruleId: id, verdict: 'conditions_not_met', booked: 0, bookings: [] }]);
  expect(await world.explain(ids[1] ?? '')).toMatchObject([
    {
      verdict: 'earned',
      wanted: 7,
      granted: 3,
      booked: 3,
      customerId: toPublicId('cus', vip),
      refusal: null,
    },
  ]);
});

it('asks a person for his tags and his level, whichever of his customers it is', async () => {
  const all = [
    { of: 'tag', is: 'in', value: ['etPerson'] },
    { of: 'level', is: 'in', value: ['gold'] },
    { of: 'event', key: 'page', is: 'in', value: ['/person'] },
  ];
  await world.rule({
    trigger: 'page_viewed',
    conditions: { all },
    amount: fixed(5),
    levelPercent: { gold: 200 },
  });
  const [known = '', other = '', stranger = ''] = await world.customers(3);
  await tag(known, 'etPerson');
  await level(known, 'gold');
  await world.link(known, other);
  const visit = (customerId: string): Told => ({
    customerId,
    type: 'page_viewed',
    data: { page: '/person' },
  });
  await world.tell(await world.record(visit(other), visit(stranger)));
  expect([await world.net(other), await world.net(stranger)]).toEqual([10, 0]);
});

async function tag(customerId: string, tagId: string): Promise<void> {
  const relation = randomUUID();
  await world.sql(
    `INSERT INTO customers.follow_relations (corp_id, id, customer_id, staff_user_id, staff_key, followed_at, fetched_at, created_at, updated_at)
     VALUES ($1, $2, $3, 'chen.yu', 'chen.yu', now(), now(), now(), now())`,
    [world.corpId, relation, customerId],
  );
  await world.sql(
    `INSERT INTO customers.relation_tags (corp_id, relation_id, kind, tag, customer_id) VALUES ($1, $2, 'corp', $3, $4)`,
    [world.corpId, relation, tagId, customerId],
  );
}

async function level(customerId: string, key: string): Promise<void> {
  const program = `/v1/loyalty/programs/${toPublicId('prg', world.program.id)}/level-tables`;
  const { body } = await world.call('GET', program);
  if (body.items.length === 0) {
    const { body: table } = await world.call('POST', program, {});
    await world.call('POST', `/v1/loyalty/level-tables/${table.id}/activate`, {});
  }
  await world.post({ customerId, wallet: 'growth', amount: 1 });
  await world.sql(
    'UPDATE loyalty.member_levels SET level = $3, is_locked = true WHERE corp_id = $1 AND customer_id = $2',
    [world.corpId, customerId, key],
  );
}

describe('presets', () => {
  it('invite: for the inviter, a week later, once, taken back when the invitee leaves within a month', async () => {
    expect(await world.call('POST', '/v1/loyalty/rule-presets/invite', {})).toMatchObject({ status: 201 });
    const [inviter = '', ...invitees] = await world.customers(6);
    const state = toPublicId('cus', inviter);
    await world.sql(
      `INSERT INTO customers.follow_relations (corp_id, id, customer_id, staff_user_id, staff_key, followed_at, fetched_at, created_at, updated_at)
       SELECT $1, gen_random_uuid(), id, 'chen.yu', 'chen.yu', now(), now(), now(), now() FROM unnest($2::uuid[]) AS id`,
      [world.corpId, invitees],
    );
    await world.sql('UPDATE customers.customers SET created_at = $2 WHERE corp_id = $1', [
      world.corpId,
      world.now(),
    ]);
    const [early = '', soon = '', later = '', stays = '', gone = ''] = invitees;
    const due = () => world.run(() => world.http.get(AwardDue).award());
    await world.startRelation(inviter, { state }); // himself
    for (const invitee of [early, soon, later, stays]) {
      await world.startRelation(invitee, { state });
      await world.startRelation(invitee, { state }); // with another staff
    }
    await world.sql(
      'UPDATE customers.follow_relations SET disappeared_at = $3, ended_at = $3 WHERE corp_id = $1 AND customer_id = $2',
      [world.corpId, gone, new Date(world.now().getTime() + 1_000)],
    );
    await world.startRelation(gone, { state }); // whose leaving was told first
    world.http.clock.advance(DAY_MS);
    await world.lose(early);
    expect([await due(), await world.net(inviter)]).toEqual([0, 0]);
    const waiting = await world.sql<{ at: Date }>(
      `SELECT run_at AS at FROM graphile_worker.jobs WHERE task_identifier = 'loyalty.awards_due'`,
    );
    expect(waiting.length).toBeGreaterThan(0);
    world.http.clock.advance(6 * DAY_MS);
    expect([await due(), await due(), await world.net(inviter)]).toEqual([3, 0, 45]);
    await world.post({ customerId: inviter, kind: 'spend', amount: 40 });
    world.http.clock.advance(10 * DAY_MS);
    await world.lose(soon);
    expect([await world.net(inviter), (await world.account(inviter))?.debt]).toEqual([-10, 10]);
    world.http.clock.advance(20 * DAY_MS);
    await world.lose(later);
    await world.lose(soon);
    expect(await world.net(inviter)).toBe(-10);
  });

  it('no preset for checking in, which gives its points itself; but rules of its program may add some', async () => {
    await world.rule({
      trigger: 'checked_in',
      conditions: { of: 'event', key: 'streak', is: 'gte', value: 3 },
      amount: fixed(4),
    });
    const [customer = ''] = await world.customers(1);
    await world.checkIn(customer, randomUUID());
    expect(await world.net(customer)).toBe(0);
    const event = await world.checkIn(customer, world.program.id);
    expect([await world.net(customer), (await world.explain(event)).length]).toEqual([4, 1]);
    const inputs = () =>
      world.sql<{ inputs: { data: object } }>(
        'SELECT inputs FROM loyalty.rule_awards WHERE corp_id = $1 AND event_id = $2',
        [world.corpId, event],
      );
    expect((await inputs())[0]?.inputs.data).toEqual({ streak: 3 });
    await world.erase(customer);
    expect((await inputs())[0]?.inputs.data).toEqual({});
    expect(await world.net(customer)).toBe(4);
  });

  it('forget what caps counted when no event of the period comes any more, and give back to nobody then', async () => {
    const id = await world.rule({
      trigger: 'order_paid',
      amount: fixed(3),
      givesCapBack: true,
      caps: ['day', 'week', 'month', 'lifetime'].map((period) => ({
        of: 'rule',
        per: 'all',
        period,
        points: 50,
      })),
    });
    const [customerId = ''] = await world.customers(1);
    const order = { orderId: randomUUID(), amount: 100 };
    await world.tell(await world.record({ customerId, type: 'order_paid', data: order }));
    const counters = () =>
      world.sql<{ name: string; days: number | null }>(
        `SELECT split_part(counter, '/', 2) AS name, extract(day FROM over_at - $2::timestamptz)::int AS days
           FROM loyalty.rule_counters WHERE owner_id = $1 ORDER BY 1`,
        [parsePublicId('rul', id), world.now()],
      );
    const [day, lifetime, month, week] = (await counters()).map(({ days }) => days);
    expect(lifetime).toBeNull();
    for (const [days, max] of [
      [day, 3],
      [week, 16],
      [month, 33],
    ] as const)
      expect([(days ?? -1) >= 0, (days ?? max) < max]).toEqual([true, true]);
    const sweep = world.http
      .get(JobHandlers)
      .all()
      .find(({ name }) => name === 'loyalty.forget_counters');
    const run = { attempt: 1, attemptsMax: 1, signal: new AbortController().signal };
    await sweep?.handle({ corpId: world.corpId }, run);
    expect(await counters()).toHaveLength(4);
    await world.sql(`UPDATE loyalty.rule_counters SET over_at = '2020-01-01' WHERE over_at IS NOT NULL`);
    await sweep?.handle({ corpId: world.corpId }, run);
    expect((await counters()).map(({ name }) => name)).toEqual(['lifetime']);
    const refund = { orderId: order.orderId, amount: 100 };
    await world.tell(await world.record({ customerId, type: 'order_refunded', data: refund }));
    expect(await world.net(customerId)).toBe(0);
  });

  it('quality content: only what somebody marked, and each once', async () => {
    const preset = await world.call('POST', '/v1/loyalty/rule-presets/quality_content', {});
    expect(preset).toMatchObject({ status: 201, body: { state: 'in_force' } });
    const thanks = await world.call('POST', '/v1/loyalty/rule-presets/useful_report', { points: 8 });
    expect(thanks.body.latest.content).toMatchObject({ amount: fixed(8), caps: [{ points: 8 }] });
    const again = (key: string, body: object = {}) =>
      world.call('POST', `/v1/loyalty/rule-presets/${key}`, body).then(({ body: rule }) => rule);
    const twice = await Promise.all([again('quality_content'), again('quality_content')]);
    expect(twice).toEqual([preset.body, preset.body]);
    await again('useful_report', { points: 9 });
    await world.call('POST', `/v1/loyalty/rules/${thanks.body.id}/end`, {});
    expect(await again('useful_report', { points: 8 })).toMatchObject({
      id: thanks.body.id,
      state: 'in_force',
      latest: { version: 3, content: { amount: fixed(8) } },
    });
    const [author = '', reader = ''] = await world.customers(2);
    const marked = (markedBy: string, contentId: string): Told => ({
      customerId: author,
      type: 'content.marked',
      data: { contentId, markedBy },
    });
    await world.tell(
      await world.record(
        { customerId: author, type: 'content_opened', data: { contentId: 'c1' } },
        marked('chen.yu', 'c1'),
        marked('wang.li', 'c1'),
        marked('wang.li', 'c2'),
        { customerId: reader, type: 'report.accepted', data: { reportId: 'r1', acceptedBy: 'wang.li' } },
      ),
    );
    expect([await world.net(author), await world.net(reader)]).toEqual([20, 8]);
  });
});
