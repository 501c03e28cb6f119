/**
 * `points-post-engine`: the same postings as `points-post` by the batcher, against the posting function called by one plain
 * connection a core, in batches of what 32 callers give, and nothing else: no persons looked up, no events, no levels and
 * boards. `ACCOUNTS=5000 POSTINGS=4000` makes it smaller.
 */
import { alternate, printComparison, printFigure, quantile } from './compare.js';
import { drive, makePostings, startPointsWorld } from './points/points-world.js';
import { PlainPosting } from './reference/points-post.js';

const TARGET = 0.35;
const ACCOUNTS = Number(process.env['ACCOUNTS'] ?? 100_000);
const POSTINGS = Number(process.env['POSTINGS'] ?? 20_000);
const CALLERS = 32;

const world = await startPointsWorld();
const { corpId, http } = world.ledger;
const plain = new PlainPosting(http.database.appUrl, corpId, http.clock.now());
try {
  const owners = await world.members(1, ACCOUNTS);
  await plain.open(owners[0]?.programId ?? '');
  const comparison = await alternate({
    own: () => drive(makePostings(owners, POSTINGS), CALLERS, world.batched),
    reference: () => plain.run(makePostings(owners, POSTINGS), CALLERS),
  });
  printFigure('points-post-engine own', 1 / quantile(comparison.own, 0.5), 'postings/s');
  printFigure('points-post-engine reference', 1 / quantile(comparison.reference, 0.5), 'postings/s');
  printComparison('points-post-engine', comparison, TARGET);
} finally {
  await plain.close();
  await world.close();
}
