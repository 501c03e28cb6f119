import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

let world: LedgerWorld;
beforeAll(async () => {
  world = await startLedgerWorld();
});
afterAll(() => world.close());

it('earns and spends', async () => {
  const [a = '', b = ''] = await world.customers(2);
  const [earned, other] = await world.post({ customerId: a, amount: 100 }, { customerId: b, amount: 50 });
  expect(earned).toMatchObject({ outcome: 'posted', replayed: false, entries: [{ seq: 1, delta: 100, balanceAfter: 100 }] });
  expect(other).toMatchObject({ outcome: 'posted' });
  expect(await world.post({ customerId: a, kind: 'spend', amount: 101 })).toEqual([
    { outcome: 'refused', code: 'loyalty.points_insufficient' },
  ]);
  const [spent] = await world.post({ customerId: a, kind: 'spend', amount: 60 });
  expect(spent).toMatchObject({ outcome: 'posted', entries: [{ seq: 2, delta: -60, balanceAfter: 40 }] });
  if (earned?.outcome !== 'posted' || spent?.outcome !== 'posted') throw new Error('refused');
  expect(await world.reverse({ transferId: earned.transferId, amount: 70 })).toMatchObject([
    { entries: [{ delta: -40, balanceAfter: 0, debtAfter: 30, earnedTotal: 30 }] },
  ]);
  expect(await world.reverse({ transferId: spent.transferId })).toMatchObject([
    { entries: [{ delta: 30, balanceAfter: 30, debtAfter: 0 }] },
  ]);
});
