import { randomUUID } from 'node:crypto';
import type { Posting, PostingResult } from '../../src/modules/loyalty/ledger/domain/posting.js';
import { PostingBatcher } from '../../src/modules/loyalty/ledger/use-cases/posting-batcher.js';
import { type LedgerWorld, startLedgerWorld } from '../../test/modules/loyalty/ledger-world.js';

/** As many connections as the application has. */
const POOL_MAX = 20;
/** Nobody runs short of points in a benchmark. */
const OPENING = 1_000_000_000;
const EARNED = 10;
const SPENT = 3;
/** One of so many postings spends. */
const SPEND_EVERY = 4;

export interface Owner {
  readonly programId: string;
  readonly customerId: string;
}

/** Accounts of one corp, with all that listens to postings, and no worker: what consumers do later is theirs. */
export interface PointsWorld {
  readonly ledger: LedgerWorld;
  /** Members of so many programs, one account with points each. */
  members(programs: number, accounts: number): Promise<Owner[]>;
  /** By the batcher. */
  batched(posting: Posting): Promise<PostingResult>;
  /** A transaction of its own. */
  single(posting: Posting): Promise<PostingResult>;
  close(): Promise<void>;
}

export async function startPointsWorld(): Promise<PointsWorld> {
  const ledger = await startLedgerWorld([], { poolMax: POOL_MAX });
  const batcher = ledger.http.get(PostingBatcher);
  return {
    ledger,
    members: (programs, accounts) => makeMembers(ledger, programs, accounts),
    batched: (posting) => batcher.post(ledger.corpId, posting),
    single: async (posting) => {
      const [result] = await ledger.run(() => ledger.ledger.post([posting]));
      if (!result) throw new Error('no result');
      return result;
    },
    close: () => ledger.close(),
  };
}

async function makeMembers(ledger: LedgerWorld, programs: number, accounts: number): Promise<Owner[]> {
  const owners = await ledger.sql<Owner>(
    `WITH program AS (
       INSERT INTO loyalty.programs (corp_id, id, key, name_zh, name_en, time_zone, created_at)
       SELECT $1, gen_random_uuid(), $4 || n, 'p', 'p', 'Asia/Shanghai', now() FROM generate_series(1, $2::int) n
       RETURNING id
     ), numbered AS (
       SELECT id, gen_random_uuid() AS wallet_id, gen_random_uuid() AS growth_id, row_number() OVER () AS n FROM program
     ), wallet AS (
       INSERT INTO loyalty.wallets (corp_id, id, program_id, key, kind, name_zh, name_en, expiry_kind, expiry_count,
              extends_on_earning)
       SELECT $1, wallet_id, id, 'points', 'spendable', 'w', 'w', 'never', 0, false FROM numbered
       UNION ALL SELECT $1, growth_id, id, 'growth', 'growth', 'w', 'w', 'never', 0, false FROM numbered
     ), customer AS (
       INSERT INTO customers.customers (corp_id, id, created_at, updated_at)
       SELECT $1, gen_random_uuid(), now(), now() FROM generate_series(1, $3::int) RETURNING id
     ), member AS (
       INSERT INTO loyalty.members (corp_id, id, program_id, customer_id, joined_at)
       SELECT $1, gen_random_uuid(), p.id, c.id, now()
         FROM (SELECT id, row_number() OVER () AS n FROM customer) c JOIN numbered p ON p.n = 1 + c.n % $2::int
       RETURNING id, program_id, customer_id
     ), account AS (
       INSERT INTO loyalty.accounts (corp_id, id, member_id, wallet_id, program_id, customer_id)
       SELECT $1, gen_random_uuid(), m.id, p.wallet_id, m.program_id, m.customer_id
         FROM member m JOIN numbered p ON p.id = m.program_id
     )
     SELECT program_id AS "programId", customer_id AS "customerId" FROM member`,
    [ledger.corpId, programs, accounts, `bench-${randomUUID().slice(0, 8)}-`],
  );
  const openings = owners.map(({ programId, customerId }) => ({
    ...posting({ programId, customerId }),
    kind: 'opening' as const,
    amount: OPENING,
  }));
  for (let at = 0; at < openings.length; at += 1_000) await ledger.post(...openings.slice(at, at + 1_000));
  await ledger.sql('ANALYZE');
  return owners;
}

function posting({ programId, customerId }: Owner): Posting {
  return { key: randomUUID(), programId, customerId, wallet: 'points', kind: 'earn', amount: EARNED };
}

/** Every fourth spends, the others earn; customers by Zipf's law with exponent 1: the first has a twelfth of all. */
export function makePostings(owners: readonly Owner[], count: number): Posting[] {
  const draw = zipf(owners.length);
  return Array.from({ length: count }, (_, n) => {
    const owner = owners[draw()];
    if (!owner) throw new Error('no such owner');
    return n % SPEND_EVERY ? posting(owner) : { ...posting(owner), kind: 'spend', amount: SPENT };
  });
}

function zipf(count: number): () => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let n = 0; n < count; n++) sums[n] = sum += 1 / (n + 1);
  return () => {
    const drawn = Math.random() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < drawn) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** So many callers, each of whom posts again when he has his answer. @returns seconds a posting. @throws when one is refused. */
export async function drive(
  postings: readonly Posting[],
  callers: number,
  post: (posting: Posting) => Promise<PostingResult>,
): Promise<number> {
  let next = 0;
  const startedAt = performance.now();
  const call = async (): Promise<void> => {
    for (let one = postings[next++]; one; one = postings[next++]) {
      const result = await post(one);
      if (result.outcome !== 'posted' || result.replayed) throw new Error(JSON.stringify(result));
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return (performance.now() - startedAt) / 1000 / postings.length;
}
