import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { type ClaimsWorld, startClaimsWorld } from './claims-world.js';

let world: ClaimsWorld;

beforeAll(async () => {
  world = await startClaimsWorld();
});
afterAll(() => world.close());

const outcomes = (results: { outcome: string; code?: string }[]) =>
  results.map((result) => result.code ?? result.outcome);
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
              else if (result?.code === REUSED.code)
                expect(call.slice(0, at)).toContainEqual([expect.any(Number), key]); // refused, and its key stands for it
              else expect([result?.code, held]).toEqual(['coupons.limit_reached', perPerson]);
            }
            if (isSoldOut) expect(model.left).toBe(0);
          }
          expect(await world.units(batchId)).toEqual({ left: model.left, coupons: stock - model.left });
        },
      ),
      { numRuns: 40 },
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

const REUSED = { outcome: 'refused', code: 'coupons.issue_key_reused' };
