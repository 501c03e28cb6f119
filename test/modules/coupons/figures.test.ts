import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { couponFigureLaws } from '../../../src/invariants/coupon-figures.laws.js';
import { FiguresModule } from '../../../src/modules/coupons/figures/figures.module.js';
import { TendFigures } from '../../../src/modules/coupons/figures/use-cases/tend-figures.js';
import { RedemptionModule } from '../../../src/modules/coupons/redemption/redemption.module.js';
import { Redemption } from '../../../src/modules/coupons/redemption/use-cases/redemption.js';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { type ClaimsWorld, startClaimsWorld } from './claims-world.js';
import { commands, FigureModel, use } from './figures-model.js';

const ZONES = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'] as const; // 25 hours apart: never the same day
const dayFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
/** The present in every zone. */
const AROUND = { from: dayFromNow(-9), to: dayFromNow(9) };

let world: ClaimsWorld;
let redemption: Redemption;
let tending: TendFigures;
let key: string;
let customers: string[];
const stores = new Map<string, string>();

beforeAll(async () => {
  world = await startClaimsWorld([{ module: RedemptionModule }, { module: FiguresModule }]);
  redemption = world.http.get(Redemption);
  tending = world.http.get(TendFigures);
  key = await world.http.corpKey(world.corpId, ['coupons:read']);
  customers = await world.customers(5);
  for (const code of ['A', 'B']) {
    stores.set(code, randomUUID());
    await world.sql(
      `INSERT INTO staff.stores (corp_id, id, code, name, time_zone, department_ids, created_at)
       VALUES ($1, $2, $3, 'store', 'UTC', '{}', now())`,
      [world.corpId, stores.get(code), code],
    );
  }
});
afterAll(() => world.close());

const lawRows = async (id: string) =>
  world.sql<{ place: string; ok: boolean }>(couponFigureLaws.find((law) => law.id === id)?.rows ?? '', [
    world.corpId,
  ]);
const broken = async () => {
  const rows = [];
  for (const { id } of couponFigureLaws) rows.push(...(await lawRows(id)));
  return rows.filter(({ ok }) => !ok);
};
const ask = async (path: string, as = key) => {
  const answer = await world.http.call(as, { method: 'GET', url: `/v1/coupons/${path}` });
  return { status: answer.statusCode, body: answer.json<any>() };
};

describe('figures (C-13)', () => {
  it('are what a model counts and what a recount finds, folded or not', async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (given) => {
        const batches: string[] = [];
        for (const timeZone of ZONES)
          batches.push(await world.batch({ stock: 100, perPerson: 1_000, timeZone }));
        const model = new FigureModel({ world, customers, stores }, batches);
        for (const { kind, ...numbers } of given) {
          if (kind !== 'fold') await model.do({ kind, ...numbers });
          else await Promise.all([tending.fold(world.corpId), tending.fold(world.corpId)]);
        }
        const seen = await world.sql<{ place: string; counts: number[] }>(
          `SELECT concat_ws('|', array_position($2::uuid[], batch_id) - 1, coalesce(channel, ''), coalesce(store_id::text, ''),
                  coalesce(staff_id, '')) AS place, ARRAY[sum(issued), sum(claimed), sum(redeemed), sum(reversed), sum(cost),
                  sum(revenue)]::float8[] AS counts
             FROM coupons.figures WHERE corp_id = $1 AND batch_id = ANY ($2) GROUP BY batch_id, channel, store_id, staff_id`,
          [world.corpId, batches],
        );
        expect(Object.fromEntries(seen.map(({ place, counts }) => [place, counts]))).toEqual(
          Object.fromEntries(model.groups),
        );
        expect(await broken()).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });

  it('count an order once when its coupons are redeemed all at once, and folds race them', async () => {
    const batchId = await world.batch({ stock: 8, perPerson: 8 });
    const given = await world.issue(
      ...customers
        .slice(0, 1)
        .flatMap((customerId) => Array.from({ length: 8 }, () => ({ batchId, customerId }))),
    );
    const ids = given.map((result) => (result.outcome === 'issued' ? result.couponId : ''));
    await Promise.all([
      ...ids.map((id) => world.run(() => redemption.redeem(use(id, 'one-order', 90_000)))),
      ...Array.from({ length: 4 }, () => tending.fold(world.corpId)),
    ]);
    const { body } = await ask(`batches/${toPublicId('cpb', batchId)}/figures`);
    expect(body.counts).toEqual({
      issued: 8,
      claimed: 8,
      redeemed: 8,
      reversed: 0,
      cost: 4_000,
      revenue: 90_000,
      redemptionRate: 10_000,
    });
    await tending.fold(world.corpId);
    const [rows] = await world.sql<{ loose: number }>(
      'SELECT count(*) FILTER (WHERE NOT folded)::int AS loose FROM coupons.figures WHERE corp_id = $1',
      [world.corpId],
    );
    expect(rows).toEqual({ loose: 0 });
    expect(await broken()).toEqual([]);
  });
});

