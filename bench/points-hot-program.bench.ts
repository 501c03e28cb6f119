/**
 * `points-hot-program`: all postings in one program, against the same spread over 1,000 programs with as many accounts in
 * all: a program has no row of its own that they could queue for. `ACCOUNTS=5000 POSTINGS=4000` makes it smaller.
 */
import { alternate, printComparison, printFigure, quantile } from './compare.js';
import { drive, makePostings, startPointsWorld } from './points/points-world.js';

const TARGET = 0.9;
const ACCOUNTS = Number(process.env['ACCOUNTS'] ?? 100_000);
const POSTINGS = Number(process.env['POSTINGS'] ?? 20_000);
const PROGRAMS = 1_000;
const CALLERS = 32;

const world = await startPointsWorld();
try {
  const hot = await world.members(1, ACCOUNTS);
  const spread = await world.members(PROGRAMS, ACCOUNTS);
  const comparison = await alternate({
    own: () => drive(makePostings(hot, POSTINGS), CALLERS, world.batched),
    reference: () => drive(makePostings(spread, POSTINGS), CALLERS, world.batched),
  });
  printFigure('points-hot-program own', 1 / quantile(comparison.own, 0.5), 'postings/s');
  printFigure('points-hot-program reference', 1 / quantile(comparison.reference, 0.5), 'postings/s');
  printComparison('points-hot-program', comparison, TARGET);
} finally {
  await world.close();
}
