/**
 * `points-expire`: how long postings take, p95, while 1,000,000 lots expire on the same accounts, against postings alone: 32
 * callers by the batcher, Zipf over 100,000 accounts. Slices of both in turn, until all lots have expired; the sweep runs as
 * its job does, in the process that posts. `LOTS=20000 ACCOUNTS=5000 SLICE=3000` makes it smaller while one works on it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Posting } from '../src/modules/loyalty/ledger/domain/posting.js';
import { ExpirySweep } from '../src/modules/loyalty/ledger/expiry/reactions/expiry-sweep.js';
import { printFigure, printRatio, quantile } from './compare.js';
import { makePostings, type PointsWorld, startPointsWorld } from './points/points-world.js';

const TARGET = 0.75;
const LOTS = Number(process.env['LOTS'] ?? 1_000_000);
const ACCOUNTS = Number(process.env['ACCOUNTS'] ?? 100_000);
/** Of postings beside the sweep; those alone take a third, for there the sweep does not come nearer to its end. */
const SLICE_MS = Number(process.env['SLICE'] ?? 9_000);
const CALLERS = 32;
const ROUNDS_MIN = 5;
/** More than a slice books. */
const POSTINGS = SLICE_MS * 10;
const aloneMs = SLICE_MS / 3;

const world = await startPointsWorld();
try {
  const owners = await world.members(1, ACCOUNTS);
  await makeDueLots(world);
  const alone: number[] = [];
  const beside: number[] = [];
  let sweepMs = 0;
  await slice(world, makePostings(owners, POSTINGS), aloneMs); // does not count
  for (let round = 0, left = LOTS; left > 0 || round < ROUNDS_MIN; round++) {
    alone.push(quantile(await slice(world, makePostings(owners, POSTINGS), aloneMs), 0.95));
    const postings = makePostings(owners, POSTINGS);
    const stop = new AbortController();
    const startedAt = performance.now();
    const sweep = world.ledger.http.get(ExpirySweep).sweep(world.ledger.corpId, stop.signal);
    const measured = await slice(world, postings, SLICE_MS);
    stop.abort();
    await sweep;
    if (left > 0) beside.push(quantile(measured, 0.95));
    sweepMs += performance.now() - startedAt;
    left = await countDue(world);
  }
  printFigure('points-expire alone p95', quantile(alone, 0.5), 'ms');
  printFigure('points-expire beside the sweep p95', quantile(beside, 0.5), 'ms');
  printFigure('points-expire', (LOTS * 1_000) / sweepMs, 'lots/s');
  printRatio('points-expire', quantile(alone, 0.5) / quantile(beside, 0.5), TARGET);
} finally {
  await world.close();
}

/** @returns how long each posting took, in ms. */
async function slice(
  { batched }: PointsWorld,
  postings: readonly Posting[],
  forMs: number,
): Promise<number[]> {
  const durations: number[] = [];
  const end = performance.now() + forMs;
  let next = 0;
  const call = async (): Promise<void> => {
    for (let one = postings[next++]; one && performance.now() < end; one = postings[next++]) {
      const startedAt = performance.now();
      const result = await batched(one);
      if (result.outcome !== 'posted') throw new Error(result.code);
      durations.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, call));
  await pause(200); // what a slice left behind is not the next one's
  return durations;
}

/** Spread over the accounts, all due; made by SQL, for a million earnings would take longer than what is measured. */
async function makeDueLots({ ledger }: PointsWorld): Promise<void> {
  await ledger.sql(
    `WITH account AS (
       SELECT a.id, row_number() OVER () - 1 AS n FROM loyalty.accounts a WHERE a.corp_id = $1
     ), lot AS (
       INSERT INTO loyalty.lots (corp_id, account_id, seq, amount, remaining, expires_at)
       SELECT $1, a.id, 1000000000 + l.n, 5, 5, $4::timestamptz - make_interval(secs => l.n)
         FROM generate_series(0, $2::int - 1) AS l(n) JOIN account a ON a.n = l.n % $3::int
       RETURNING account_id, amount
     )
     UPDATE loyalty.accounts a SET posted = a.posted + s.points
       FROM (SELECT account_id, sum(amount)::bigint AS points FROM lot GROUP BY account_id) AS s
      WHERE a.corp_id = $1 AND a.id = s.account_id`,
    [ledger.corpId, LOTS, ACCOUNTS, ledger.http.clock.now()],
  );
  await ledger.sql('ANALYZE');
}

async function countDue({ ledger }: PointsWorld): Promise<number> {
  const [row] = await ledger.sql<{ due: number }>(
    'SELECT count(*)::int AS due FROM loyalty.lots WHERE corp_id = $1 AND expires_at <= $2 AND remaining > held',
    [ledger.corpId, ledger.http.clock.now()],
  );
  return row?.due ?? 0;
}
