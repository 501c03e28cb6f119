import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { type ClaimsWorld, startClaimsWorld } from './claims-world.js';
import { soldOutCases } from './sold-out-cases.js';

let world: ClaimsWorld;

beforeAll(async () => {
  world = await startClaimsWorld();
});
afterAll(() => world.close());

const outcomes = (results: { outcome: string; code?: string }[]) =>
  results.map((result) => result.code ?? result.outcome);
const cpb = (id: string) => toPublicId('cpb', id);
const cus = (id: string) => toPublicId('cus', id);
const tally = (names: readonly string[]) => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

describe('issuing', () => {
  it('does what one row at a time would do, whatever is asked of it (C-1, C-2)', async () => {
    const customers = await world.customers(6);
    await world.link(customers[0] ?? '', customers[1] ?? '', customers[2] ?? '');
    const personOf = (at: number) => (at < 3 ? 0 : at);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.array(fc.tuple(fc.nat(5), fc.nat(20)), { minLength: 1, maxLength: 8 }), { maxLength: 4 }),
        async (stock, perPerson, calls) => {
          const batchId = await world.batch({ stock, perPerson });
          const run = randomUUID();
          const model = { left: stock, held: new Map<number, number>(), keys: new Map<number, number>() };
          for (const call of calls) {
            const orders = call.map(([customer, key]) => ({
              batchId,
              customerId: customers[customer] ?? '',
              key: `${run}:${key}`,
            }));
            const given = await world.issue(...orders);
            let isSoldOut = false;
            for (const [at, [customer, key]] of call.entries()) {
              const result = given[at];
              const namesake = call.slice(0, at).find(([, other]) => other === key);
              if (namesake && namesake[0] !== customer) {
                expect(result).toMatchObject(REUSED); // within one call the first stands for the key
                continue;
              }
              const before = model.keys.get(key);
              if (before !== undefined) {
                const expected = before === customer ? { outcome: 'issued', replayed: true } : REUSED;
                expect(result).toMatchObject(expected);
                continue;
              }
              const held = model.held.get(personOf(customer)) ?? 0;
              if (result?.outcome === 'issued') {
                expect(result.replayed).toBe(false);
                expect(held).toBeLessThan(perPerson);
                expect([isSoldOut, model.left > 0]).toEqual([false, true]); // who comes first is served first
                model.left--;
                model.held.set(personOf(customer), held + 1);
                model.keys.set(key, customer);
              } else if (result?.code === 'coupons.sold_out') isSoldOut = true;
              else expect([result?.code, held]).toEqual(['coupons.limit_reached', perPerson]);
            }
            if (isSoldOut) expect(model.left).toBe(0);
          }
          expect(await world.units(batchId)).toEqual({ left: model.left, coupons: stock - model.left });
        },
      ),
      { numRuns: 25 },
    );
  }, 60_000);

  it('sells exactly the stock to many who ask in many transactions at the same time', async () => {
    const customers = await world.customers(120);
    await world.link(customers[0] ?? '', customers[1] ?? '');
    const batchId = await world.batch({ stock: 90 });
    const calls = Array.from({ length: 40 }, (_, call) =>
      world.issue(
        ...Array.from({ length: 6 }, (_, at) => ({
          batchId,
          customerId: customers[(call * 3 + at) % 120] ?? '',
        })),
      ),
    );
    const counts = tally(outcomes((await Promise.all(calls)).flat()));
    expect(counts['issued']).toBe(90);
    expect(await world.units(batchId)).toEqual({ left: 0, coupons: 90 });
    const [most] = await world.sql<{ most: number }>(
      `SELECT max(count)::int AS most FROM (SELECT count(*) FROM coupons.coupons WHERE corp_id = $1 AND batch_id = $2 GROUP BY holder_id) c`,
      [world.corpId, batchId],
    );
    expect(most?.most).toBe(1);
  }, 30_000);
});

