import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { OpeningStep } from '../../../src/modules/loyalty/openings/use-cases/opening-step.js';
import { RunOpening } from '../../../src/modules/loyalty/openings/use-cases/run-opening.js';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { OperationAnswers } from '../../../src/platform/operations/operation-answers.js';
import type { OperationId } from '../../../src/platform/operations/operation.js';
import { ledgerFaults } from '../../support/ledger-oracle.js';
import { type LevelsWorld, startLevelsWorld } from './levels-world.js';

const DAY_MS = 86_400_000;
const RUN = { attempt: 1, attemptsMax: 1 };

let world: LevelsWorld;
let programId: string;
beforeAll(async () => {
  world = await startLevelsWorld();
  programId = toPublicId('prg', world.program.id);
  await world.activate({ policy: 'by_score', period: { kind: 'months', months: 12 } });
});
afterAll(() => world.close());

interface Row {
  key: string;
  customerId: string;
  points: number;
  wallet?: string;
  expiresAt?: string | null;
  level?: { key: string; since: string };
}
const post = (url: string, body: object) => world.call('POST', `/v1/loyalty/openings${url}`, body);
const inDays = (days: number) => new Date(world.http.clock.now().getTime() + days * DAY_MS).toISOString();
const row = (customerId: string, points: number, over: Partial<Row> = {}): Row => ({
  key: randomUUID(),
  customerId: toPublicId('cus', customerId),
  points,
  ...over,
});
const sumOf = (rows: Row[]) => rows.reduce((sum, { points }) => sum + points, 0);

async function stage(rows: Row[], sums = { rows: rows.length, points: sumOf(rows) }): Promise<string> {
  const made = await post('', { programId, name: '旧系统余额', ...sums });
  expect(made.status).toBe(201);
  const { body } = await post(`/${made.body.id}/rows`, { rows });
  expect(body.results).toEqual(rows.map(() => ({ status: 'staged' })));
  return made.body.id;
}
/** What a worker does. */
async function work(id: string, signal = new AbortController().signal): Promise<any> {
  const openingId = parsePublicId('opn', id) ?? '';
  await world.http.get(RunOpening).run({ corpId: world.corpId, openingId }, { ...RUN, signal });
  return (await world.call('GET', `/v1/loyalty/openings/${id}`)).body;
}
async function run(id: string, dryRun = false): Promise<any> {
  expect((await post(`/${id}/start`, { dryRun })).status).toBe(202);
  return work(id);
}
async function reverse(id: string): Promise<any> {
  expect((await post(`/${id}/reverse`, {})).status).toBe(202);
  return work(id);
}
const counts = () =>
  world.sql(`SELECT (SELECT count(*) FROM loyalty.entries)::int AS entries, (SELECT count(*) FROM loyalty.lots)::int AS lots,
                    (SELECT count(*) FROM loyalty.members)::int AS members`);
const lots = (customerId: string) =>
  world.sql<{ amount: number; remaining: number; expiresAt: Date | null }>(
    `SELECT l.amount::int, l.remaining::int, l.expires_at AS "expiresAt" FROM loyalty.lots l
       JOIN loyalty.accounts a ON a.corp_id = l.corp_id AND a.id = l.account_id
      WHERE a.customer_id = $1 ORDER BY l.account_id, l.seq`,
    [customerId],
  );
const levelOf = async (customerId: string) => {
  const { path } = await world.memberOf(customerId);
  const { body } = await world.call('GET', path);
  return body.level?.key as string | undefined;
};

it('books lots with their expiry and levels with their date, and the same rows once, whatever import brings them', async () => {
  const [a = '', b = ''] = await world.customers(2);
  const expiresAt = inDays(30);
  const rows = [
    row(a, 100, { expiresAt, level: { key: 'gold', since: inDays(-100) } }),
    row(a, 50),
    row(b, 700, { wallet: 'growth' }),
  ];
  const before = await counts();
  const first = await stage(rows);
  expect(await run(first, true)).toMatchObject({
    state: 'checked',
    bookedRows: 3,
    bookedPoints: 850,
    refusedRows: 0,
  });
  expect(await counts()).toEqual(before);
  expect(await run(first)).toMatchObject({ state: 'done', bookedRows: 3, bookedPoints: 850 });
  expect(await lots(a)).toEqual([
    { amount: 100, remaining: 100, expiresAt: new Date(expiresAt) },
    { amount: 50, remaining: 50, expiresAt: null },
  ]);
  expect([await levelOf(a), await levelOf(b)]).toEqual(['gold', 'silver']);
  const booked = await counts();
  const again = await run(await stage(rows));
  expect(again).toMatchObject({ state: 'done', bookedRows: 0, bookedPoints: 0, repeatedRows: 3 });
  const changed = await run(await stage([{ ...(rows[1] as Row), points: 51 }]));
  expect(changed).toMatchObject({ bookedRows: 0, refusedRows: 1 });
  expect(await counts()).toEqual(booked);
});

