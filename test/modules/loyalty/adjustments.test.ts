import { randomUUID } from 'node:crypto';
import { customersErased } from '../../../src/modules/customers/customers.events.js';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

const HOUR_MS = 3_600_000;

let world: LedgerWorld;
let other: string;
let stranger: string;
let programId: string;
beforeAll(async () => {
  world = await startLedgerWorld();
  programId = toPublicId('prg', world.program.id);
  other = await world.http.corpKey(
    world.corpId,
    ['loyalty:approve', 'loyalty:write', 'loyalty:read'],
    'head',
  );
  stranger = await world.http.corpKey((await world.http.addCorp()).id, [
    'loyalty:read',
    'loyalty:write',
    'loyalty:approve',
  ]);
});
afterAll(() => world.close());

const at = (hours: number) => new Date(world.http.clock.now().getTime() + hours * HOUR_MS).toISOString();
const cus = (id: string) => toPublicId('cus', id);
const post = (url: string, body: object, key?: string) => world.call('POST', `/v1/loyalty/${url}`, body, key);
const get = (url: string, key?: string) => world.call('GET', `/v1/loyalty/${url}`, undefined, key);
const answer = async (call: Promise<{ status: number; body: any }>) => {
  const { status, body } = await call;
  return status >= 400 ? `${status} ${body.code}` : body;
};
const newCustomer = async (amount = 0): Promise<string> => {
  const [customerId = ''] = await world.customers(1);
  if (amount > 0) await world.post({ customerId, amount, expiresAt: null });
  return customerId;
};
const balanceOf = async (customerId: string) => (await world.account(customerId))?.posted ?? 0;

describe('/v1/loyalty/adjustments', () => {
  const wish = (customerId: string, over: object = {}) => ({
    programId,
    key: randomUUID(),
    customerId: cus(customerId),
    amount: 1_001,
    reason: '补发',
    ...over,
  });

  it('posts up to the limit at once; above it another owner decides, once', async () => {
    const customerId = await newCustomer();
    expect((await post('adjustments', wish(customerId, { amount: 1_000 }))).body).toMatchObject({
      state: 'approved',
      decidedBy: null,
    });
    const large = wish(customerId);
    const { body } = await post('adjustments', large);
    expect(body).toMatchObject({ state: 'requested', requestedBy: 'it', transferId: null });
    expect((await post('adjustments', large)).body.id).toBe(body.id);
    expect(await answer(post('adjustments', { ...large, amount: 2_000 }))).toBe('422 loyalty.key_reused');
    const url = `adjustments/${body.id}`;
    expect(await answer(post(`${url}/approve`, {}))).toBe('403 loyalty.approver_same_owner');
    const again = await world.http.corpKey(world.corpId, ['loyalty:write', 'loyalty:approve'], ' IT ');
    expect(await answer(post(`${url}/approve`, {}, again))).toBe('403 loyalty.approver_same_owner');
    // what he has corrected alone today counts under whatever spelling
    expect((await post('adjustments', wish(customerId, { amount: 1 }), again)).body.state).toBe('requested');
    expect(await answer(post(`${url}/withdraw`, {}, other))).toBe('403 loyalty.adjustment_of_others');
    expect(await answer(post(`${url}/approve`, {}, stranger))).toBe('404 loyalty.adjustment_not_found');
    const decisions = await Promise.all([
      ...Array.from({ length: 6 }, () => answer(post(`${url}/approve`, {}, other))),
      ...Array.from({ length: 3 }, () => answer(post(`${url}/refuse`, {}, other))),
      ...Array.from({ length: 3 }, () => answer(post(`${url}/withdraw`, {}))),
    ]);
    expect(decisions.filter((one) => one !== '409 loyalty.adjustment_decided')).toHaveLength(1);
    const { state } = (await get(url)).body;
    expect(await balanceOf(customerId)).toBe(state === 'approved' ? 2_001 : 1_000);
  });

  it('count together on a day: a large one is not parted into small ones, and nothing waits for nobody', async () => {
    const [a, b] = [await newCustomer(), await newCustomer(600)];
    const desk = await world.http.corpKey(world.corpId, ['loyalty:write'], 'desk');
    const twin = await world.http.corpKey(world.corpId, ['loyalty:write'], 'desk');
    const states = (
      await Promise.all(
        [a, b, a, b].map((one, at) =>
          post('adjustments', wish(one, { amount: at === 1 ? -400 : 400 }), at % 2 === 0 ? desk : twin),
        ),
      )
    ).map(({ body }) => body.state);
    expect(states.sort()).toEqual(['approved', 'approved', 'requested', 'requested']);
    expect((await post('adjustments', wish(a, { amount: 200 }), desk)).body.state).toBe('approved');
    expect((await post('adjustments', wish(a, { amount: 1 }), desk)).body.state).toBe('requested');
    world.http.clock.advance(24 * HOUR_MS);
    expect((await post('adjustments', wish(a, { amount: 1_000 }), desk)).body.state).toBe('approved');
    const unknown = wish(randomUUID(), { amount: 5_000 });
    expect(await answer(post('adjustments', unknown, desk))).toBe('404 loyalty.customer_not_found');
    expect((await get(`adjustments?customerId=${unknown.customerId}`)).body.items).toEqual([]);
  });

  it('binds whoever sets the limit, and posts nothing that the ledger refuses', async () => {
    const customerId = await newCustomer(10);
    const limit = `/v1/loyalty/programs/${programId}/adjustment-limit`;
    expect((await world.call('PUT', limit, { points: 50 })).body).toMatchObject({ points: 50, setBy: 'it' });
    expect((await post('adjustments', wish(customerId, { amount: 1 }))).body.state).toBe('requested');
    expect((await post('adjustments', wish(customerId, { amount: 50 }), other)).body.state).toBe('approved');
    const taking = (await post('adjustments', wish(customerId, { amount: -61 }), other)).body;
    expect(taking.state).toBe('requested');
    expect(await answer(post(`adjustments/${taking.id}/approve`, {}))).toBe(
      '409 loyalty.points_insufficient',
    );
    expect((await get(`adjustments?state=requested&customerId=${cus(customerId)}`)).body.items).toHaveLength(
      2,
    );
    expect((await post(`adjustments/${taking.id}/refuse`, { reason: '余额不足' })).body).toMatchObject({
      state: 'refused',
      decidedBy: 'it',
    });
    expect(await balanceOf(customerId)).toBe(60);
    expect(await answer(post('adjustments', wish(customerId, { amount: 0 })))).toBe(
      '422 loyalty.amount_invalid',
    );
    expect(await answer(post('adjustments', wish(randomUUID(), { amount: 5 }), other))).toBe(
      '404 loyalty.customer_not_found',
    );
  });
});

