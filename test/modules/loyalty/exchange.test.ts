import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Client } from 'pg';
import { customersErased } from '../../../src/modules/customers/customers.events.js';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { eventually } from '../../support/eventually.js';
import {
  BATCH_ID,
  coupons,
  cus,
  define,
  exchange,
  live,
  openShop,
  points,
  pointsOfAll,
  post,
  remaining,
  rich,
  tally,
} from './exchange-world.js';
import type { LedgerWorld } from './ledger-world.js';

let world: LedgerWorld;
let program: string;

beforeAll(async () => {
  ({ world, program } = await openShop());
});
afterAll(() => world.close());

describe('POST /v1/loyalty/exchanges', () => {
  it('gives exactly the stock, and takes exactly its points, when a hundred ask at the same time', async () => {
    const customers = await rich(50, 10);
    const benefit = await define({ stock: 10 });
    const asked = [...customers, ...customers];
    const counts = tally(await Promise.all(asked.map((id) => exchange(benefit, id))));
    expect(counts['done']).toBe(10);
    expect(Object.keys(counts).sort()).toEqual([
      'done',
      'loyalty.benefit_out_of_stock',
      ...(counts['loyalty.points_insufficient'] ? ['loyalty.points_insufficient'] : []),
    ]);
    expect([await remaining(benefit), (await live(benefit)).length]).toEqual([0, 10]);
    expect(await pointsOfAll(customers)).toBe(50 * 10 - 10 * 10);
  }, 30_000);

  it('stops where the points or the limit of the person end, over all customers that he is', async () => {
    const [one = '', two = ''] = await rich(2, 15);
    await world.link(one, two);
    const poor = await define({ stock: 100 });
    const asked = Array.from({ length: 12 }, (_, n) => (n % 2 ? one : two));
    expect(tally(await Promise.all(asked.map((id) => exchange(poor, id))))).toEqual({
      done: 3,
      'loyalty.points_insufficient': 9,
    });
    expect([await remaining(poor), await pointsOfAll([one, two])]).toEqual([97, 0]);
    await world.post({ customerId: one, amount: 1000 });
    const limited = await define({ limitPerMember: 2 });
    expect(tally(await Promise.all(asked.map((id) => exchange(limited, id))))).toEqual({
      done: 2,
      'loyalty.benefit_limit_reached': 10,
    });
  }, 30_000);

  it('balances points, stock and limits after any mixture of exchanges and cancellations', async () => {
    const steps = fc.array(fc.array(fc.nat(11), { minLength: 1, maxLength: 6 }), {
      minLength: 2,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (rounds) => {
        const customers = await rich(3, 50);
        const benefit = await define({ stock: 5, limitPerMember: 3 });
        const made: string[] = [];
        for (const round of rounds) {
          const work = round.map(async (choice) => {
            const id = made[choice % (made.length + 1)];
            if (choice > 6 && id) return post(`/exchanges/${id}/cancel`, { reason: 'test' });
            return exchange(benefit, customers[choice % 3] ?? '');
          });
          for (const { status, body } of await Promise.all(work)) {
            expect(status).toBeLessThan(500);
            if (status === 201) made.push(body.id);
          }
          const held = await live(benefit);
          expect(await remaining(benefit)).toBe(5 - held.length);
          for (const id of customers) {
            const pieces = held.filter(({ customerId }: any) => customerId === cus(id)).length;
            expect(pieces).toBeLessThanOrEqual(3);
            expect(await points(id)).toBe(50 - 10 * pieces);
          }
        }
      }),
      { numRuns: 4 },
    );
  }, 60_000);

  it('leaves neither when its connection dies between the points and the prize', async () => {
    const [id = ''] = await rich(1, 10);
    const benefit = await define({ stock: 1 });
    const holder = new Client({ connectionString: world.http.database.appUrl });
    await holder.connect();
    await holder.query(`BEGIN; SELECT set_config('app.corp_id', '${world.corpId}', true)`);
    await holder.query('UPDATE loyalty.benefits SET stock = stock WHERE corp_id = $1', [world.corpId]);
    const dying = exchange(benefit, id);
    await eventually(async () => {
      const { rowCount } = await holder.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(rowCount).toBe(1);
    });
    await holder.query('ROLLBACK');
    await holder.end();
    expect((await dying).status).toBeGreaterThanOrEqual(500);
    expect([await points(id), await remaining(benefit), (await live(benefit)).length]).toEqual([10, 1, 0]);
    expect((await exchange(benefit, id)).status).toBe(201);
    expect([await points(id), await remaining(benefit)]).toEqual([0, 0]);
  });

  it('leaves neither when the benefit cannot be given after the points were taken', async () => {
    const [id = ''] = await rich(1, 10);
    const coupon = await define({ kind: 'coupon', couponBatchId: toPublicId('cpb', BATCH_ID), stock: 3 });
    coupons.isEmpty = true;
    expect((await exchange(coupon, id)).status).toBe(500);
    expect([await points(id), await remaining(coupon), (await live(coupon)).length]).toEqual([10, 3, 0]);
    coupons.isEmpty = false;
    const { body } = await exchange(coupon, id);
    expect(body).toMatchObject({ state: 'given', couponId: 'coupon-1', cost: 10 });
    expect([await points(id), await remaining(coupon)]).toEqual([0, 2]);
    await post(`/exchanges/${body.id}/cancel`, { reason: '退' });
    expect([await points(id), await remaining(coupon), coupons.takenBack]).toEqual([10, 3, 1]);
  });

  it('asks for the level, of whichever member the person is', async () => {
    const levels = ['bronze', 'silver', 'gold'].map((key, n) => ({
      key,
      nameZh: key,
      nameEn: key,
      threshold: n * 1000,
      retention: 0,
      benefits: [],
    }));
    const { body: table } = await world.call('POST', `${program}/level-tables`, { levels });
    await post(`/level-tables/${table.id}/activate`);
    expect((await define({ levelKey: 'diamond' })).code).toBe('loyalty.benefit_level_unknown');
    const benefit = await define({ levelKey: 'silver' });
    const [one = '', two = ''] = await rich(2, 30);
    expect((await exchange(benefit, one)).body.code).toBe('loyalty.benefit_level_too_low');
    await world.post({ customerId: two, amount: 2000, wallet: 'growth' });
    expect((await exchange(benefit, two)).status).toBe(201);
    await world.link(one, two);
    expect((await exchange(benefit, one)).status).toBe(201);
  });

  it('says what it refuses, and refuses it whole', async () => {
    const [id = ''] = await rich(1, 5);
    const soon = await define({ startsAt: '2199-01-01T00:00:00Z' });
    const over = await define({ startsAt: '2000-01-01T00:00:00Z', endsAt: '2001-01-01T00:00:00Z' });
    const gift = await define({ cost: undefined });
    const dear = await define();
    const none = await define({ stock: 0 });
    const codes = [];
    for (const benefit of [soon, over, gift, dear, none]) codes.push((await exchange(benefit, id)).body.code);
    expect(codes).toEqual([
      'loyalty.benefit_not_active',
      'loyalty.benefit_not_active',
      'loyalty.benefit_not_for_points',
      'loyalty.points_insufficient',
      'loyalty.benefit_out_of_stock',
    ]);
    expect((await exchange(dear, randomUUID())).body.code).toBe('loyalty.customer_not_found');
    expect((await exchange({ id: toPublicId('ben', randomUUID()) }, id)).body.code).toBe(
      'loyalty.benefit_not_found',
    );
    expect(await points(id)).toBe(5);
  });
});