it('starts only when rows and points are what the control sums say, and takes a part twice', async () => {
  const [a = ''] = await world.customers(1);
  const rows = [row(a, 10), row(a, 20)];
  for (const sums of [
    { rows: 3, points: 30 },
    { rows: 2, points: 31 },
  ]) {
    const id = await stage(rows, sums);
    expect((await post(`/${id}/rows`, { rows })).body.results).toEqual(
      rows.map(() => ({ status: 'repeated' })),
    );
    expect((await post(`/${id}/rows`, { rows: [{ ...rows[0], points: 11 }] })).body.results).toEqual([
      { status: 'refused', code: 'loyalty.key_reused' },
    ]);
    const answer = await post(`/${id}/start`, { dryRun: false });
    expect(answer).toMatchObject({ status: 422, body: { code: 'loyalty.opening_sums_differ' } });
  }
  const full = await stage(rows);
  expect((await post(`/${full}/rows`, { rows: [row(a, 1)] })).body.code).toBe('loyalty.opening_full');
  expect((await post(`/${full}/rows`, { rows: [row(a, 1.5)] })).status).toBe(400);
  expect((await post(`/${full}/reverse`, {})).body.code).toBe('loyalty.opening_state');
  expect((await post('/opn_x/start', { dryRun: true })).body.code).toBe('loyalty.opening_not_found');
  expect(await world.account(a)).toBeUndefined();
});

it('says of each row that it does not book why, in the dry run as in the real one', async () => {
  const [a = '', busy = ''] = await world.customers(2);
  await world.score(busy, 600);
  const level = { key: 'gold', since: inDays(-1) };
  const rows = [
    row(a, 10),
    row(randomUUID(), 10),
    row(a, 10, { wallet: 'gold' }),
    row(a, 10, { expiresAt: inDays(-1) }),
    row(a, 0, { level: { key: 'tin', since: inDays(-1) } }),
    row(a, 0, { level: { key: 'gold', since: inDays(1) } }),
    row(busy, 5, { level }),
    row(a, 10, { wallet: 'gold', level }),
  ];
  const codes = [
    'customer_not_found',
    'wallet_not_found',
    'opening_row_expired',
    'level_not_found',
    'time_in_future',
  ]
    .concat('opening_level_kept', 'wallet_not_found')
    .map((code) => `loyalty.${code}`);
  const id = await stage(rows);
  for (const dryRun of [true, false]) {
    expect(await run(id, dryRun)).toMatchObject({ bookedRows: 1, bookedPoints: 10, refusedRows: 7 });
    const { body } = await world.call('GET', `/v1/loyalty/openings/${id}/refusals`);
    expect(body.items.map(({ code }: { code: string }) => code)).toEqual(codes);
  }
  expect(await world.account(a)).toMatchObject({ posted: 10 });
  expect(await levelOf(a)).toBe('bronze');
});

it('stops when it is cancelled, and books the rest when it is started again', async () => {
  const [a = ''] = await world.customers(1);
  const rows = [row(a, 10), row(a, 20)];
  const id = await stage(rows);
  const { body } = await post(`/${id}/start`, { dryRun: false });
  // reason for the cast: an operation's public id holds one
  const operationId = parsePublicId('op', body.operationId) as OperationId;
  expect((await post(`/${id}/start`, { dryRun: false })).body.code).toBe('loyalty.opening_state');
  await world.run(async () => void (await world.http.get(OperationAnswers).cancel(operationId)));
  expect(await work(id)).toMatchObject({ state: 'cancelled', bookedRows: 0 });
  expect(await run(id)).toMatchObject({ state: 'done', bookedRows: 2, bookedPoints: 30 });
  expect(await world.account(a)).toMatchObject({ posted: 30 });
});

