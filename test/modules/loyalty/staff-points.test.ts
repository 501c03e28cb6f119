import { randomUUID } from 'node:crypto';
import { ExpiredLots } from '../../../src/modules/loyalty/ledger/expiry/persistence/expired-lots.js';
import { ExpirePoints } from '../../../src/modules/loyalty/ledger/expiry/use-cases/expire-points.js';
import { Statements } from '../../../src/modules/loyalty/ledger/statements/queries/statements.js';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { customersErased } from '../../../src/modules/customers/customers.events.js';
import { JobHandlers } from '../../../src/platform/jobs/job-handlers.js';
import { blocksOf } from './blocks-of.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

const HOUR_MS = 3_600_000;
const RUN = { attempt: 1, attemptsMax: 2, signal: new AbortController().signal };

let world: LedgerWorld;
let other: string;
let reader: string;
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
  reader = await world.http.corpKey(world.corpId, ['loyalty:read']);
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

describe('/v1/loyalty/holds', () => {
  const hold = (customerId: string, over: object = {}) => ({
    programId,
    key: randomUUID(),
    customerId: cus(customerId),
    amount: 60,
    expiresAt: at(2),
    ...over,
  });

  it('reserves once by its key, posts a part, and cannot be resolved again', async () => {
    const customerId = await newCustomer(100);
    const order = hold(customerId);
    const made = await post('holds', order);
    expect(made).toMatchObject({ status: 201, body: { state: 'open', amount: 60, postedAmount: 0 } });
    expect((await post('holds', order)).body.id).toBe(made.body.id);
    expect(await answer(post('holds', { ...order, amount: 61 }))).toBe('422 loyalty.key_reused');
    expect(await answer(post('holds', hold(customerId, { amount: 41 })))).toBe(
      '409 loyalty.points_insufficient',
    );
    expect(await world.post({ customerId, kind: 'spend', amount: 41 })).toMatchObject([
      { outcome: 'refused' },
    ]);
    const url = `holds/${made.body.id}`;
    expect(await answer(post(`${url}/post`, { amount: 61 }))).toBe('422 loyalty.hold_exceeds');
    expect((await post(`${url}/post`, { amount: 25 })).body).toMatchObject({
      state: 'posted',
      postedAmount: 25,
    });
    expect(await answer(post(`${url}/void`, {}))).toBe('409 loyalty.hold_resolved');
    expect(await world.account(customerId)).toMatchObject({ posted: 75, held: 0 });
    expect((await get(`holds?customerId=${cus(customerId)}`)).body.items).toHaveLength(1);
  });

  it('ends by itself, and not before: its job waits for it', async () => {
    const customerId = await newCustomer(100);
    const { body } = await post('holds', hold(customerId));
    const holdId = parsePublicId('hld', body.id) ?? '';
    const job = world.http
      .get(JobHandlers)
      .all()
      .find(({ name }) => name === 'loyalty.expire_hold');
    const [waiting] = await world.http.sql<{ seconds: number }>(
      `SELECT extract(epoch FROM run_at - now())::float AS seconds FROM graphile_worker._private_jobs
        WHERE payload->>'holdId' = $1`,
      [holdId],
    );
    expect(waiting?.seconds).toBeGreaterThan(7_000);
    await job?.handle({ corpId: world.corpId, holdId }, RUN);
    expect(await world.account(customerId)).toMatchObject({ held: 60 });
    world.http.clock.advance(2 * HOUR_MS);
    expect(await answer(post(`holds/${body.id}/post`, {}))).toBe('409 loyalty.hold_resolved');
    await job?.handle({ corpId: world.corpId, holdId }, RUN);
    expect((await get(`holds/${body.id}`)).body.state).toBe('expired');
    expect(await world.account(customerId)).toMatchObject({ posted: 100, held: 0 });
  });

  it('takes from all accounts of a person, and refuses what is wrong', async () => {
    const [one, two] = [await newCustomer(40), await newCustomer(40)];
    await world.link(one, two);
    const made = await post('holds', hold(one, { amount: 70 }));
    expect([(await world.account(one))?.held, (await world.account(two))?.held]).toEqual([40, 30]);
    expect((await post(`holds/${made.body.id}/post`, {})).body.postedAmount).toBe(70);
    const refusals: [object, string][] = [
      [{ expiresAt: at(-1) }, '422 loyalty.hold_expiry_invalid'],
      [{ expiresAt: at(24 * 91) }, '422 loyalty.hold_expiry_invalid'],
      [{ amount: 0 }, '400 http.validation_failed'],
      [{ amount: 1.5 }, '400 http.validation_failed'],
      [{ wallet: 'growth' }, '422 loyalty.wallet_not_spendable'],
      [{ wallet: 'gold' }, '404 loyalty.wallet_not_found'],
      [{ programId: toPublicId('prg', randomUUID()) }, '404 loyalty.program_not_found'],
      [{ customerId: cus(randomUUID()) }, '404 loyalty.customer_not_found'],
    ];
    for (const [over, code] of refusals)
      expect([over, await answer(post('holds', hold(one, over)))]).toEqual([over, code]);
    expect(await answer(get(`holds/${made.body.id}`, stranger))).toBe('404 loyalty.hold_not_found');
    expect(await answer(post(`holds/${made.body.id}/void`, {}, stranger))).toBe('404 loyalty.hold_not_found');
    expect(await answer(post('holds', hold(one), reader))).toMatch(/^403/);
    const account = await world.sql<{ member: string }>(
      'SELECT member_id AS member FROM loyalty.accounts WHERE customer_id = $1',
      [two],
    );
    await world.setFrozen(account[0]?.member ?? '', true);
    expect(await answer(post('holds', hold(two, { amount: 1 })))).toBe('409 loyalty.member_frozen');
  });
});

