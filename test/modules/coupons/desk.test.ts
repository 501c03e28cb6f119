import { randomUUID } from 'node:crypto';
import { couponFigureLaws } from '../../../src/invariants/coupon-figures.laws.js';
import { DeskModule } from '../../../src/modules/coupons/desk/desk.module.js';
import { CloseDays } from '../../../src/modules/coupons/desk/use-cases/close-days.js';
import { Codes } from '../../../src/modules/coupons/codes/use-cases/codes.js';
import { CouponStore } from '../../../src/modules/coupons/life/persistence/coupon-store.js';
import { EndCoupons } from '../../../src/modules/coupons/life/use-cases/end-coupons.js';
import { ReleaseLocks } from '../../../src/modules/coupons/redemption/use-cases/release-locks.js';
import { ApiKeys } from '../../../src/platform/auth/api-keys.js';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { type ClaimsWorld, startClaimsWorld } from './claims-world.js';

let world: ClaimsWorld;
let customer: string;
let ofA: string;
let ofAll: string;
let here: string;
const stores = new Map<string, string>();
const cpn = (id: string) => toPublicId('cpn', id);
const MINUTE_MS = 60_000;
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS).toISOString();

/** A store needs a code and a zone only; its days are those of the zone. */
async function openStore(code: string, timeZone: string): Promise<void> {
  stores.set(code, randomUUID());
  await world.sql(
    `INSERT INTO staff.stores (corp_id, id, code, name, time_zone, department_ids, created_at)
     VALUES ($1, $2, $3, 'store', $4, '{}', now())`,
    [world.corpId, stores.get(code), code, timeZone],
  );
}

const keyFor = async (storeCodes?: string[]) =>
  (
    await world.http
      .get(ApiKeys)
      .createCorpKey(world.corpId, { owner: 'till', storeCodes }, ['coupons:redeem'])
  ).key;

beforeAll(async () => {
  world = await startClaimsWorld([{ module: DeskModule }]);
  [customer = ''] = await world.customers(1);
  await openStore('上海-01', 'Asia/Shanghai');
  await openStore('B', 'America/New_York');
  ofA = await keyFor(['上海-01', 'gone']);
  ofAll = await keyFor();
  here = await world.batch({ stock: 500, perPerson: 500 });
});
afterAll(() => world.close());

const call = async (method: string, path: string, payload?: object, key = ofA, store = '上海-01') => {
  const url = `/v1/coupons/desk/${encodeURIComponent(store)}/${path}`;
  const answer = await world.http.call(key, { method, url, ...(payload && { payload }) });
  return { status: answer.statusCode, body: answer.json<any>() };
};
const post = (path: string, payload: object, key?: string, store?: string) =>
  call('POST', path, payload, key, store);
const issue = async (batchId = here, customerId = customer) => {
  const [result] = await world.issue({ batchId, customerId });
  if (result?.outcome !== 'issued') throw new Error('not issued');
  return result.couponId;
};
const order = (id: string = randomUUID(), total = 10_000) => ({ id, total });
const redeem = (couponId: string, more: object = {}, key?: string, store?: string) =>
  post(
    'redemptions',
    { couponId: cpn(couponId), order: order(), requestNo: randomUUID(), ...more },
    key,
    store,
  );
/** As if the lock had begun and ended so long ago: the row is past its guards, for the database's clock is nobody's to set. */
const moveLock = async (couponId: string, from: string, until: string, alsoExpires = false) => {
  await world.sql('ALTER TABLE coupons.coupons DISABLE TRIGGER USER');
  await world.sql(
    `UPDATE coupons.coupons SET valid_from = $3, state_at = $3, locked_until = $4,
            valid_until = CASE WHEN $5::boolean THEN $4::timestamptz ELSE valid_until END WHERE corp_id = $1 AND id = $2`,
    [world.corpId, couponId, from, until, alsoExpires],
  );
  await world.sql('ALTER TABLE coupons.coupons ENABLE TRIGGER USER');
};