it('is taken back as a whole though a part went back before, its points raised a level or it was cancelled', async () => {
  const [a = '', b = '', c = ''] = await world.customers(3);
  const whole = await stage([
    row(a, 10),
    row(b, 20, { level: { key: 'silver', since: inDays(-9) } }),
    row(b, 5_000_000, { wallet: 'growth' }),
    row(c, 5_000_000, { wallet: 'growth' }),
  ]);
  expect(await run(whole)).toMatchObject({ state: 'done', bookedRows: 4 });
  expect([await levelOf(b), await levelOf(c)]).toEqual(['platinum', 'platinum']);
  const [one] = await world.sql<{ id: string }>(
    `SELECT transfer_id AS id FROM loyalty.opening_rows WHERE customer_id = $1`,
    [a],
  );
  const back = await world.reverse({ transferId: one?.id ?? '' });
  expect(back).toMatchObject([{ outcome: 'posted' }]);
  expect(await reverse(whole)).toMatchObject({ state: 'reversed', errorCode: null });
  expect([await levelOf(b), await levelOf(c)]).toEqual(['bronze', 'bronze']);

  const customers = await world.customers(501);
  const id = await stage(customers.map((customerId) => row(customerId, 7)));
  const { body } = await post(`/${id}/start`, { dryRun: false });
  const seen = { count: 0 };
  await work(id, new Proxy({} as AbortSignal, { get: () => seen.count++ > 0 })); // one step
  const operationId = parsePublicId('op', body.operationId) as OperationId;
  await world.run(async () => void (await world.http.get(OperationAnswers).cancel(operationId)));
  expect(await work(id)).toMatchObject({ state: 'cancelled', bookedRows: 500 });
  const [held = ''] = customers;
  const [spent] = await world.post({ customerId: held, kind: 'spend', amount: 1 });
  expect(await reverse(id)).toMatchObject({ state: 'failed', errorCode: 'loyalty.opening_used' });
  expect(spent?.outcome).toBe('posted');
  const fresh = await stage(customers.map((customerId) => row(customerId, 7)));
  const second = await post(`/${fresh}/start`, { dryRun: false });
  seen.count = 0;
  await work(fresh, new Proxy({} as AbortSignal, { get: () => seen.count++ > 0 }));
  await world.run(
    async () =>
      void (await world.http
        .get(OperationAnswers)
        .cancel(parsePublicId('op', second.body.operationId) as OperationId)),
  );
  expect(await reverse(fresh)).toMatchObject({ state: 'reversed', errorCode: null });
  expect((await world.account(customers[1] ?? ''))?.posted).toBe(7); // of the first one
});

it('finds in the dry run that a member brings his level twice, however far apart', async () => {
  const customers = await world.customers(500);
  const level = { key: 'gold', since: inDays(-9) };
  const rows = [...customers, customers[0] ?? ''].map((id, at) =>
    row(id, 1, at % 500 === 0 ? { level } : {}),
  );
  const id = await stage(rows);
  for (const dryRun of [true, false]) expect(await run(id, dryRun)).toMatchObject({ refusedRows: 1 });
});

it('goes on where it was stopped, and is taken back as a whole until something else is posted or held', async () => {
  const customers = await world.customers(600);
  const rows = customers.map((id, at) =>
    row(id, 10, at % 100 === 0 ? { level: { key: 'gold', since: inDays(-9) } } : {}),
  );
  const made = await post('', { programId, name: '大批', rows: rows.length, points: sumOf(rows) });
  for (const part of [rows.slice(0, 400), rows.slice(400)])
    await post(`/${made.body.id}/rows`, { rows: part });
  const { id } = made.body;
  await post(`/${id}/start`, { dryRun: false });
  const stopped = { aborted: false, count: 0 };
  const signal = new Proxy({} as AbortSignal, { get: () => stopped.count++ > 0 }); // after one step
  const step = world.http.get(OpeningStep);
  const doStep = step.do.bind(step);
  jest.spyOn(step, 'do').mockImplementationOnce(async (...args) => {
    // another process, believed dead, does this step first and dies then
    expect(await work(id, signal)).toMatchObject({ state: 'running', bookedRows: 500 });
    return doStep(...args);
  });
  const [done, second] = [await work(id), await work(id)];
  expect(done).toMatchObject({ state: 'done', bookedRows: 600, bookedPoints: 6_000 });
  expect(second).toEqual(done);
  const [first = ''] = customers;
  expect(await levelOf(first)).toBe('gold');
  const [spent] = await world.post({ customerId: customers[550] as string, kind: 'spend', amount: 1 });
  const before = await counts();
  expect(await reverse(id)).toMatchObject({ state: 'done', errorCode: 'loyalty.opening_used' });
  expect(await counts()).toEqual(before);
  expect(spent?.outcome).toBe('posted');

  const [alone = ''] = await world.customers(1);
  await world.post({ customerId: alone, amount: 3, expiresAt: null });
  const small = [
    row(alone, 10, { level: { key: 'gold', since: inDays(-9) } }),
    row(alone, 600, { wallet: 'growth' }),
  ];
  const opening = await stage(small);
  expect(await run(opening)).toMatchObject({ bookedRows: 2 });
  expect(await levelOf(alone)).toBe('gold');
  expect(await reverse(opening)).toMatchObject({ state: 'reversed', errorCode: null });
  expect(await world.account(alone)).toMatchObject({ posted: 3, debt: 0 });
  expect(await levelOf(alone)).toBe('bronze');
  expect(await run(await stage([{ ...(small[0] as Row), points: 11 }]))).toMatchObject({ bookedRows: 1 });
  expect(await world.account(alone)).toMatchObject({ posted: 14 });
  expect(await ledgerFaults((sql) => world.sql(sql))).toEqual({});
});