describe('POST /v1/coupons/claims', () => {
  const claim = (batchId: string, customerId: string, key?: string) =>
    world.ask('claims', { batchId: cpb(batchId), customerId: cus(customerId), channel: 'app' }, key);

  it('gives each of a crowd a coupon of his own as long as there are some, and answers a repetition', async () => {
    const customers = await world.customers(60);
    const batchId = await world.batch({ stock: 40 });
    const keys = customers.map(() => randomUUID());
    const answers = await Promise.all(customers.map((id, at) => claim(batchId, id, keys[at])));
    expect(tally(answers.map(({ status, body }) => body.code ?? String(status)))).toEqual({
      201: 40,
      'coupons.sold_out': 20,
    });
    const won = answers.findIndex(({ status }) => status === 201);
    const { coupon } = answers[won]?.body ?? {};
    expect(coupon).toMatchObject({
      state: 'claimed',
      source: 'claim',
      channel: 'app',
      customerId: cus(customers[won] ?? ''),
    });
    expect(coupon.code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-Z*~$=]$/);
    // also now that the batch is known to be sold out
    const again = await claim(batchId, customers[won] ?? '', keys[won]);
    expect(again).toEqual({ status: 201, body: { coupon, replayed: true } });
    const other = await claim(batchId, customers[won + 1] ?? customers[0] ?? '', keys[won]);
    expect(other).toMatchObject({ status: 422, body: { code: 'coupons.issue_key_reused' } });
    const events = await world.sql<{ payload: { coupons: unknown[] } }>(
      `SELECT payload FROM platform.events WHERE corp_id = $1 AND name = 'coupons.issued' AND payload::text LIKE $2`,
      [world.corpId, `%${batchId}%`],
    );
    expect(events.reduce((sum, { payload }) => sum + payload.coupons.length, 0)).toBe(40);
    expect(await world.units(batchId)).toEqual({ left: 0, coupons: 40 });
  }, 30_000);

  it('names what is wrong, and gives nothing', async () => {
    const [customer = ''] = await world.customers(1);
    const past = new Date(Date.now() - 86_400_000);
    const future = new Date(Date.now() + 86_400_000);
    const absolute = { kind: 'absolute', from: new Date(past.getTime() - 1), until: past };
    const wrong: [string, string, string][] = [
      [await world.batch({ stock: 1, state: 'paused' }), customer, 'coupons.batch_not_issuing'],
      [await world.batch({ stock: 1, claimFrom: future }), customer, 'coupons.batch_not_open'],
      [await world.batch({ stock: 1, claimUntil: past }), customer, 'coupons.batch_not_open'],
      [await world.batch({ stock: 1, validity: absolute }), customer, 'coupons.batch_over'],
      [randomUUID(), customer, 'coupons.batch_not_found'],
      [await world.batch({ stock: 1 }), randomUUID(), 'coupons.customer_not_found'],
      [await world.batch({ stock: 0 }), customer, 'coupons.sold_out'],
    ];
    for (const [batchId, customerId, code] of wrong) {
      expect((await claim(batchId, customerId)).body.code).toBe(code);
      expect((await world.units(batchId)).coupons).toBe(0);
    }
  }, 30_000);
});

describe('what is sold out', () => {
  soldOutCases(() => world);
});

