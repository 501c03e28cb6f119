/**
 * `points-lone`: the median latency of one caller alone by the batcher, who must not wait for company, against the same by
 * a transaction of his own. `ACCOUNTS=5000 POSTINGS=200` makes it smaller.
 */
import type { Posting, PostingResult } from '../src/modules/loyalty/ledger/domain/posting.js';
import { alternate, printFigure, printRatio, quantile } from './compare.js';
import { makePostings, startPointsWorld } from './points/points-world.js';

const TARGET = 0.75;
const ACCOUNTS = Number(process.env['ACCOUNTS'] ?? 100_000);
const POSTINGS = Number(process.env['POSTINGS'] ?? 500);

const world = await startPointsWorld();
try {
  const owners = await world.members(1, ACCOUNTS);
  const medianOf = async (post: (posting: Posting) => Promise<PostingResult>): Promise<number> => {
    const latencies: number[] = [];
    for (const posting of makePostings(owners, POSTINGS)) {
      const startedAt = performance.now();
      await post(posting);
      latencies.push(performance.now() - startedAt);
    }
    return quantile(latencies, 0.5);
  };
  const { own, reference } = await alternate({
    own: () => medianOf(world.batched),
    reference: () => medianOf(world.single),
  });
  printFigure('points-lone own', quantile(own, 0.5), 'ms');
  printFigure('points-lone reference', quantile(reference, 0.5), 'ms');
  printRatio('points-lone', quantile(reference, 0.5) / quantile(own, 0.5), TARGET);
} finally {
  await world.close();
}