describe('fulfilment', () => {
  it('goes ordered, shipped, delivered, and nowhere else', async () => {
    const [id = ''] = await rich(1, 10);
    const { body } = await exchange(await define(), id);
    const path = `/exchanges/${body.id}`;
    expect((await post(`${path}/deliver`)).body.code).toBe('loyalty.exchange_state');
    expect((await post(`${path}/ship`, { trackingNumber: 'SF1' })).body).toMatchObject({
      state: 'shipped',
      trackingNumber: 'SF1',
    });
    expect((await post(`${path}/ship`, {})).body).toMatchObject({ state: 'shipped', trackingNumber: 'SF1' });
    expect((await post(`${path}/deliver`)).body.state).toBe('delivered');
    expect((await post(`${path}/cancel`, { reason: 'x' })).body.code).toBe('loyalty.exchange_state');
    expect(await points(id)).toBe(0);
    const shown = await world.call('GET', `/v1/loyalty/exchanges?customerId=${cus(id)}&state=delivered`);
    expect(shown.body.items).toMatchObject([{ id: body.id, state: 'delivered' }]);
    expect((await post(`/exchanges/${toPublicId('exc', randomUUID())}/ship`)).status).toBe(404);
  });

  it('forgets the parcels of customers who are erased', async () => {
    const [id = ''] = await rich(1, 10);
    const { body } = await exchange(await define(), id);
    await post(`/exchanges/${body.id}/ship`, { trackingNumber: 'SF2' });
    const payload = { customerIds: [id] };
    const { consumer } = world.http.get(EventConsumers).get('loyalty.forget_parcels');
    const event = { id: randomUUID(), corpId: world.corpId, ...customersErased, at: new Date(), payload };
    if ('apply' in consumer) await world.run(() => consumer.apply(event, undefined));
    const shown = await world.call('GET', `/v1/loyalty/exchanges/${body.id}`);
    expect(shown.body).toMatchObject({ state: 'shipped', trackingNumber: null });
  });

  it('cancels once, however often it is asked', async () => {
    const [id = ''] = await rich(1, 10);
    const benefit = await define({ stock: 1, limitPerMember: 1 });
    const { body } = await exchange(benefit, id);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post(`/exchanges/${body.id}/cancel`, { reason: '不要了' })),
    );
    expect(answers.map((one) => [one.status, one.body.state])).toEqual(answers.map(() => [200, 'cancelled']));
    expect([await points(id), await remaining(benefit)]).toEqual([10, 1]);
    const again = (await exchange(benefit, id)).body;
    expect(again.state).toBe('ordered');
    await post(`/transfers/${again.transferId}/reverse`, { key: 'by-hand', amount: 10 });
    expect((await post(`/exchanges/${again.id}/cancel`, { reason: '退' })).body.state).toBe('cancelled');
    expect([await points(id), await remaining(benefit)]).toEqual([10, 1]);
  });

  it('lets a title come and go with its exchange', async () => {
    const honour = { key: 'vip', kind: 'title', nameZh: '贵宾', nameEn: 'VIP' };
    const { body: title } = await world.call('POST', `${program}/honours`, honour);
    const benefit = await define({ kind: 'title', honourId: title.id });
    const [id = ''] = await rich(1, 30);
    const { body } = await exchange(benefit, id);
    const held = async () =>
      (await world.call('GET', `/v1/loyalty/members/${body.memberId}/honours?state=active`)).body.items;
    expect(await held()).toMatchObject([{ id: body.grantId, key: 'vip', source: 'exchange' }]);
    expect((await exchange(benefit, id)).body.code).toBe('loyalty.honour_held');
    expect(await points(id)).toBe(20);
    await post(`/exchanges/${body.id}/cancel`, { reason: '退' });
    expect([await held(), await points(id)]).toEqual([[], 30]);
    expect((await exchange(benefit, id)).status).toBe(201);
  });

  it('gives the benefit of a milestone for nothing while it is there', async () => {
    const benefit = await define({ cost: undefined, stock: 1 });
    const milestones = [{ days: 1, points: 1, benefitId: benefit.id }];
    await world.call('PUT', `${program}/check-in`, { milestones });
    const [one = '', two = ''] = await world.customers(2);
    const first = (await post('/check-ins', { customerId: cus(one) })).body;
    expect(first.milestones).toMatchObject([{ points: 1, refusal: null, exchangeId: expect.any(String) }]);
    expect((await live(benefit)).map((made: any) => [made.source, made.cost])).toEqual([['check_in', 0]]);
    const second = (await post('/check-ins', { customerId: cus(two) })).body;
    expect(second.milestones).toMatchObject([
      { points: 1, refusal: 'loyalty.benefit_out_of_stock', exchangeId: null },
    ]);
    expect(await points(two)).toBe(3);
    expect((await post('/check-ins', { customerId: cus(two) })).body.milestones).toEqual(second.milestones);
  });
});

