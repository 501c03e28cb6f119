import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { BatchStore } from '../../../src/modules/coupons/batches/persistence/batch-store.js';
import { ChangeBatches } from '../../../src/modules/coupons/batches/use-cases/change-batches.js';
import { RedemptionModel } from './redemption-model.js';
import { Redemption } from '../../../src/modules/coupons/redemption/use-cases/redemption.js';
import { type RedemptionWorld, startRedemptionWorld } from './redemption-world.js';

let world: RedemptionWorld;
beforeAll(async () => {
  world = await startRedemptionWorld();
});
afterAll(() => world.close());

const tally = (answers: any[]) => {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const name = typeof answer === 'string' ? answer : 'done';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

it('gives one of 64 who redeem a coupon at the same time, and all of 64 who say the same (C-5)', async () => {
  const [one = '', two = ''] = await world.coupons(await world.batch(), 2);
  const many = await Promise.all(Array.from({ length: 64 }, () => world.redeem({ id: one })));
  expect(tally(many)).toEqual({ done: 1, coupon_redeemed: 63 });
  const same = { id: two, orderId: 'o64', requestNo: 'same' };
  const answers = await Promise.all(Array.from({ length: 64 }, () => world.redeem(same)));
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(
    new Set(answers.map(({ replayed: _, ...answer }) => JSON.stringify(answer, Object.keys(answer).sort())))
      .size,
  ).toBe(1);
});

it('lets an order hold a coupon for its time and no longer (C-6)', async () => {
  const [id = ''] = await world.coupons(await world.batch(), 1, { days: [-1, 1] });
  expect(await world.lock({ id, orderId: 'a' })).toMatchObject({ discount: 500 });
  expect(await world.lock({ id, orderId: 'b' })).toBe('coupon_locked');
  expect(await world.redeem({ id, orderId: 'b' })).toBe('coupon_locked');
  expect(await world.release(id, 'b')).toBe('coupon_locked');
  await world.endLock(id);
  expect(await world.lock({ id, orderId: 'b', seconds: 86_400 * 7 })).toMatchObject({ orderId: 'b' });
  expect(await world.redeem({ id, orderId: 'a' })).toBe('coupon_locked');
  const [{ capped } = { capped: false }] = await world.sql<{ capped: boolean }>(
    'SELECT locked_until <= valid_until AS capped FROM coupons.coupons WHERE id = $1',
    [id],
  );
  expect(capped).toBe(true);
  expect(await world.release(id, 'b')).toMatchObject({ state: 'claimed' });
  expect(await world.release(id, 'b')).toMatchObject({ state: 'claimed' });
  expect(await world.redeem({ id, orderId: 'a' })).toMatchObject({ discount: 500 });
});

it('never spends one 分 too much, and everything it may (C-8)', async () => {
  const terms = { benefit: { kind: 'percentage', percentOff: 10 } };
  for (const [budget, dailyBudget] of [
    [10_000, undefined],
    [undefined, 10_000],
    [12_345, 10_000],
  ] as const) {
    const batch = await world.batch({
      terms,
      ...(budget && { budget }),
      ...(dailyBudget && { dailyBudget }),
    });
    const ids = await world.coupons(batch, 40);
    const sums = await Promise.all(
      ids.map(async (id, n) => {
        const total = 5_000 + n * 137;
        const result = n % 4 === 0 ? await world.lock({ id, total }) : await world.redeem({ id, total });
        if (n % 5 === 1 && result.id) await world.reverse({ redemptionId: result.id, amount: 100 });
        return result;
      }),
    );
    const { total, day, booked } = await world.spent(batch);
    expect([total ?? booked, day ?? booked]).toEqual([booked, booked]);
    expect(booked).toBeLessThanOrEqual(10_000);
    expect(booked).toBeGreaterThan(10_000 - 1_034 - 8 * 100 - 1); // the dearest refused, and all that came back later
    expect(
      sums.filter((one) => typeof one === 'string').every((one) => one.endsWith('budget_exhausted')),
    ).toBe(true);
  }
});

const isSomebodyWaiting = async () =>
  (
    await world.sql(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0`,
    )
  ).length > 0;

it.each(['the lowering', 'the redemption'])(
  'keeps to the budget of a day that is lowered while the first redemption of the day is written: %s begins',
  async (first) => {
    const batch = await world.batch({ dailyBudget: 1_000 });
    const [id = ''] = await world.coupons(batch);
    const lower = () =>
      world.http.get(ChangeBatches).setAmounts(batch, { dailyBudget: 400 }, 'owner', () => undefined);
    const redeem = () =>
      world.http.get(Redemption).redeem({
        coupon: { id },
        order: { id: 'first', total: 2_000, items: [] },
        requestNo: randomUUID(),
      });
    const [one, two]: [() => Promise<unknown>, () => Promise<unknown>] =
      first === 'the lowering' ? [lower, redeem] : [redeem, lower];
    let before: Promise<void> | undefined;
    let end = (): void => undefined;
    await new Promise<void>((written, failed) => {
      before = world.run(async () => {
        await one();
        written();
        await new Promise<void>((resolve) => (end = resolve));
      });
      before.catch(failed);
    });
    let settled = false;
    const after = world.run(two).then(
      () => 'done',
      (error: { code?: unknown }) => error.code,
    );
    void after.finally(() => (settled = true));
    while (!settled && !(await isSomebodyWaiting()));
    end();
    await before;
    expect(await after).toMatch(/coupons.(daily_budget_exhausted|budget_below_spent)/);
    expect((await world.spent(batch)).day ?? 0).toBe(first === 'the lowering' ? 0 : 500);
  },
);
it('takes of no budget before it waits for whoever is changing them: each waits for one alone', async () => {
  const batch = await world.batch({ budget: 1_000, dailyBudget: 1_000 });
  const [id = ''] = await world.coupons(batch);
  let runs = 0;
  let goOn = (): void => undefined;
  const waited = new Promise<void>((resolve) => (goOn = resolve));
  let lowering: Promise<unknown> | undefined;
  await new Promise<void>((locked) => {
    lowering = world.run(async () => {
      runs++;
      await world.http.get(BatchStore).lock(batch);
      locked();
      await waited;
      await world.http.get(ChangeBatches).setAmounts(batch, { dailyBudget: 600 }, 'owner', () => undefined);
    });
  });
  const order = { id: 'second', total: 2_000, items: [] };
  const redeeming = world.run(() => {
    runs++;
    return world.http.get(Redemption).redeem({ coupon: { id }, order, requestNo: randomUUID() });
  });
  while (!(await isSomebodyWaiting()));
  goOn();
  await Promise.all([lowering, redeeming]);
  expect(runs).toBe(2);
});

it('gives the budget of a lock to whoever comes after its end', async () => {
  const batch = await world.batch({ budget: 500, dailyBudget: 500 });
  const [one = '', two = ''] = await world.coupons(batch, 2);
  await world.lock({ id: one });
  expect(await world.redeem({ id: two })).toBe('budget_exhausted');
  await world.endLock(one);
  expect(await world.redeem({ id: two })).toMatchObject({ discount: 500 });
  expect(await world.redeem({ id: one })).toBe('budget_exhausted');
  expect(await world.spent(batch)).toEqual({ total: 500, day: 500, booked: 500 });
});

it('never takes more off an order than it costs, whoever comes at the same time (C-12)', async () => {
  const ids = await world.coupons(
    await world.batch({ terms: { benefit: { kind: 'fixed', amount: 300 } } }),
    8,
  );
  const answers = await Promise.all(ids.map((id) => world.redeem({ id, orderId: 'small', total: 1_000 })));
  const discounts = answers.map(({ discount = 0 }) => discount);
  expect(discounts.reduce((sum, one) => sum + one, 0)).toBe(1_000);
  expect(tally(answers)).toEqual({ done: 4, nothing_to_discount: 4 });
});

const coupon = fc.nat(2);
const orderId = fc.constantFrom('a', 'b');
const total = fc.integer({ min: 0, max: 900 });
const step = fc.oneof(
  fc.record({ do: fc.constant('lock' as const), coupon, orderId, total }),
  fc.record({ do: fc.constant('redeem' as const), coupon, orderId, total }),
  fc.record({ do: fc.constant('redeem' as const), coupon, orderId, total }),
  fc.record({ do: fc.constant('release' as const), coupon, orderId }),
  fc.record({ do: fc.constant('endLock' as const), coupon }),
  fc.record({
    do: fc.constant('reverse' as const),
    coupon,
    amount: fc.option(fc.integer({ min: 1, max: 300 })),
  }),
);

it('does what a model does, whatever comes after what', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 100, max: 1_200 }),
      fc.constantFrom('all' as const, 'other_groups' as const),
      fc.constantFrom('return' as const, 'used_up' as const),
      fc.array(step, { minLength: 4, maxLength: 14 }),
      async (budget, withOthers, reversal, steps) => {
        const terms = {
          benefit: { kind: 'fixed', amount: 400 },
          stacking: { group: 'g', withOthers },
          reversal,
        };
        const batch = await world.batch({ terms, budget });
        const ids = await world.coupons(batch, 3);
        const run = randomUUID();
        const model = new RedemptionModel({ amount: 400, budget, withOthers, reversal });
        const redemptions: (string | undefined)[] = [];
        for (const one of steps) {
          const id = ids[one.coupon] ?? '';
          const at = 'orderId' in one ? { id, orderId: `${run}${one.orderId}` } : { id, orderId: '' };
          let done: any;
          if (one.do === 'lock') done = await world.lock({ ...at, total: one.total });
          else if (one.do === 'redeem') done = await world.redeem({ ...at, total: one.total });
          else if (one.do === 'release') done = await world.release(id, at.orderId);
          else if (one.do === 'endLock') {
            if (!model.endLock(one.coupon)) continue;
            await world.endLock(id);
            continue;
          } else {
            const redemptionId = redemptions[one.coupon];
            if (redemptionId === undefined) continue;
            done = await world.reverse({ redemptionId, amount: one.amount ?? undefined });
          }
          const told = typeof done === 'string' ? done : (done.discount ?? done.amount ?? 'released');
          expect(told).toBe(model.does(one));
          if (one.do === 'redeem' && typeof done !== 'string') redemptions[one.coupon] = done.id;
        }
        for (const [at, state] of model.states().entries())
          expect(await world.stateOf(ids[at] ?? '')).toBe(state);
        expect((await world.spent(batch)).total).toBe(model.spent());
      },
    ),
    { numRuns: Number(process.env['REDEMPTION_RUNS'] ?? 25) },
  );
});