describe('issuing over the API', () => {
  it('issues a thousand with a result each, and the same again when it is sent again', async () => {
    const customers = await world.customers(999);
    const batchId = await world.batch({ stock: 998 });
    const coupons = [...customers, randomUUID()].map((id, at) => ({
      key: `${batchId}:${at}`,
      batchId: cpb(batchId),
      customerId: cus(id),
    }));
    const { status, body } = await world.ask('issue/bulk', { coupons });
    expect(status).toBe(200);
    const counts = tally(body.results.map(({ outcome, code }: any) => code ?? outcome));
    expect(counts).toEqual({ issued: 998, 'coupons.sold_out': 1, 'coupons.customer_not_found': 1 });
    expect(body.results[998].code).toBe('coupons.sold_out');
    const again = (await world.ask('issue/bulk', { coupons })).body.results;
    expect(again.slice(0, 998)).toEqual(
      body.results.slice(0, 998).map((one: any) => ({ ...one, replayed: true })),
    );
    const single = await world.ask('issue', coupons[0] ?? {});
    expect(single).toMatchObject({
      status: 201,
      body: { replayed: true, coupon: { id: body.results[0].couponId } },
    });
  }, 30_000);

  it('counts days in the zone of the batch', async () => {
    const customers = await world.customers(2);
    const zones = ['Asia/Shanghai', 'America/New_York'];
    for (const [at, timeZone] of zones.entries()) {
      const validity = { kind: 'after_claim', startsAfterDays: 2, days: 3 };
      const batchId = await world.batch({ stock: 1, timeZone, validity });
      const { coupon } = (
        await world.ask('issue', {
          key: batchId,
          batchId: cpb(batchId),
          customerId: cus(customers[at] ?? ''),
        })
      ).body;
      const day = (text: string, days = 0) =>
        new Date(new Date(text).getTime() + days * 86_400_000).toLocaleDateString('sv', { timeZone });
      const time = (text: string) => new Date(text).toLocaleTimeString('sv', { timeZone });
      expect([time(coupon.validFrom), time(coupon.validUntil)]).toEqual(['00:00:00', '00:00:00']);
      expect(day(coupon.validUntil)).toBe(day(coupon.validFrom, 3.5)); // past the hour that a change of clocks takes
      expect(day(coupon.issuedAt)).toBe(day(coupon.validFrom, -1.5));
    }
  });
});

describe('points for a coupon', () => {
  const exchange = (benefitId: string, customerId: string) =>
    world.call('POST', '/v1/loyalty/exchanges', { benefitId, customerId: cus(customerId) });
  const pointsOf = async (id: string) => (await world.account(id))?.posted ?? 0;

  it('are both given, or neither, and both go back (P-13)', async () => {
    const customers = await world.customers(12);
    await world.post(...customers.map((customerId) => ({ customerId, amount: 10 })));
    const batchId = await world.batch({ stock: 5 });
    const program = toPublicId('prg', world.program.id);
    const benefit = { kind: 'coupon', nameZh: '券', nameEn: 'Coupon', cost: 10, couponBatchId: cpb(batchId) };
    const { id } = (await world.call('POST', `/v1/loyalty/programs/${program}/benefits`, benefit)).body;
    const unknown = { ...benefit, couponBatchId: cpb(randomUUID()) };
    const refused = await world.call('POST', `/v1/loyalty/programs/${program}/benefits`, unknown);
    expect(refused.body.code).toBe('loyalty.benefit_coupons_unavailable');

    const answers = await Promise.all(customers.map((customer) => exchange(id, customer)));
    expect(tally(answers.map(({ status, body }) => body.code ?? String(status)))).toEqual({
      201: 5,
      'coupons.sold_out': 7,
    });
    for (const [at, { status }] of answers.entries())
      expect(await pointsOf(customers[at] ?? '')).toBe(status === 201 ? 0 : 10);
    expect(await world.units(batchId)).toEqual({ left: 0, coupons: 5 });

    const won = answers.findIndex(({ status }) => status === 201);
    const { id: exchangeId, couponId } = answers[won]?.body ?? {};
    expect(couponId).toMatch(/^cpn_/);
    const path = `/v1/loyalty/exchanges/${exchangeId}/cancel`;
    expect((await world.call('POST', path, { reason: 'changed his mind' })).status).toBe(200);
    expect([await pointsOf(customers[won] ?? ''), await world.units(batchId)]).toEqual([
      10,
      { left: 1, coupons: 4 },
    ]);
    expect((await exchange(id, customers[won] ?? '')).status).toBe(201); // the limit of one has room again
  }, 60_000);
});

const REUSED = { outcome: 'refused', code: 'coupons.issue_key_reused' };
