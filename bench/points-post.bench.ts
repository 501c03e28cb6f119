/**
 * `points-post`: durable postings, each with a business key of its own, of 32 callers at a time by the batcher, against the
 * same by one transaction each: with everything that listens to postings (levels, boards, events), Zipf over 100,000
 * accounts, three earnings to one spend. Without a worker: what consumers do later is theirs. `ACCOUNTS=5000
 * POSTINGS=4000` makes it smaller while one works on it.
 */
import { alternate, printComparison, printFigure, quantile } from './compare.js';
import { drive, makePostings, startPointsWorld } from './points/points-world.js';

const TARGET = 8;
const ACCOUNTS = Number(process.env['ACCOUNTS'] ?? 100_000);
const POSTINGS = Number(process.env['POSTINGS'] ?? 20_000);
const CALLERS = 32;
/** One at a time takes longer, and tells as much by fewer. */
const SINGLES = Math.ceil(POSTINGS / 8);

const world = await startPointsWorld();
try {
  const owners = await world.members(1, ACCOUNTS);
  const comparison = await alternate({
    own: () => drive(makePostings(owners, POSTINGS), CALLERS, world.batched),
    reference: () => drive(makePostings(owners, SINGLES), CALLERS, world.single),
  });
  printFigure('points-post own', 1 / quantile(comparison.own, 0.5), 'postings/s');
  printFigure('points-post reference', 1 / quantile(comparison.reference, 0.5), 'postings/s');
  printComparison('points-post', comparison, TARGET);
} finally {
  await world.close();
}
