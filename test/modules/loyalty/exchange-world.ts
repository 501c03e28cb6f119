import { CouponIssuer } from '../../../src/modules/loyalty/exchange/domain/coupon-issuer.js';
import { toPublicId } from '../../../src/platform/context/typed-id.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

/** Stands for the coupons module, which issues in the same unit of work. */
export const BATCH_ID = '01930000-0000-7000-8000-00000000c0de';
export const coupons = { isEmpty: false, issued: 0, takenBack: 0 };
class TestCoupons extends CouponIssuer {
  knows = async (batchId: string) => batchId === BATCH_ID;
  issue = async () => {
    if (coupons.isEmpty) throw new Error('no coupon is left');
    return `coupon-${++coupons.issued}`;
  };
  takeBack = async () => void coupons.takenBack++;
}
class TestCouponsModule {}

let world: LedgerWorld;
let program = '';

/** One world a test file: whatever else is exported here works in it. */
export async function openShop(): Promise<{ world: LedgerWorld; program: string }> {
  const providers = [{ provide: CouponIssuer, useClass: TestCoupons }];
  world = await startLedgerWorld([
    { module: TestCouponsModule, global: true, providers, exports: [CouponIssuer] },
  ]);
  program = `/v1/loyalty/programs/${toPublicId('prg', world.program.id)}`;
  return { world, program };
}

export const cus = (id: string): string => toPublicId('cus', id);
export const post = (path: string, body: object = {}) => world.call('POST', `/v1/loyalty${path}`, body);
export const define = async (over: object = {}): Promise<any> => {
  const body = { kind: 'physical', nameZh: '保温杯', nameEn: 'Flask', cost: 10, ...over };
  return (await world.call('POST', `${program}/benefits`, body)).body;
};
export const exchange = (benefit: { id: string }, customerId: string) =>
  post('/exchanges', { benefitId: benefit.id, customerId: cus(customerId) });
export const remaining = async ({ id }: { id: string }) =>
  (await world.call('GET', `/v1/loyalty/benefits/${id}`)).body.remaining;
export const points = async (id: string) => (await world.account(id))?.posted ?? 0;
export const pointsOfAll = async (ids: string[]) => {
  let sum = 0;
  for (const id of ids) sum += await points(id);
  return sum;
};
export const live = async ({ id }: { id: string }) => {
  const { items } = (await world.call('GET', `/v1/loyalty/exchanges?benefitId=${id}&limit=200`)).body;
  return items.filter(({ state }: any) => state !== 'cancelled');
};
export async function rich(count: number, amount: number): Promise<string[]> {
  const ids = await world.customers(count);
  await world.post(...ids.map((customerId) => ({ customerId, amount })));
  return ids;
}
export const tally = (answers: { status: number; body: any }[]) => {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const name = status < 300 ? 'done' : String(body.code);
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};
