import { expect, jest, test } from '@jest/globals';
import type { CorpId } from '../context/typed-id.js';
import { RecentReads } from './recent-reads.js';

const corpA = 'a' as CorpId;
const corpB = 'b' as CorpId;
const upper = jest.fn((keys: string[]) =>
  Promise.resolve(new Map(keys.filter((key) => key !== '?').map((key) => [key, key.toUpperCase()]))),
);

test('reads each key once within a second, absent ones too, and no key of another corp', async () => {
  const reads = new RecentReads<string>();
  expect(await reads.get(corpA, ['x', 'y', '?'], upper)).toEqual(
    new Map([
      ['x', 'X'],
      ['y', 'Y'],
    ]),
  );
  expect(await reads.get(corpA, ['y', 'z', '?'], upper)).toEqual(
    new Map([
      ['y', 'Y'],
      ['z', 'Z'],
    ]),
  );
  expect(await reads.get(corpA, ['x', 'z'], upper)).toEqual(
    new Map([
      ['x', 'X'],
      ['z', 'Z'],
    ]),
  );
  expect(await reads.get(corpB, ['x'], upper)).toEqual(new Map([['x', 'X']]));
  expect(upper.mock.calls.map(([keys]) => keys)).toEqual([['x', 'y', '?'], ['z'], ['x']]);
});

test('reads again after a second', async () => {
  const reads = new RecentReads<string>();
  const now = jest.spyOn(performance, 'now').mockReturnValue(5_000);
  await reads.get(corpA, ['x'], () => Promise.resolve(new Map([['x', 'old']])));
  now.mockReturnValue(5_999);
  expect(await reads.get(corpA, ['x'], upper)).toEqual(new Map([['x', 'old']]));
  now.mockReturnValue(6_000);
  expect(await reads.get(corpA, ['x'], upper)).toEqual(new Map([['x', 'X']]));
  now.mockRestore();
});

test('who asks first after a second reads what was in use with it, and no more', async () => {
  const reads = new RecentReads<string>();
  const now = jest.spyOn(performance, 'now').mockReturnValue(5_000);
  await reads.get(corpA, ['x', 'y'], upper);
  now.mockReturnValue(6_000);
  upper.mockClear();
  await reads.get(corpA, ['z'], upper);
  await reads.get(corpA, ['y'], upper);
  expect(upper.mock.calls.map(([keys]) => keys)).toEqual([['z', 'x', 'y']]);
  now.mockReturnValue(7_000);
  upper.mockClear();
  await reads.get(corpA, ['z'], upper); // nobody asked for x within the last second
  expect(upper.mock.calls.map(([keys]) => keys)).toEqual([['z', 'y']]);
  now.mockRestore();
});

test('waits for nobody while a life begins, and forgets corps that nobody asks for', async () => {
  const reads = new RecentReads<string>();
  const now = jest.spyOn(performance, 'now').mockReturnValue(5_000);
  await reads.get(corpA, ['x', 'y'], upper);
  now.mockReturnValue(6_000);
  upper.mockClear();
  await Promise.all([reads.get(corpA, ['x'], upper), reads.get(corpA, ['y'], upper)]);
  expect(upper.mock.calls.map(([keys]) => keys)).toEqual([['x', 'y'], ['y']]); // the second waits for none but its own
  now.mockReturnValue(9_000);
  await reads.get(corpB, ['x'], upper);
  upper.mockClear();
  await reads.get(corpA, ['x'], upper);
  expect(upper.mock.calls.map(([keys]) => keys)).toEqual([['x']]);
  now.mockRestore();
});
