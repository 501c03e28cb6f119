import { randomUUID } from 'node:crypto';
import { ExpiredLots } from '../../../src/modules/loyalty/ledger/expiry/persistence/expired-lots.js';
import { ExpirePoints } from '../../../src/modules/loyalty/ledger/expiry/use-cases/expire-points.js';
import { Statements } from '../../../src/modules/loyalty/ledger/statements/queries/statements.js';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { JobHandlers } from '../../../src/platform/jobs/job-handlers.js';
import { blocksOf } from './blocks-of.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

const HOUR_MS = 3_600_000;
const RUN = { attempt: 1, attemptsMax: 2, signal: new AbortController().signal };

let world: LedgerWorld;
let reader: string;
let stranger: string;
let programId: string;
beforeAll(async () => {
  world = await startLedgerWorld();
  programId = toPublicId('prg', world.program.id);
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

  it('ends though its own job was lost', async () => {
    const customerId = await newCustomer(100);
    const { body } = await post('holds', hold(customerId));
    const sweep = world.http
      .get(JobHandlers)
      .all()
      .find(({ name }) => name === 'loyalty.expire_holds');
    await sweep?.handle({ corpId: world.corpId }, RUN);
    expect((await get(`holds/${body.id}`)).body.state).toBe('open');
    world.http.clock.advance(2 * HOUR_MS);
    await sweep?.handle({ corpId: world.corpId }, RUN);
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