describe('a desk keeps to the stores of its key', () => {
  it('looks up by code and by member, only what this store may redeem', async () => {
    const mine = await issue();
    const elsewhere = await world.batch({ stock: 5 });
    await world.sql('ALTER TABLE coupons.template_versions DISABLE TRIGGER USER');
    await world.sql(
      `UPDATE coupons.template_versions v SET terms = terms || '{"conditions":{"stores":["B"]}}'
        FROM coupons.batches b WHERE b.corp_id = $1 AND b.id = $2 AND v.corp_id = $1 AND v.id = b.version_id`,
      [world.corpId, elsewhere],
    );
    await world.sql('ALTER TABLE coupons.template_versions ENABLE TRIGGER USER');
    const theirs = await issue(elsewhere);
    const held = await post('look-ups', { customerId: toPublicId('cus', customer) });
    const seen = { id: cpn(mine), state: 'claimed', kind: 'fixed', usableHere: true };
    expect(held.body).toMatchObject({ customerId: toPublicId('cus', customer), coupons: [seen] });
    const codeOf = (id: string) =>
      world.run(
        async () => (await world.http.get(Codes).open(await world.http.get(CouponStore).byIds([id])))[0],
      );
    const found = await post('look-ups', { code: await codeOf(theirs) });
    expect(found.body.coupons).toMatchObject([{ id: cpn(theirs), usableHere: false }]);
    expect((await redeem(theirs)).body.code).toBe('coupons.store_excluded');
    await world.post({ customerId: customer, kind: 'earn', amount: 1 } as object);
    const [row] = await world.sql<{ id: string }>(
      'SELECT id FROM loyalty.members WHERE corp_id = $1 AND customer_id = $2',
      [world.corpId, customer],
    );
    const byMember = await post('look-ups', { memberId: toPublicId('mem', row?.id ?? '') });
    expect(byMember.body).toEqual(held.body);
    for (const [payload, code] of [
      [{}, 'coupons.look_up_unclear'],
      [{ code: 'X', customerId: toPublicId('cus', customer) }, 'coupons.look_up_unclear'],
      [{ code: '0000-0000-0000-0000-0' }, 'coupons.coupon_not_found'],
      [{ memberId: toPublicId('mem', randomUUID()) }, 'loyalty.member_not_found'],
    ] as const)
      expect((await post('look-ups', payload)).body.code).toBe(code);
  });

  it('refuses other stores, unknown and closed ones, and every door that keeps to none', async () => {
    const coupon = await issue();
    const use = { couponId: cpn(coupon), order: order() };
    for (const [path, payload] of [
      ['look-ups', { customerId: toPublicId('cus', customer) }],
      ['validate', use],
      ['lock', use],
      ['release', { couponId: cpn(coupon), orderId: 'x' }],
      ['redemptions', { ...use, requestNo: 'r1' }],
      [`redemptions/${toPublicId('rdm', randomUUID())}/reverse`, { requestNo: 'r2' }],
    ] as const) {
      const foreign = await post(path, payload, ofA, 'B');
      expect([path, foreign.status, foreign.body.code]).toEqual([path, 403, 'coupons.store_of_others']);
      expect((await post(path, payload, ofA, 'gone')).body.code).toBe('coupons.store_unknown');
    }
    expect((await call('GET', 'closings', undefined, ofA, 'B')).body.code).toBe('coupons.store_of_others');
    const open = await world.http.call(ofA, {
      method: 'POST',
      url: '/v1/coupons/redemptions',
      payload: { ...use, requestNo: 'r3' },
    });
    expect(open.json()).toMatchObject({ status: 403, code: 'auth.key_of_stores' });
    const [row] = await world.sql(
      'SELECT state, version FROM coupons.coupons WHERE corp_id = $1 AND id = $2',
      [world.corpId, coupon],
    );
    expect(row).toEqual({ state: 'claimed', version: 0 });
  });

  it('releases and takes back only what this store locked and redeemed', async () => {
    const coupon = await issue();
    const orderId = randomUUID();
    const at = { couponId: cpn(coupon), order: order(orderId) };
    expect((await post('lock', at, ofAll, 'B')).status).toBe(200);
    expect((await post('release', { couponId: cpn(coupon), orderId })).body.code).toBe(
      'coupons.coupon_locked',
    );
    expect((await post('release', { couponId: cpn(coupon), orderId }, ofAll, 'B')).body.state).toBe(
      'claimed',
    );
    await post('lock', at, ofAll, 'B'); // tills of two stores may give their orders the same number
    for (const [path, more] of [
      ['lock', {}],
      ['redemptions', { requestNo: randomUUID() }],
    ] as const)
      expect((await post(path, { ...at, ...more })).body.code).toBe('coupons.coupon_locked');
    expect((await post('validate', at)).body.refusal).toBe('coupon_locked');
    const done = await redeem(coupon, { order: at.order }, ofAll, 'B');
    expect(done).toMatchObject({
      status: 200,
      body: { discount: 500, storeId: toPublicId('sto', stores.get('B') ?? '') },
    });
    const back = (key: string, store: string) =>
      post(`redemptions/${done.body.id}/reverse`, { requestNo: `back ${done.body.id}` }, key, store);
    expect((await back(ofA, '上海-01')).body.code).toBe('coupons.redemption_not_found');
    expect((await back(ofAll, 'B')).body).toMatchObject({ amount: 500, returned: true });
  });
});