/** Coupons that were claimed at a time. */
async function claimedAt(batchId: string, amount: number, at: string): Promise<string[]> {
  const rows = await world.sql<{ id: string }>(
    `INSERT INTO coupons.coupons (corp_id, id, batch_id, customer_id, holder_id, seq, seq_limit, state, code_hash, code_cipher,
            issue_key, source, valid_from, valid_until, issued_at, state_at)
     SELECT $1, gen_random_uuid(), $2, $3, $3, n, 1000, 'claimed', decode(md5($2::text || n || $5), 'hex'), $6,
            $2::text || n || $5, 'issue', now() - interval '3 days', now() + interval '9 days', $5::timestamptz, now()
       FROM generate_series(1 + (SELECT count(*) FROM coupons.coupons WHERE corp_id = $1 AND batch_id = $2),
              $4 + (SELECT count(*) FROM coupons.coupons WHERE corp_id = $1 AND batch_id = $2)) n RETURNING id`,
    [world.corpId, batchId, customers[0], amount, at, randomBytes(8)],
  );
  return rows.map(({ id }) => id);
}

describe('figures over REST', () => {
  it("cut days at midnight of the batch's zone, group by what is asked, and refuse days that are none", async () => {
    const batchId = await world.batch({ stock: 9, timeZone: 'Asia/Shanghai' });
    await claimedAt(batchId, 1, '2026-03-01T15:59:59.999Z');
    await claimedAt(batchId, 2, '2026-03-01T16:00:00Z');
    const of = `&batchId=${toPublicId('cpb', batchId)}`;
    const march = await ask(`figures?from=2026-03-01&to=2026-03-02&by=day&by=channel${of}`);
    expect(march.body.groups).toMatchObject([
      { day: '2026-03-01', channel: null, issued: 1, claimed: 1, redemptionRate: 0 },
      { day: '2026-03-02', channel: null, issued: 2 },
    ]);
    expect((await ask(`figures?from=2026-03-02&to=2026-03-02${of}`)).body.groups).toMatchObject([
      { issued: 2 },
    ]);
    expect((await ask(`figures?from=2026-03-02&to=2026-03-02&store=none${of}`)).body.groups).toEqual([]);
    const total = await ask(`figures?from=${AROUND.from}&to=${AROUND.to}&store=A&by=store`);
    expect(total.body.groups).toMatchObject([
      { storeId: toPublicId('sto', stores.get('A') ?? ''), issued: 0 },
    ]);
    for (const days of [
      '2026-02-30&to=2026-03-01',
      '2026-03-02&to=2026-03-01',
      '0000-01-01&to=0000-01-02',
      '2024-01-01&to=2026-01-01',
    ])
      expect((await ask(`figures?from=${days}`)).body.code).toBe('coupons.figure_days_invalid');
    expect((await ask('figures?from=2026-03-01&to=2026-03-01&by=week')).status).toBe(400);
  });

  it('tell the share of what was sold, by where it was sold as far as orders say, always equal to a recount', async () => {
    const before = dayFromNow(-9);
    const none = await ask(`figures/share?from=${before}&to=${before}`);
    expect(none.body).toEqual({ groups: [{ withCoupons: 0, sales: 0, share: null }] });
    const told: { data: Record<string, string>; amount: number }[] = [];
    const tell = async (amount: number, data: Record<string, string>) => {
      told.push({ data, amount });
      await world.sql(
        `INSERT INTO customers.behaviour_events (corp_id, id, at, customer_id, type, source, external_id, revision, data,
                order_id, amount, recorded_at)
         VALUES ($1, $2::uuid, now(), $3, $4, 'shop', $2::uuid::text, 1, $6, 'o', $5, now())`,
        [
          world.corpId,
          randomUUID(),
          customers[0],
          amount < 0 ? 'order_refunded' : 'order_paid',
          Math.abs(amount),
          JSON.stringify(data),
        ],
      );
    };
    await tell(800_000, {});
    await tell(-50_000, { channel: 'shop' });
    for (const channel of ['shop', 'web'])
      for (const store of ['A', 'B', 'unheard-of'])
        for (const staffId of ['chen', 'lin']) await tell(10_000 + told.length, { channel, store, staffId });
    const around = `from=${AROUND.from}&to=${AROUND.to}`;
    const by = (...names: string[]) => names.map((name) => `&by=${name}`).join('');
    const storeOf = (code?: string) => (code && stores.get(code)) ?? null;
    for (const names of [[], ['channel'], ['store'], ['staff'], ['channel', 'store', 'staff']]) {
      const placeOf = (channel: unknown, store: unknown, staff: unknown) =>
        JSON.stringify(names.map((name) => ({ channel, store, staff })[name] ?? null));
      const expected = new Map<string, { withCoupons: number; sales: number }>();
      const count = (place: string, paid: number, sales: number) => {
        const { withCoupons: a, sales: b } = expected.get(place) ?? { withCoupons: 0, sales: 0 };
        expected.set(place, { withCoupons: a + paid, sales: b + sales });
      };
      for (const { channel, storeId, staffId, revenue, cost } of (
        await ask(`figures?${around}${by('channel', 'store', 'staff')}`)
      ).body.groups)
        count(placeOf(channel, storeId, staffId), revenue - cost, 0);
      for (const { data, amount } of told) {
        const storeId = storeOf(data['store']);
        count(placeOf(data['channel'], storeId && toPublicId('sto', storeId), data['staffId']), 0, amount);
      }
      const { groups } = (await ask(`figures/share?${around}${by(...names)}`)).body;
      const seen = groups.map(({ channel, storeId, staffId, withCoupons, sales }: any) => [
        placeOf(channel, storeId, staffId),
        { withCoupons, sales },
      ]);
      expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(expected));
      expect(groups).toHaveLength(expected.size);
      for (const { withCoupons, sales, share } of groups)
        expect(share).toBe(sales > 0 ? Math.floor((withCoupons / sales) * 10_000) : null);
    }
    const place = { channel: 'shop', store: 'A', staffId: 'chen' };
    const events = ['order_paid', 'order_refunded'].map((type) => ({
      source: 'shop',
      externalId: randomUUID(),
      type,
      at: new Date().toISOString(),
      customerId: toPublicId('cus', customers[0] ?? ''),
      data: { orderId: 'o2', amount: 7, ...place }, // paid and refunded: no sum changes
    }));
    const { body: recorded } = await world.call('POST', '/v1/customer-events', { events });
    expect(recorded.results).toMatchObject([{ status: 'recorded' }, { status: 'recorded' }]);
    const shopB = await ask(`figures/share?${around}&channel=shop&store=B&staffId=lin`);
    expect(shopB.body.groups).toMatchObject([{ sales: told[5]?.amount }]);
    const daily = (await ask(`figures/share?${around}&by=day`)).body.groups;
    const total = told.reduce((sum, { amount }) => sum + amount, 0);
    expect(daily.reduce((sum: number, { sales }: { sales: number }) => sum + sales, 0)).toBe(total);
    const bad = await ask('figures/share?from=2026-02-30&to=2026-03-01&store=unheard-of');
    expect([bad.status, bad.body.code]).toEqual([422, 'coupons.figure_days_invalid']);
    const other = await world.http.corpKey((await world.http.addCorp()).id, ['coupons:read']);
    expect((await ask(`figures?${around}`, other)).body.groups).toMatchObject([{ issued: 0, revenue: 0 }]);
  });

  it('raise a low redemption rate once a day for each batch, and only where it is low', async () => {
    const long = new Date(Date.now() - 3 * 86_400_000).toISOString();
    const made = [];
    for (let count = 0; count < 4; count++) made.push(await world.batch({ stock: 99, perPerson: 99 }));
    const [low, right, few, fresh] = made;
    if (!low || !right || !few || !fresh) throw new Error('no batch');
    const used = async (batchId: string, amount: number, redeemed: number, at: string) => {
      const ids = await claimedAt(batchId, amount, at);
      for (const id of ids.slice(0, redeemed))
        await world.run(() => redemption.redeem(use(id, randomUUID(), 10_000)));
    };
    await used(low, 40, 9, long);
    await used(right, 40, 10, long);
    await used(few, 19, 0, long);
    await used(fresh, 40, 0, new Date(Date.now() + 86_400_000).toISOString());
    await Promise.all([tending.watchRates(world.corpId), tending.watchRates(world.corpId)]);
    await tending.watchRates(world.corpId);
    const events = await world.sql<{ payload: { batchId: string; claimed: number; redeemed: number } }>(
      `SELECT payload FROM platform.events WHERE corp_id = $1 AND name = 'coupons.redemption_rate_low'`,
      [world.corpId],
    );
    const ofThese = events.filter(({ payload }) => [low, right, few, fresh].includes(payload.batchId));
    expect(ofThese.map(({ payload }) => payload)).toMatchObject([{ batchId: low, claimed: 40, redeemed: 9 }]);
    expect((await ask(`batches/${toPublicId('cpb', low)}/figures`)).body).toMatchObject({
      rateLow: true,
      counts: { redemptionRate: 2_250 },
    });
    expect((await ask(`batches/${toPublicId('cpb', right)}/figures`)).body.rateLow).toBe(false);
    expect((await ask('figures/low-rates')).body.items).toMatchObject([{ batchId: toPublicId('cpb', low) }]);
    expect((await ask('batches/cpb_nonsense/figures')).body.code).toBe('coupons.batch_not_found');
  });
});