describe('statements', () => {
  it('show entries page by page, the balance of any instant with its debt, and what expires when', async () => {
    const customerId = await newCustomer();
    const begin = at(0);
    const [early, late] = [at(10), at(20)];
    world.http.clock.advance(1_000);
    const [earned] = await world.post({ customerId, amount: 30, expiresAt: new Date(early), reason: '签到' });
    await world.post(
      { customerId, amount: 20, expiresAt: new Date(early) },
      { customerId, amount: 9, expiresAt: new Date(late) },
    );
    const between = at(0);
    world.http.clock.advance(1_000);
    await world.post({ customerId, kind: 'spend', amount: 50 });
    if (earned?.outcome !== 'posted') throw new Error('refused');
    await world.reverse({ transferId: earned.transferId });
    const account = toPublicId('acc', (await world.account(customerId))?.id ?? '');
    for (const url of [`accounts/${account}`, `customers/${cus(customerId)}`]) {
      const lines: any[] = [];
      for (let cursor = ''; lines.length < 9;) {
        const { body } = await get(`${url}/entries?limit=2${cursor}`);
        lines.push(...body.items);
        if (!body.nextCursor) break;
        cursor = `&cursor=${body.nextCursor}`;
      }
      expect(
        lines.map(({ seq, delta, balanceAfter, debtAfter }) => [seq, delta, balanceAfter, debtAfter]),
      ).toEqual([
        [5, -9, 0, 21],
        [4, -50, 9, 0],
        [3, 9, 59, 0],
        [2, 20, 50, 0],
        [1, 30, 30, 0],
      ]);
      expect(lines[4]).toMatchObject({ kind: 'earn', reason: '签到', accountId: account });
      expect((await get(`${url}/balance`)).body).toMatchObject({
        posted: 0,
        available: 0,
        held: 0,
        debt: 21,
      });
      expect((await get(`${url}/balance?at=${between}`)).body).toMatchObject({
        posted: 59,
        debt: 0,
        held: null,
      });
      expect((await get(`${url}/balance?at=${begin}`)).body).toMatchObject({ posted: 0, debt: 0 });
      expect(await answer(get(`${url}/balance?at=${at(1)}`))).toBe('422 loyalty.instant_in_future');
      expect(await answer(get(`${url}/entries`, stranger))).toMatch(/^404 loyalty/);
    }
    expect(await answer(get('accounts/acc_x/entries'))).toBe('404 loyalty.account_not_found');
  });

  it('tell upcoming expiries by instant, and do not count what is past its expiry before the sweep has come', async () => {
    const customerId = await newCustomer(5);
    const early = new Date(at(10));
    await world.post(
      { customerId, amount: 30, expiresAt: early },
      { customerId, amount: 20, expiresAt: early },
    );
    await world.post({ customerId, amount: 9, expiresAt: new Date(at(20)) });
    const url = `customers/${cus(customerId)}`;
    const page = await get(`${url}/expiries?limit=1`);
    expect(page.body.items).toEqual([{ expiresAt: early.toISOString(), points: 50, held: 0 }]);
    expect((await get(`${url}/expiries?limit=1&cursor=${page.body.nextCursor}`)).body.items).toMatchObject([
      { points: 9 },
    ]);
    world.http.clock.set(early);
    expect((await get(`${url}/balance`)).body).toMatchObject({ posted: 64, available: 14 });
    expect(await world.run(() => world.http.get(ExpirePoints).step())).toBe(2);
    expect((await get(`${url}/balance`)).body).toMatchObject({ posted: 14, available: 14 });
    expect((await get(`${url}/entries?limit=1`)).body.items).toMatchObject([{ kind: 'expire', delta: -50 }]);
  });
});

it('reads statements and due lots along indexes: of 60,000 entries a page touches few blocks', async () => {
  const customers = await world.customers(60);
  await world.post(...customers.map((customerId) => ({ customerId })));
  const [first] = await world.sql<{ id: string; transfer: string }>(
    `SELECT a.id, e.transfer_id AS transfer FROM loyalty.accounts a
       JOIN loyalty.entries e ON e.corp_id = a.corp_id AND e.account_id = a.id WHERE a.customer_id = $1`,
    [customers[0]],
  );
  const from = `FROM loyalty.accounts a, generate_series(2, 1001) AS n WHERE a.customer_id = ANY($1::uuid[])`;
  await world.sql(
    `INSERT INTO loyalty.entries SELECT a.corp_id, a.id, n, $2, 'earn', 0, 1, 0, 0, a.recorded_at + n * interval '1 ms', ''
       ${from} AND a.posted > 0`,
    [customers, first?.transfer],
  );
  await world.sql(
    `INSERT INTO loyalty.lots SELECT a.corp_id, a.id, n, 1, 1, 0, $2::timestamptz + n * interval '1 h' ${from} AND a.posted > 0`,
    [customers, world.http.clock.now()],
  );
  await world.sql('ANALYZE loyalty.entries, loyalty.lots, loyalty.accounts, loyalty.transfers');
  const now = world.http.clock.now();
  const [statements, due] = [world.http.get(Statements), world.http.get(ExpiredLots)];
  const account = [first?.id ?? ''];
  const place = {
    at: new Date(now.getTime() + 500).toISOString(),
    accountId: account[0] as string,
    seq: 500,
  };
  expect(await blocksOf(world, () => statements.entries(account, place, 51))).toBeLessThan(60);
  expect(await blocksOf(world, () => statements.balanceAt(account, now))).toBeLessThan(12);
  expect(await blocksOf(world, () => statements.expiries(account, undefined, 51))).toBeLessThan(60);
  expect(await blocksOf(world, () => due.lock(now, 200, 1_000))).toBeLessThan(12);
});

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
