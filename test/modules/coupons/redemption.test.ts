import { randomUUID } from 'node:crypto';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { type RedemptionWorld, startRedemptionWorld } from './redemption-world.js';

let world: RedemptionWorld;
beforeAll(async () => {
  world = await startRedemptionWorld();
});
afterAll(() => world.close());

const cpn = (id: string) => toPublicId('cpn', id);
const order = (total: number, over: object = {}) => ({ id: randomUUID(), total, ...over });
const post = (path: string, body: object) => world.call('POST', `/v1/coupons${path}`, body, world.till);
const get = (path: string) => world.call('GET', `/v1/coupons${path}`, undefined, world.till);
const rows = async () => {
  const [counts] = await world.sql(
    `SELECT (SELECT count(*)::int FROM coupons.redemptions) AS redemptions, (SELECT count(*)::int FROM coupons.coupon_events) AS moves,
            (SELECT count(*)::int FROM coupons.reversals) AS reversals, (SELECT sum(spent)::int FROM coupons.batch_budgets) AS spent,
            (SELECT sum(version)::int FROM coupons.coupons) AS versions, (SELECT count(*)::int FROM coupons.figures) AS figures,
            (SELECT count(*)::int FROM coupons.batch_days) AS days, (SELECT count(*)::int FROM platform.events) AS told`,
  );
  return counts;
};

it('validates, locks, redeems, takes back in parts and gives the coupon back', async () => {
  const batch = await world.batch({ budget: 5_000, dailyBudget: 5_000 });
  const [id = ''] = await world.coupons(batch);
  const bought = order(2_000);
  const use = { couponId: cpn(id), order: bought, channel: 'mini' };
  expect((await post('/validate', use)).body).toEqual({
    couponId: cpn(id),
    allowed: true,
    refusal: null,
    discount: 500,
    gift: null,
  });
  const locked = await post('/lock', { ...use, seconds: 60 });
  expect(locked).toMatchObject({ status: 200, body: { couponId: cpn(id), discount: 500 } });
  expect(await world.spent(batch)).toEqual({ total: 500, day: 500, booked: 500 });
  expect((await post('/validate', { ...use, order: order(2_000) })).body.refusal).toBe('coupon_locked');
  const redeemed = await post('/redemptions', { ...use, requestNo: 'r1' });
  expect(redeemed).toMatchObject({
    status: 200,
    body: { discount: 500, orderTotal: 2_000, replayed: false },
  });
  expect((await post('/redemptions', { ...use, requestNo: 'r1' })).body).toEqual({
    ...redeemed.body,
    replayed: true,
  });
  expect(await world.spent(batch)).toEqual({ total: 500, day: 500, booked: 500 });
  const path = `/redemptions/${redeemed.body.id}`;
  const part = await post(`${path}/reverse`, { requestNo: 'v1', amount: 200 });
  expect(part.body).toMatchObject({ amount: 200, returned: false });
  expect((await post(`${path}/reverse`, { requestNo: 'v1', amount: 200 })).body).toEqual(part.body);
  expect((await post(`${path}/reverse`, { requestNo: 'v1', amount: 300 })).body.code).toBe(
    'coupons.request_no_reused',
  );
  expect((await post(`${path}/reverse`, { requestNo: 'v2', amount: 301 })).body.code).toBe(
    'coupons.reversal_exceeds',
  );
  expect((await post(`${path}/reverse`, { requestNo: 'v3' })).body).toMatchObject({
    amount: 300,
    returned: true,
  });
  expect(await world.stateOf(id)).toBe('claimed');
  expect(await world.spent(batch)).toEqual({ total: 0, day: 0, booked: 0 });
  expect((await get(path)).body).toMatchObject({
    reversed: 500,
    open: false,
    reversals: [{ amount: 200 }, { amount: 300 }],
  });
  expect((await post('/redemptions', { ...use, requestNo: 'r2' })).status).toBe(200);
  expect((await get(`/redemptions?couponId=${cpn(id)}`)).body.items).toHaveLength(2);
});

