/* oxlint-disable jest/no-export, jest/require-top-level-describe -- the file that calls it starts the application, which two share */
import { randomUUID } from 'node:crypto';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { cus, type IssueWorld } from './issue-world.js';

const PATH = '/v1/coupons/grant-rules';
const LATER_MS = 60_000;

let world: IssueWorld;

const programId = randomUUID();
const program = toPublicId('prg', programId);

async function rule(batchId: string, condition: object): Promise<string> {
  const body = { name: '规则', batchId: toPublicId('cpb', batchId), condition };
  const made = await world.call('POST', PATH, body);
  expect(made.status).toBe(201);
  return made.body.id;
}
/** What a worker does with an event that was told `laterMs` from now; again when it is given twice. */
async function hear(
  consumer: string,
  payload: object,
  { id = randomUUID(), at = now(1) } = {},
): Promise<void> {
  const event = { id, corpId: world.corpId, name: '', version: 1, at, payload };
  const { consumer: found } = world.http.get(EventConsumers).get(`coupons.grant_${consumer}`);
  await world.run(async () => {
    if ('apply' in found) await found.apply(event, undefined);
  });
}
const now = (times: number) => new Date(world.http.clock.now().getTime() + times * LATER_MS);
const held = async (batchId: string): Promise<string[]> => {
  const rows = await world.sql<{ id: string }>(
    'SELECT customer_id AS id FROM coupons.coupons WHERE batch_id = $1 ORDER BY issued_at, id',
    [batchId],
  );
  return rows.map(({ id }) => id);
};
const level = (customerId: string, from: string | null, to: string, over: object = {}) => ({
  programId,
  changes: [{ memberId: customerId, customerId, from, to, reason: 'score', version: 1, ...over }],
});
const checkIn = (customerId: string, day: string, streak: number) => ({
  programId,
  memberId: customerId,
  customerId,
  day,
  streak,
});

/** @returns what came of it */
async function tryRule(batchId: string, amountMin: number, enabled = true, id?: string): Promise<any> {
  const condition = { trigger: 'purchase', amountMin };
  const body = { name: '规则', batchId: toPublicId('cpb', batchId), condition, enabled };
  return (await world.call(id ? 'PUT' : 'POST', id ? `${PATH}/${id}` : PATH, body)).body;
}