describe('the catalogue', () => {
  it('takes only whole benefits', async () => {
    const medal = { key: 'medal', kind: 'medal', nameZh: '勋章', nameEn: 'Medal' };
    const { body: honour } = await world.call('POST', `${program}/honours`, medal);
    const codes = [];
    for (const over of [
      { kind: 'title' },
      { kind: 'title', honourId: honour.id },
      { honourId: honour.id },
      { kind: 'coupon' },
      { kind: 'coupon', couponBatchId: toPublicId('cpb', randomUUID()) },
      { startsAt: '2027-01-02T00:00:00Z', endsAt: '2027-01-02T00:00:00Z' },
    ])
      codes.push((await define(over)).code);
    expect(codes).toEqual([
      ...Array.from({ length: 4 }, () => 'loyalty.benefit_invalid'),
      'loyalty.benefit_coupons_unavailable',
      'loyalty.benefit_invalid',
    ]);
    for (const over of [{ cost: 0 }, { cost: -1 }, { cost: 1.5 }, { cost: 1e13 }, { stock: -1 }])
      expect((await define(over)).code).toBe('http.validation_failed');
  });

  it('changes terms for those who have seen them, and never below what is gone', async () => {
    const benefit = await define({ stock: 5 });
    const [id = ''] = await rich(1, 20);
    for (let n = 0; n < 2; n++) await exchange(benefit, id);
    const url = `/v1/loyalty/benefits/${benefit.id}`;
    const seen = (await world.http.call(world.key, { method: 'GET', url })).headers['etag'];
    const patch = (payload: object, match: unknown) =>
      world.http.call(world.key, { method: 'PATCH', url, payload, headers: { 'if-match': String(match) } });
    expect((await patch({ stock: 1 }, seen)).json<any>().code).toBe('loyalty.benefit_stock_taken');
    expect((await patch({ stock: 2, cost: 7 }, seen)).json<any>()).toMatchObject({
      stock: 2,
      remaining: 0,
      cost: 7,
    });
    expect((await patch({ cost: 8 }, seen)).statusCode).toBe(412);
    expect((await exchange(benefit, id)).body.code).toBe('loyalty.benefit_out_of_stock');
    const foreign = await world.http.corpKey((await world.http.addCorp()).id, [
      'loyalty:read',
      'loyalty:write',
    ]);
    expect((await world.call('GET', url, undefined, foreign)).status).toBe(404);
    expect((await world.call('GET', '/v1/loyalty/benefits/ben_x', undefined, foreign)).status).toBe(404);
  });
});