it('forgets what staff wrote about somebody who is erased, and nothing of what was booked', async () => {
  const told = '向林女士致歉';
  const customerId = await newCustomer();
  const member = async () =>
    (
      await world.sql<{ id: string }>('SELECT id FROM loyalty.members WHERE customer_id = $1', [customerId])
    )[0];
  const order = { programId, customerId: cus(customerId), reason: told };
  expect((await post('transfers', { ...order, key: randomUUID(), kind: 'earn', amount: 90 })).status).toBe(
    200,
  );
  await post('holds', { ...order, key: randomUUID(), amount: 60, expiresAt: at(2) });
  const { id } = (await post('adjustments', { ...order, key: randomUUID(), amount: 9_000 })).body;
  await post(`adjustments/${id}/refuse`, { reason: told }, other);
  await post(`members/${toPublicId('mem', (await member())?.id ?? '')}/freeze`, { reason: told });
  await world.sql(
    `INSERT INTO loyalty.level_history
     SELECT corp_id, id, now(), 'gold', NULL, 'locked', 0, id, $2, 'key:x', now() FROM loyalty.members WHERE customer_id = $1`,
    [customerId, told],
  );
  const said = async () =>
    (
      await world.sql<{ texts: number }>(
        `SELECT (SELECT count(*) FROM loyalty.members t WHERE t::text LIKE $1)
              + (SELECT count(*) FROM loyalty.transfers t WHERE t::text LIKE $1)
              + (SELECT count(*) FROM loyalty.holds t WHERE t::text LIKE $1)
              + (SELECT count(*) FROM loyalty.adjustments t WHERE t::text LIKE $1)
              + (SELECT count(*) FROM loyalty.level_history t WHERE t::text LIKE $1) AS texts`,
        [`%${told}%`],
      )
    )[0]?.texts;
  expect(Number(await said())).toBe(5);
  const payload = { customerIds: [customerId] };
  const event = { id: randomUUID(), corpId: world.corpId, at: world.http.clock.now(), payload };
  for (const { consumer } of world.http.get(EventConsumers).of(customersErased))
    if (consumer.name.startsWith('loyalty.') && 'apply' in consumer)
      await world.run(() =>
        consumer.apply({ ...event, name: customersErased.name, version: 1 }, undefined as never),
      );
  expect(Number(await said())).toBe(0);
  expect(await world.account(customerId)).toMatchObject({ posted: 90, held: 60 });
});
