import { randomUUID } from 'node:crypto';
import { parsePublicId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

let world: LedgerWorld;
let cus: string;
let program: string;
const NOBODY = '0190b5f0-0000-7000-8000-000000000000';

beforeAll(async () => {
  world = await startLedgerWorld();
  [cus = ''] = (await world.customers(1)).map((id) => toPublicId('cus', id));
  program = toPublicId('prg', world.program.id);
});
afterAll(() => world.close());

const order = (over: object = {}) => ({
  key: randomUUID(),
  customerId: cus,
  kind: 'earn',
  amount: 10,
  ...over,
});
const transfers = (body: object) => world.call('POST', '/v1/loyalty/transfers', body);

describe('programs', () => {
  it('are made with the wallets that every program has, listed and ended', async () => {
    const club = { key: 'tea-club', nameZh: '茶友会', nameEn: 'Tea club' };
    const beans = {
      key: 'beans',
      kind: 'spendable',
      nameZh: '豆',
      nameEn: 'Beans',
      expiryKind: 'days',
      expiryCount: 30,
    };
    const made = await world.call('POST', '/v1/loyalty/programs', { ...club, wallets: [beans] });
    expect(made).toMatchObject({ status: 201, body: { ...club, timeZone: 'Asia/Shanghai', endedAt: null } });
    expect(made.body.wallets.map(({ key }: { key: string }) => key)).toEqual(['beans', 'growth', 'points']);
    const path = `/v1/loyalty/programs/${made.body.id}`;
    expect(await world.call('POST', '/v1/loyalty/programs', club)).toMatchObject({
      status: 409,
      body: { code: 'loyalty.program_exists' },
    });
    const wallet = {
      kind: 'spendable',
      nameZh: '积分',
      nameEn: 'Points',
      expiryKind: 'year_end',
      expiryCount: 2,
    };
    expect((await world.call('PUT', `${path}/wallets/points`, wallet)).body.wallets[2]).toMatchObject({
      expiryKind: 'year_end',
      expiryCount: 2,
    });
    await world.call('POST', '/v1/loyalty/transfers', order({ programId: made.body.id, wallet: 'beans' }));
    const [lot] = await world.sql(`SELECT expires_at AS at FROM loyalty.lots WHERE expires_at IS NOT NULL`);
    expect(lot).toEqual({ at: new Date('2026-12-22T16:00:00Z') }); // the end of the 30th day in Shanghai
    expect((await world.call('POST', `${path}/end`)).body.endedAt).toEqual(expect.any(String));
    expect((await world.call('GET', '/v1/loyalty/programs')).body.items).toHaveLength(2);
  });

  it.each([
    [{ key: 'x', nameZh: 'x', nameEn: 'x', timeZone: 'Mars/Base' }, 'loyalty.time_zone_unknown'],
    [{ key: 'x', nameZh: 'x', nameEn: 'x', timeZone: '+08:00' }, 'loyalty.time_zone_unknown'],
    [{ key: 'x', nameZh: 'x', nameEn: 'x', timeZone: 'CTT' }, 'loyalty.time_zone_unknown'],
    [{ key: 'X!', nameZh: 'x', nameEn: 'x' }, 'http.validation_failed'],
  ])('refuse %j', async (body, code) => {
    expect((await world.call('POST', '/v1/loyalty/programs', body)).body).toMatchObject({ code });
  });
});

it('books, shows, takes back, and says what a customer has', async () => {
  const earned = await transfers(order({ amount: 100 }));
  expect(earned).toMatchObject({
    status: 200,
    body: { replayed: false, entries: [{ delta: 100, customerId: cus }] },
  });
  const id = earned.body.transferId;
  const half = await world.call('POST', `/v1/loyalty/transfers/${id}/reverse`, { key: 'half', amount: 50 });
  expect(half.body.entries).toMatchObject([{ kind: 'reverse', delta: -50, balanceAfter: 50 }]);
  const shown = await world.call('GET', `/v1/loyalty/transfers/${id}`);
  expect(shown.body).toMatchObject({ kind: 'earn', amount: 100, reversedAmount: 50, programId: program });
  expect(
    await world.call('POST', `/v1/loyalty/transfers/${id}/reverse`, { key: 'more', amount: 51 }),
  ).toMatchObject({
    status: 409,
    body: { code: 'loyalty.reversal_exceeds' },
  });
  const { body } = await world.call('GET', `/v1/loyalty/customers/${cus}/accounts`);
  expect(body.items.find((one: any) => one.programId === program && one.wallet === 'points')).toMatchObject({
    balance: 50,
    available: 50,
    held: 0,
    debt: 0,
    earnedTotal: 50,
    version: 2,
  });
});

it('leaves the keys under which the program itself books to the program', async () => {
  for (const key of ['check-in:x', 'rule:x', 'exchange:x:cancel', 'opening:1:2', 'hold:x'])
    expect(await transfers(order({ key }))).toMatchObject({
      status: 400,
      body: { code: 'http.validation_failed', errors: [{ pointer: '/key' }] },
    });
  expect((await transfers(order({ key: 'rules of the house' }))).status).toBe(200);
});

it('answers each of many, the wrong ones too, and the same again', async () => {
  const unknown = toPublicId('cus', NOBODY);
  const items = Array.from({ length: 1_000 }, (_, n) =>
    order({ customerId: n % 10 ? cus : unknown, amount: 1 }),
  );
  const first = await world.call('POST', '/v1/loyalty/transfers/bulk', { transfers: items });
  const outcomes = first.body.results.map(({ outcome, error }: any) => error ?? outcome);
  expect(outcomes).toEqual(items.map((_, n) => (n % 10 ? 'posted' : 'loyalty.customer_not_found')));
  const again = await world.call('POST', '/v1/loyalty/transfers/bulk', { transfers: items });
  expect(again.body.results[1].posted).toEqual({ ...first.body.results[1].posted, replayed: true });
});

it('refuses what is wrong with a code and never with a fault', async () => {
  const invalid = [
    { amount: -1 },
    { amount: 1.5 },
    { amount: '10' },
    { amount: 1e13 },
    { key: '' },
    { kind: 'adjust' },
    { customerId: 'cus_x' },
    { effectiveAt: 'soon' },
    { more: 1 },
  ];
  for (const over of invalid) expect(await transfers(order(over))).toMatchObject({ status: 400 });
  const refused: [object, number, string][] = [
    [{ wallet: 'gold' }, 404, 'wallet_not_found'],
    [{ programId: toPublicId('prg', NOBODY) }, 404, 'program_not_found'],
    [{ customerId: toPublicId('cus', NOBODY) }, 404, 'customer_not_found'],
    [{ kind: 'spend', amount: 1_000_000 }, 409, 'points_insufficient'],
    [{ kind: 'spend', wallet: 'growth' }, 422, 'wallet_not_spendable'],
    [{ effectiveAt: '2027-01-01T00:00:00Z' }, 422, 'time_in_future'],
    [{ effectiveAt: '2001-01-01T00:00:00Z' }, 422, 'time_too_old'],
  ];
  for (const [over, status, code] of refused)
    expect(await transfers(order(over))).toMatchObject({ status, body: { code: `loyalty.${code}` } });
});

it('lets an earning move the expiry of what is there, where the wallet says so', async () => {
  const wallet = { kind: 'spendable', nameZh: '活', nameEn: 'Live', expiryKind: 'days', expiryCount: 10 };
  await world.call('PUT', `/v1/loyalty/programs/${program}/wallets/live`, {
    ...wallet,
    extendsOnEarning: true,
  });
  await new Promise((resolve) => setTimeout(resolve, 1_100)); // postings follow within a second
  const live = { wallet: 'live', amount: 5 };
  await transfers(order(live));
  world.http.clock.advance(5 * 86_400_000);
  await transfers(order(live));
  const lots = await world.sql(
    `SELECT l.remaining::int, l.expires_at AS at FROM loyalty.lots l JOIN loyalty.accounts a ON a.id = l.account_id
       JOIN loyalty.wallets w ON w.id = a.wallet_id WHERE w.key = 'live'`,
  );
  const lot = { remaining: 5, at: new Date('2026-12-07T16:00:00Z') };
  expect(lots).toEqual([lot, lot]);
  world.http.clock.advance(30 * 86_400_000);
  const { body } = await world.call('GET', `/v1/loyalty/customers/${cus}/accounts`);
  expect(body.items.find((one: any) => one.wallet === 'live')).toMatchObject({ balance: 10, available: 0 });
  expect((await transfers(order({ ...live, kind: 'spend' }))).body.code).toBe('loyalty.points_insufficient');
});

it('enrols, freezes and unfreezes members', async () => {
  const [other = ''] = (await world.customers(1)).map((id) => toPublicId('cus', id));
  const customerIds = [other, toPublicId('cus', NOBODY)];
  const enrolled = await world.call('POST', `/v1/loyalty/programs/${program}/members`, { customerIds });
  const [{ memberId }, missing] = enrolled.body.results;
  expect(missing.error).toBe('loyalty.customer_not_found');
  const frozen = await world.call('POST', `/v1/loyalty/members/${memberId}/freeze`, { reason: 'fraud' });
  expect(frozen.body).toMatchObject({
    customerId: other,
    frozenReason: 'fraud',
    frozenAt: expect.any(String),
  });
  expect((await transfers(order({ customerId: other, kind: 'spend' }))).body.code).toBe(
    'loyalty.member_frozen',
  );
  expect((await world.call('POST', `/v1/loyalty/members/${memberId}/unfreeze`)).body.frozenAt).toBeNull();
  expect((await world.call('GET', `/v1/loyalty/members/${memberId}`)).body.programId).toBe(program);
  expect((await world.call('GET', `/v1/loyalty/programs/${program}/members`)).body.items).toHaveLength(2);
});

it('knows no ids of others, and no guessed ones', async () => {
  const foreign = await world.http.addCorp();
  const key = await world.http.corpKey(foreign.id, ['loyalty:read', 'loyalty:write']);
  const { transferId, entries } = (await transfers(order())).body;
  const reads = [
    `/v1/loyalty/programs/${program}`,
    `/v1/loyalty/programs/${program}/members`,
    `/v1/loyalty/members/${entries[0].memberId}`,
    `/v1/loyalty/transfers/${transferId}`,
    `/v1/loyalty/customers/${cus}/accounts`,
  ];
  for (const url of reads) {
    expect([url, (await world.call('GET', url, undefined, key)).status]).toEqual([url, 404]);
    const guessed = url.replace(/_[0-9a-z]{26}/, '_nonsense');
    expect([guessed, (await world.call('GET', guessed)).status]).toEqual([guessed, 404]);
  }
  const body = { key: 'k' };
  expect((await world.call('POST', `/v1/loyalty/transfers/${transferId}/reverse`, body, key)).status).toBe(
    404,
  );
  expect((await world.call('POST', '/v1/loyalty/transfers', order(), key)).body.code).toBe(
    'loyalty.customer_not_found',
  );
  expect(parsePublicId('ptr', transferId)).toEqual(expect.any(String));
});

it('tells what was posted, and which of it a page of the customer shows', async () => {
  await transfers(order({ amount: 3 }));
  const [event] = await world.sql<{ payload: any }>(
    `SELECT payload FROM platform.events WHERE name = 'loyalty.points_posted' ORDER BY id DESC LIMIT 1`,
  );
  expect(event?.payload.entries).toMatchObject([{ delta: 3, kind: 'earn', isMain: true }]);
});