it('refuses what is wrong with a code of its own, and writes nothing', async () => {
  const batch = await world.batch({ budget: 100_000 });
  const [id = '', used = ''] = await world.coupons(batch, 2);
  const [other = ''] = await world.customers(1);
  await world.redeem({ id: used, requestNo: 'taken' });
  const before = await rows();
  const body = (over: object) => ({
    couponId: cpn(id),
    order: order(2_000),
    requestNo: randomUUID(),
    ...over,
  });
  const cases: [object, number, string][] = [
    [{ order: order(2_000, { currency: 'USD' }) }, 422, 'currency_unsupported'],
    [{ order: order(-2_000) }, 422, 'order_amount_invalid'],
    [{ order: order(2_000, { shipping: -1 }) }, 422, 'order_amount_invalid'],
    [
      { order: order(1_000, { items: [{ product: 'p', price: -500, quantity: -2 }] }) },
      422,
      'order_amount_invalid',
    ],
    [
      { order: order(2_000, { items: [{ product: 'p', price: 500, quantity: 1 }] }) },
      422,
      'order_total_mismatch',
    ],
    [{ at: new Date(Date.now() + 3_600_000) }, 422, 'clock_ahead'],
    [{ at: new Date(Date.now() - 8 * 86_400_000) }, 422, 'clock_behind'],
    [{ store: 'nowhere' }, 422, 'store_unknown'],
    [{ customerId: toPublicId('cus', other) }, 409, 'coupon_of_other'],
    [{ requestNo: 'taken' }, 422, 'request_no_reused'],
    [{ couponId: cpn(used), requestNo: 'taken' }, 422, 'request_no_reused'],
    [{ couponId: cpn(used) }, 409, 'coupon_redeemed'],
    [{ couponId: cpn(randomUUID()) }, 404, 'coupon_not_found'],
    [{ couponId: undefined, code: 'no such code' }, 404, 'coupon_not_found'],
    [{ code: 'both' }, 400, 'coupon_unnamed'],
    [{ couponId: undefined }, 400, 'coupon_unnamed'],
  ];
  for (const [over, status, code] of cases) {
    const problem = { status, body: { code: `coupons.${code}` } };
    expect(await post('/redemptions', body(over))).toMatchObject(problem);
    if ('at' in over || 'requestNo' in over) continue;
    const use = { ...body(over), requestNo: undefined };
    expect(await post('/lock', use)).toMatchObject(problem);
    const said = await post('/validate', use); // where a redemption is refused it says so; what is wrong is wrong for it, too
    expect(said).toMatchObject(said.status === 200 ? { body: { refusal: code, allowed: false } } : problem);
  }
  expect(await rows()).toEqual(before);
});

it('refuses by the terms, in a dry run as in earnest (C-7, C-11)', async () => {
  const refused = async (spec: object, over: object = {}, days: [number, number] = [-1, 30]) => {
    const [id = ''] = await world.coupons(await world.batch(spec), 1, { days });
    const said = await post('/validate', { couponId: cpn(id), order: order(2_000), ...over });
    const done = await post('/redemptions', {
      couponId: cpn(id),
      order: order(2_000),
      requestNo: randomUUID(),
      ...over,
    });
    expect(done.body.code).toBe(`coupons.${said.body.refusal}`);
    return said.body.refusal;
  };
  const items = [{ product: 'tea', price: 2_000, quantity: 1 }];
  expect(await refused({}, {}, [-2, -1])).toBe('coupon_expired');
  expect(await refused({}, {}, [1, 2])).toBe('coupon_not_yet_valid');
  expect(await refused({ state: 'paused' })).toBe('batch_not_running');
  expect(await refused({ terms: { minimumSpend: 2_001 } })).toBe('minimum_not_reached');
  expect(await refused({ terms: { conditions: { channels: ['app'] } } }, { channel: 'mini' })).toBe(
    'channel_excluded',
  );
  expect(await refused({ terms: { conditions: { stores: ['s1'] } } })).toBe('store_excluded');
  expect(await refused({ terms: { conditions: { levels: ['gold'] } } })).toBe('level_excluded');
  expect(
    await refused({ terms: { conditions: { products: ['cup'] } } }, { order: order(2_000, { items }) }),
  ).toBe('products_excluded');
  expect(await refused({ terms: { benefit: { kind: 'shipping' } } })).toBe('nothing_to_discount');
  expect(await refused({ budget: 499 })).toBe('budget_exhausted');
  expect(await refused({ dailyBudget: 499 })).toBe('daily_budget_exhausted');
});

it('combines as it redeems, and explains each one left out (C-12)', async () => {
  const batchOf = (benefit: object, stacking: object, over: object = {}) =>
    world.batch({ terms: { benefit, stacking: { group: 'g', withOthers: 'all', ...stacking }, ...over } });
  const [fixed = ''] = await world.coupons(await batchOf({ kind: 'fixed', amount: 300 }, {}));
  const [share = ''] = await world.coupons(await batchOf({ kind: 'percentage', percentOff: 50 }, {}));
  const [alone = ''] = await world.coupons(
    await batchOf({ kind: 'fixed', amount: 400 }, { withOthers: 'none' }),
  );
  const [dear = ''] = await world.coupons(
    await batchOf({ kind: 'fixed', amount: 9 }, {}, { minimumSpend: 5_000 }),
  );
  const nobody = randomUUID();
  const bought = order(1_000);
  const coupons = [alone, dear, share, nobody, fixed].map((id) => ({ couponId: cpn(id) }));
  const { body } = await post('/combine', { coupons: [...coupons, { couponId: cpn(share) }], order: bought });
  expect(body).toEqual({
    discount: 650,
    used: [
      { couponId: cpn(fixed), discount: 300, gift: null },
      { couponId: cpn(share), discount: 350, gift: null },
    ],
    leftOut: [
      { couponId: cpn(alone), code: null, reason: 'not_combinable', excludedBy: [cpn(fixed), cpn(share)] },
      { couponId: cpn(dear), code: null, reason: 'minimum_not_reached', excludedBy: [] },
      { couponId: null, code: null, reason: 'coupon_not_found', excludedBy: [] },
      { couponId: cpn(share), code: null, reason: 'coupon_named_twice', excludedBy: [] },
    ],
  });
  for (const { couponId, discount } of body.used)
    expect(
      (await post('/redemptions', { couponId, order: bought, requestNo: randomUUID() })).body.discount,
    ).toBe(discount);
  expect((await post('/validate', { couponId: cpn(alone), order: bought })).body.refusal).toBe(
    'not_combinable',
  );
});