describe('a desk without network', () => {
  it('redeems later within its lock, although lock and coupon are over by now and the sweeps have come by', async () => {
    const coupon = await issue();
    const held = order();
    expect((await post('lock', { couponId: cpn(coupon), order: held })).status).toBe(200);
    await moveLock(coupon, minutesAgo(90), minutesAgo(30), true);
    await world.run(async () => {
      await world.http.get(ReleaseLocks).ended();
      await world.http.get(EndCoupons).expire();
    });
    const at = minutesAgo(45);
    const late = await redeem(coupon, { order: held, at });
    expect(late).toMatchObject({ status: 200, body: { redeemedAt: at, replayed: false } });
    const [row] = await world.sql<{ late: boolean }>(
      `SELECT recorded_at > now() - interval '5 minutes' AS late FROM coupons.redemptions WHERE corp_id = $1 AND coupon_id = $2`,
      [world.corpId, coupon],
    );
    expect(row).toEqual({ late: true });
  });

  it('has no right beyond its lock: later than it, or after another order took the coupon, now is what counts', async () => {
    const [over, taken] = [await issue(), await issue()];
    const [held, other] = [order(), order()];
    for (const coupon of [over, taken]) {
      await post('lock', { couponId: cpn(coupon), order: held });
      await moveLock(coupon, minutesAgo(90), minutesAgo(30));
    }
    const beyond = await redeem(over, { order: held, at: minutesAgo(20) });
    expect(Date.parse(beyond.body.redeemedAt)).toBeGreaterThan(Date.now() - 5 * MINUTE_MS);
    expect((await post('lock', { couponId: cpn(taken), order: other }, ofAll, 'B')).status).toBe(200);
    expect((await redeem(taken, { order: held, at: minutesAgo(45) })).body.code).toBe(
      'coupons.coupon_locked',
    );
    expect((await redeem(taken, { at: new Date(Date.now() + 60 * MINUTE_MS).toISOString() })).body.code).toBe(
      'coupons.clock_ahead',
    );
  });
});

