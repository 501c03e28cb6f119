/**
 * `coupon-redeem`: redemptions of one coupon each by 16 callers, with all that a redemption is (the predicate, the request
 * number, the other coupons of the order, events), against the bare transaction by as many plain connections, which looks at
 * the coupon, moves it, and writes its event and the redemption. What the database does by itself both sides pay.
 * `COUPONS=500` makes it smaller.
 */
import { startRedemptionWorld } from '../test/modules/coupons/redemption-world.js';
import { alternate, printComparison, printFigure, quantile } from './compare.js';
import { PlainRedeeming } from './reference/coupon-redeem.js';

const TARGET = 0.4;
const COUPONS = Number(process.env['COUPONS'] ?? 2_000);
const CALLERS = 16;
/** As many connections as the application has. */
const POOL_MAX = 20;
/** One round of each side that does not count, and five that do. */
const ROUNDS = 6;

const world = await startRedemptionWorld({ poolMax: POOL_MAX });
const plain = new PlainRedeeming(world.http.database.appUrl, world.corpId, CALLERS);
try {
  const terms = { benefit: { kind: 'percentage', percentOff: 5, cap: 2_000 } };
  const batch = await world.batch({ terms });
  const rounds: string[][] = [];
  for (const customerId of await world.customers((2 * ROUNDS * COUPONS) / 500)) {
    const ids = await world.coupons(batch, 500, { customerId });
    const last = rounds.at(-1);
    if (last && last.length < COUPONS) last.push(...ids);
    else rounds.push(ids);
  }
  await world.sql('ANALYZE');
  await plain.open();
  const coupons = (): string[] => {
    const round = rounds.pop();
    if (!round) throw new Error('the coupons are used up');
    return round;
  };
  const own = async (): Promise<number> => {
    const ids = coupons();
    let next = 0;
    const startedAt = performance.now();
    const call = async (): Promise<void> => {
      for (let id = ids[next++]; id; id = ids[next++]) {
        const result = await world.redeem({ id });
        if (typeof result === 'string') throw new Error(result);
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, call));
    return (performance.now() - startedAt) / 1000 / ids.length;
  };
  const comparison = await alternate({ own, reference: () => plain.run(coupons()) });
  printFigure('coupon-redeem own', 1 / quantile(comparison.own, 0.5), 'redemptions/s');
  printFigure('coupon-redeem reference', 1 / quantile(comparison.reference, 0.5), 'redemptions/s');
  printComparison('coupon-redeem', comparison, TARGET);
} finally {
  await plain.close();
  await world.close();
}