it('combines no more coupons of a batch than its budgets pay for, and what a lock of one reserves is its own', async () => {
  const ids = await world.coupons(await world.batch({ budget: 1_200, dailyBudget: 1_100 }), 4);
  const coupons = ids.map((id) => ({ couponId: cpn(id) }));
  const bought = order(5_000);
  await post('/lock', { ...coupons[3], order: bought });
  const { body } = await post('/combine', { coupons, order: bought });
  expect(body.discount).toBe(1_000);
  expect(body.used.some(({ couponId }: any) => couponId === cpn(ids[3] ?? ''))).toBe(true);
  for (const { couponId, discount } of body.used)
    expect((await post('/lock', { couponId, order: bought })).body.discount).toBe(discount);
  const said = (await post('/validate', { couponId: body.leftOut[0].couponId, order: bought })).body.refusal;
  expect(body.leftOut.map(({ reason }: any) => reason)).toEqual([said, said]);
});

it('combines what an order can still take beside what it has redeemed', async () => {
  const terms = { benefit: { kind: 'fixed', amount: 700 } };
  const [done = '', next = ''] = await world.coupons(await world.batch({ terms }), 2);
  const bought = order(1_000);
  await post('/redemptions', { couponId: cpn(done), order: bought, requestNo: randomUUID() });
  const coupons = [done, next].map((id) => ({ couponId: cpn(id) }));
  const { body } = await post('/combine', { coupons, order: bought });
  expect(body.leftOut).toMatchObject([{ couponId: cpn(done), reason: 'coupon_redeemed' }]);
  expect((await post('/validate', { ...coupons[1], order: bought })).body.discount).toBe(300);
  expect(body.discount).toBe(300);
});

it('says what a coupon is when there is nothing to release any more', async () => {
  const [id = ''] = await world.coupons(await world.batch());
  const bought = order(2_000);
  await post('/lock', { couponId: cpn(id), order: bought });
  await world.endLock(id);
  expect((await post('/release', { couponId: cpn(id), orderId: bought.id })).body.state).toBe('claimed');
});

it('honours a lock on the day of which it reserved, whatever later days may spend', async () => {
  const batch = await world.batch({ dailyBudget: 1_000 });
  const [id = ''] = await world.coupons(batch);
  const use = { couponId: cpn(id), order: order(2_000) };
  await post('/lock', use);
  await world.sql(
    'UPDATE coupons.batches SET daily_budget = 400, version = version + 1 WHERE corp_id = $1 AND id = $2',
    [world.corpId, batch],
  );
  expect((await post('/validate', use)).body.discount).toBe(500);
  expect((await post('/redemptions', { ...use, requestNo: randomUUID() })).body.discount).toBe(500);
});

it('leaves the sums of a redemption to nobody who writes SQL by hand', async () => {
  const [id = ''] = await world.coupons(await world.batch({ budget: 5_000 }));
  const { id: redemption } = await world.redeem({ id });
  const write = (sql: string) => world.sql(sql, [world.corpId, redemption]);
  const reverse = (amount: number) =>
    write(`INSERT INTO coupons.reversals (corp_id, id, redemption_id, request_no, body_hash, amount, returned, at)
           VALUES ($1, gen_random_uuid(), $2, gen_random_uuid(), '', ${amount}, false, now())`);
  const set = (values: string) =>
    write(`UPDATE coupons.redemptions SET ${values} WHERE corp_id = $1 AND id = $2`);
  await expect(reverse(501)).rejects.toThrow('reversal_exceeds');
  await expect(set('reversed = 1')).rejects.toThrow('redemption_reversed');
  await world.reverse({ redemptionId: redemption, amount: 200 });
  await expect(reverse(301)).rejects.toThrow('reversal_exceeds');
  await expect(set('reversed = 100')).rejects.toThrow('redemption_reversed');
  await world.reverse({ redemptionId: redemption });
  await expect(set('open = true')).rejects.toThrow('redemption_closed');
});

it('lets nobody try codes, whatever their form', async () => {
  const [customer = ''] = await world.customers(1);
  const wrong = (n: number) =>
    post('/redemptions', {
      code: `CODE-${n}`,
      customerId: toPublicId('cus', customer),
      order: order(1_000),
      requestNo: randomUUID(),
    });
  for (let n = 0; n < 10; n++) expect((await wrong(n)).body.code).toBe('coupons.coupon_not_found');
  expect(await wrong(10)).toMatchObject({ status: 429, body: { code: 'coupons.too_many_wrong_codes' } });
});