describe('daily closings', () => {
  /** What was recorded moves to another time, as if it had been done then. */
  const recordedAt = async (couponId: string, at: string) => {
    await world.sql(
      'UPDATE coupons.redemptions SET recorded_at = $3, redeemed_at = $3 WHERE corp_id = $1 AND coupon_id = $2',
      [world.corpId, couponId, at],
    );
  };
  const close = () => world.http.get(CloseDays).closeEnded(world.corpId);
  const laws = (id: string) =>
    world.sql<{ ok: boolean }>(couponFigureLaws.find((law) => law.id === id)?.rows ?? '', [world.corpId]);

  it("cut at the store's midnight, are stored once, and equal a recount", async () => {
    await openStore('C', 'America/New_York');
    const key = await keyFor(['C']);
    const [day] = await world.sql<{ first: string; last: string; midnight: Date }>(
      `SELECT (d - 3)::text AS first, (d - 1)::text AS last, (d - 2)::timestamp AT TIME ZONE 'America/New_York' AS midnight
         FROM (SELECT (now() AT TIME ZONE 'America/New_York' - interval '20 minutes')::date AS d) today`,
    );
    if (!day) throw new Error('no day');
    const before = await issue();
    const after = await issue();
    for (const [coupon, staffId] of [
      [before, 'lin'],
      [after, 'chen'],
    ] as const) {
      expect((await redeem(coupon, { staffId }, key, 'C')).status).toBe(200);
    }
    await recordedAt(before, new Date(day.midnight.getTime() - 1).toISOString());
    await recordedAt(after, day.midnight.toISOString());
    const preview = await call('GET', `closings/${day.first}`, undefined, key, 'C');
    expect(preview.body).toMatchObject({ closedAt: null, redeemed: 1, lines: [{ staffId: 'lin' }] });
    await close();
    await close();
    const { body } = await call('GET', 'closings', undefined, key, 'C');
    expect(body.items.slice(-2)).toMatchObject([
      { redeemed: 1, discount: 500, revenue: 10_000, lines: [{ staffId: 'chen', redeemed: 1 }] },
      {
        day: day.first,
        redeemed: 1,
        offline: 0,
        reversals: 0,
        lines: [{ staffId: 'lin', batchId: toPublicId('cpb', here) }],
      },
    ]);
    expect(body.items).toContainEqual(
      expect.objectContaining({ day: day.last, closedAt: expect.any(String) }),
    );
    expect((await call('GET', `closings/${day.first}`, undefined, key, 'C')).body).toEqual(body.items.at(-1));
    expect((await laws('C-13c')).every(({ ok }) => ok)).toBe(true);
    await expect(world.sql('UPDATE coupons.closings SET redeemed = 9')).rejects.toThrow();
    for (const bad of ['2026-02-30', 'today', '2199-01-01'])
      expect((await call('GET', `closings/${bad}`, undefined, key, 'C')).body.code).toBe(
        'coupons.closing_not_found',
      );
    // what a closing does not say, the law sees
    await recordedAt(after, new Date(day.midnight.getTime() - 2).toISOString());
    expect((await laws('C-13c')).filter(({ ok }) => !ok)).toHaveLength(2);
  });

  it('count what is taken back on its own day, and no day before the first redemption', async () => {
    await openStore('D', 'Asia/Shanghai');
    const key = await keyFor(['D']);
    await close();
    expect((await call('GET', 'closings', undefined, key, 'D')).body.items).toEqual([]);
    const coupon = await issue();
    const { body } = await redeem(coupon, {}, key, 'D');
    await recordedAt(coupon, minutesAgo(3 * 24 * 60));
    const part = { requestNo: randomUUID(), amount: 200 };
    const back = await post(`redemptions/${body.id}/reverse`, part, key, 'D');
    await close();
    const { items } = (await call('GET', 'closings', undefined, key, 'D')).body;
    expect(items.at(-1)).toMatchObject({ redeemed: 1, discount: 500, reversals: 0, revenue: 10_000 });
    const { body: list } = await call('GET', 'closings?limit=1', undefined, key, 'D');
    const next = await call('GET', `closings?limit=1&cursor=${list.nextCursor}`, undefined, key, 'D');
    expect(next.body.items).toEqual([items[1]]);
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(
      new Date(back.body.at),
    );
    const now = await call('GET', `closings/${today}`, undefined, key, 'D');
    expect(now.body).toMatchObject({
      closedAt: null,
      redeemed: 0,
      reversals: 1,
      givenBack: 200,
      revenue: -4_000,
    });
  });
});
