import type { CorpId } from '../../../../platform/context/typed-id.js';
import type { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { StockReader } from '../queries/stock-reader.js';
import { SoldOut } from './sold-out.js';

const corp = 'c' as CorpId;

it('refuses nobody of a batch of which it could not read all keys, though some of them have one mark', async () => {
  let looks = 0;
  const unit = { read: (_: CorpId, work: () => unknown) => work() } as unknown as UnitOfWork; // reason: a stub
  const stock: Pick<StockReader, 'look'> = {
    look: (_, __, max) => {
      looks++;
      return Promise.resolve({
        hasStock: false,
        marks: Array.from({ length: max }, () => 1),
        nextAfter: 'later',
      });
    },
  };
  const soldOut = new SoldOut(unit, stock as StockReader); // reason: as above
  await soldOut.look(corp, 'batch');
  expect(soldOut.refuses(corp, 'batch', 'a key of which nothing was read')).toBe(false);
  await soldOut.look(corp, 'batch');
  expect(looks).toBe(1);
});