/** In the world of whoever calls it. */
export function grantsCases(started: () => IssueWorld): void {
  beforeAll(() => {
    world = started();
  });

  it('grants once for a rule, a customer and an event, however often it is heard', async () => {
    const [a = '', b = ''] = await world.customers(2);
    const batchId = await world.batch({ perPerson: 9 });
    const id = await rule(batchId, { trigger: 'streak', programId: program, days: 7 });
    await hear('streaks', checkIn(a, '2026-11-06', 6));
    await hear('streaks', checkIn(a, '2026-11-07', 7));
    await hear('streaks', checkIn(a, '2026-11-07', 7));
    await Promise.all([1, 2].map(() => hear('streaks', checkIn(b, '2026-11-07', 7))));
    await hear('streaks', checkIn(a, '2026-11-08', 8));
    await hear('streaks', { ...checkIn(a, '2026-11-09', 7), programId: randomUUID() });
    expect(await held(batchId)).toEqual([a, b]);
    await hear('streaks', checkIn(a, '2026-12-07', 7)); // another event
    expect(await held(batchId)).toEqual([a, b, a]);
    const { items } = (await world.call('GET', `${PATH}/${id}/grants`)).body;
    expect(items.map(({ customerId }: any) => customerId)).toEqual([cus(a), cus(b), cus(a)]);
    expect(items[0]).toMatchObject({ version: 1, refusal: null, couponId: expect.stringMatching(/^cpn_/) });
  });

  it('grants for a level that is reached from below, by orders and by tags', async () => {
    const [a = '', b = ''] = await world.customers(2);
    const [levels, orders, tags] = [await world.batch(), await world.batch(), await world.batch()];
    await world.sql(
      `INSERT INTO loyalty.programs (corp_id, id, key, name_zh, name_en, time_zone, created_at)
     VALUES ($1, $2, 'granting', 'p', 'p', 'Asia/Shanghai', now())`,
      [world.corpId, programId],
    );
    const steps = ['bronze', 'silver', 'gold'].map((key, at) => ({
      key,
      nameZh: key,
      nameEn: key,
      threshold: at * 10,
      benefits: [],
    }));
    await world.sql(
      `INSERT INTO loyalty.level_tables (corp_id, id, program_id, version, state, policy, grace_days, notice_days, levels,
            created_at, activated_at)
     VALUES ($1, gen_random_uuid(), $2, 1, 'active', 'never', 0, 0, $3, now(), now())`,
      [world.corpId, programId, JSON.stringify(steps)],
    );
    await rule(levels, { trigger: 'level', programId: program, level: 'silver' });
    await hear('levels', level(b, 'gold', 'silver'));
    await hear('levels', level(b, 'silver', 'gold', { version: 2 }));
    await hear('levels', level(b, null, 'silver', { reason: 'opening' }));
    expect(await held(levels)).toEqual([]);
    await hear('levels', level(a, 'bronze', 'gold')); // passes it
    expect(await held(levels)).toEqual([a]);

    await rule(orders, { trigger: 'purchase', amountMin: 10_000 });
    const at = world.http.clock.now().toISOString();
    const order = (customerId: string, externalId: string, amount: number) => ({
      customerId: cus(customerId),
      source: 'shop',
      externalId,
      type: 'order_paid',
      at,
      data: { orderId: externalId, amount },
    });
    const sent = await world.call('POST', '/v1/customer-events', {
      events: [order(a, 'o1', 9_999), order(b, 'o2', 10_000)],
    });
    expect(sent.status).toBe(200);
    const eventIds = await world.sql<{ id: string }>(
      `SELECT id FROM customers.behaviour_events WHERE source = 'shop'`,
    );
    await hear('purchases', { eventIds: eventIds.map(({ id }) => id), from: at, to: at });
    expect(await held(orders)).toEqual([b]);

    await rule(tags, { trigger: 'tag', wecomTagId: 'etVip' });
    const put = (customerId: string, wecomTagId: string, isPut = true) => ({
      changes: [{ customerId, relationId: randomUUID(), wecomTagId, isPut }],
    });
    await hear('tags', put(a, 'etOther'));
    await hear('tags', put(a, 'etVip', false));
    await hear('tags', put(b, 'etVip'));
    expect(await held(tags)).toEqual([b]);
  });

  it('judges each event by the version that was in force when it was told, and writes down what the batch refuses', async () => {
    const [a = '', b = '', c = ''] = await world.customers(3);
    const [first, second] = [await world.batch(), await world.batch({ stock: 0 })];
    const condition = { trigger: 'tag', wecomTagId: 'etVersioned' };
    const id = await rule(first, condition);
    const put = (customerId: string) => ({
      changes: [{ customerId, relationId: randomUUID(), wecomTagId: 'etVersioned', isPut: true }],
    });
    const told = now(1);
    world.http.clock.advance(2 * LATER_MS);
    const change = (body: object) =>
      world.call('PUT', `${PATH}/${id}`, {
        name: '新',
        condition,
        batchId: toPublicId('cpb', second),
        ...body,
      });
    expect((await change({})).body).toMatchObject({ version: 2 });
    await hear('tags', put(a), { at: told });
    await hear('tags', put(b));
    expect(await held(first)).toEqual([a]);
    world.http.clock.advance(2 * LATER_MS);
    expect((await change({ enabled: false })).body).toMatchObject({ version: 3, enabled: false });
    await hear('tags', put(c));
    const { items } = (await world.call('GET', `${PATH}/${id}/grants`)).body;
    expect(items).toEqual([
      expect.objectContaining({
        customerId: cus(b),
        version: 2,
        couponId: null,
        refusal: 'coupons.sold_out',
      }),
      expect.objectContaining({ customerId: cus(a), version: 1, refusal: null }),
    ]);
    const versions = (await world.call('GET', `${PATH}/${id}/versions`)).body.items;
    expect(versions.map(({ version }: any) => version)).toEqual([3, 2, 1]);
  });

  it('refuses a rule that cannot be', async () => {
    const batchId = toPublicId('cpb', await world.batch());
    const codeOf = async (body: object) => (await world.call('POST', PATH, { name: 'x', ...body })).body.code;
    const tag = { trigger: 'tag', wecomTagId: 'et' };
    expect(await codeOf({ batchId: toPublicId('cpb', randomUUID()), condition: tag })).toBe(
      'coupons.batch_not_found',
    );
    for (const condition of [{ trigger: 'tag' }, { ...tag, days: 3 }, { trigger: 'level', level: 'gold' }])
      expect(await codeOf({ batchId, condition })).toBe('coupons.grant_condition_invalid');
    expect((await world.call('PUT', `${PATH}/cgr_x`, { name: 'x', batchId, condition: tag })).status).toBe(
      404,
    );
    expect((await world.call('GET', `${PATH}/${toPublicId('cgr', randomUUID())}/grants`)).status).toBe(404);
  });

  it('has ten rules at most that one thing fulfils, so that an event stays small', async () => {
    const batchId = await world.batch();
    const made: any[] = [];
    for (let amount = 1; amount <= 11 && !made.at(-1)?.code; amount++)
      made.push(await tryRule(batchId, amount));
    expect(made.at(-1).code).toBe('coupons.grant_rules_alike');
    const enabled = (await world.call('GET', `${PATH}?limit=100`)).body.items.filter(
      (one: any) => one.enabled && one.condition.trigger === 'purchase',
    );
    expect(enabled).toHaveLength(10);
    const { id } = enabled[0];
    expect((await tryRule(batchId, 99, true, id)).condition.amountMin).toBe(99); // one of the ten
    const waiting = await tryRule(batchId, 12, false);
    expect((await tryRule(batchId, 12, true, waiting.id)).code).toBe('coupons.grant_rules_alike');
    await tryRule(batchId, 99, false, id);
    expect((await tryRule(batchId, 12, true, waiting.id)).enabled).toBe(true);
    const other = await world.call('POST', PATH, {
      name: '规则',
      batchId: toPublicId('cpb', batchId),
      condition: { trigger: 'tag', wecomTagId: 'another' },
    });
    expect(other.status).toBe(201);
  });
}
