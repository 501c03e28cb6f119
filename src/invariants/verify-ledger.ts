import type { Client } from 'pg';
import type { CorpId } from '../platform/context/typed-id.js';

/** What does not fit in a ledger, and where. */
export interface LedgerFault {
  readonly accountId: string;
  /** Of an entry or a lot; null: of the account itself. */
  readonly seq: number | null;
  /** The column, where one alone explains it; else what was looked at. */
  readonly field: string;
  readonly found: string | null;
  /** Null where it cannot be told. */
  readonly expected: string | null;
}

export interface VerifiedLedger {
  readonly accounts: number;
  readonly entries: number;
  /** At most FAULTS_MAX; the accounts they are in are all looked at. */
  readonly faults: readonly LedgerFault[];
}

export const FAULTS_MAX = 100;
const ACCOUNTS_TOGETHER = 2_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Walks all accounts of a corp in chunks, each in one snapshot, so that postings may go on. Nothing is written.
 * @param client of the application's or the owner's role; not inside a transaction.
 */
export async function verifyLedger(client: Client, corpId: CorpId): Promise<VerifiedLedger> {
  const faults: LedgerFault[] = [];
  let [accounts, entries, last] = [0, 0, BEFORE_ALL];
  for (;;) {
    const chunk = await inSnapshot(client, corpId, async () => {
      const [size] = (await client.query<ChunkSize>(CHUNK_SIZE, [corpId, last, ACCOUNTS_TOGETHER])).rows;
      for (const sql of [BROKEN_ENTRIES, BROKEN_ACCOUNTS, BROKEN_LOTS]) {
        const { rows } = await client.query<LedgerFault>(sql, [corpId, last, ACCOUNTS_TOGETHER]);
        faults.push(...rows);
      }
      return size;
    });
    if (!chunk?.last) break;
    accounts += chunk.accounts;
    entries += chunk.entries;
    last = chunk.last;
  }
  await inSnapshot(client, corpId, async () => {
    faults.push(...(await client.query<LedgerFault>(STRAY_ENTRIES, [corpId, FAULTS_MAX])).rows);
  });
  return { accounts, entries, faults: faults.slice(0, FAULTS_MAX) };
}

interface ChunkSize {
  readonly accounts: number;
  readonly entries: number;
  readonly last: string | null;
}

async function inSnapshot<T>(client: Client, corpId: CorpId, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await client.query(`SELECT set_config('app.corp_id', $1, true)`, [corpId]);
    return await work();
  } finally {
    await client.query('ROLLBACK');
  }
}

/** Accounts in the order of their ids, by their primary key. */
const CHUNK = `chunk AS MATERIALIZED (
    SELECT * FROM loyalty.accounts WHERE corp_id = $1 AND id > $2 ORDER BY id LIMIT $3)`;

const CHUNK_SIZE = `
  WITH ${CHUNK}
  SELECT (SELECT count(*)::int FROM chunk) AS accounts, (SELECT id FROM chunk ORDER BY id DESC LIMIT 1) AS last,
         (SELECT count(*)::int FROM loyalty.entries e JOIN chunk c ON e.corp_id = $1 AND e.account_id = c.id) AS entries`;

/**
 * Each entry against the one before it. Of a broken one it is tried which single column, put right, gives the stored hash:
 * what that column must be follows from its neighbours or from the transfer. A hash that was changed breaks the link to the
 * next entry, too; that one is not named when the recomputed hash mends it.
 */
const BROKEN_ENTRIES = `
  WITH ${CHUNK}, linked AS (
    SELECT e.*, c.version, c.chain_head, row_number() OVER w AS place,
           lag(e.hash, 1, ''::bytea) OVER w AS hash_before, lead(e.hash) OVER w AS hash_behind,
           lag(e.balance_after, 1, 0::bigint) OVER w AS balance_before, lag(e.debt_after, 1, 0::bigint) OVER w AS debt_before,
           lag(e.recorded_at) OVER w AS recorded_before
      FROM chunk c JOIN loyalty.entries e ON e.corp_id = $1 AND e.account_id = c.id
    WINDOW w AS (PARTITION BY e.account_id ORDER BY e.seq)
  ), checked AS (
    SELECT *, loyalty.entry_hash(hash_before, corp_id, account_id, seq, transfer_id, kind, delta, balance_after, debt_delta,
                                 debt_after, recorded_at) AS true_hash
      FROM linked
  ), chained AS (
    SELECT *, lag(true_hash) OVER (PARTITION BY account_id ORDER BY seq) AS true_hash_before FROM checked
  ), broken AS (
    SELECT * FROM chained
     WHERE (hash IS DISTINCT FROM true_hash OR seq <> place OR balance_after <> balance_before + delta
            OR debt_after <> debt_before + debt_delta OR recorded_at < recorded_before)
       AND NOT (hash = loyalty.entry_hash(coalesce(true_hash_before, ''), corp_id, account_id, seq, transfer_id, kind, delta,
                                          balance_after, debt_delta, debt_after, recorded_at)
                AND true_hash_before <> hash_before AND seq = place AND balance_after = balance_before + delta
                AND debt_after = debt_before + debt_delta)
     ORDER BY account_id, seq LIMIT ${FAULTS_MAX}
  )
  SELECT b.account_id AS "accountId", b.seq::int AS seq, coalesce(found.field, 'entry') AS field, found.found, found.expected
    FROM broken b
    LEFT JOIN loyalty.transfers t ON t.corp_id = $1 AND t.id = b.transfer_id
    LEFT JOIN LATERAL (
      SELECT * FROM (
        SELECT 'seq' AS field, b.seq::text AS found, b.place::text AS expected,
               loyalty.entry_hash(b.hash_before, b.corp_id, b.account_id, b.place, b.transfer_id, b.kind, b.delta,
                                  b.balance_after, b.debt_delta, b.debt_after, b.recorded_at) AS hash
        UNION ALL SELECT 'delta', b.delta::text, (b.balance_after - b.balance_before)::text,
               loyalty.entry_hash(b.hash_before, b.corp_id, b.account_id, b.seq, b.transfer_id, b.kind,
                                  b.balance_after - b.balance_before, b.balance_after, b.debt_delta, b.debt_after, b.recorded_at)
        UNION ALL SELECT 'balance_after', b.balance_after::text, (b.balance_before + b.delta)::text,
               loyalty.entry_hash(b.hash_before, b.corp_id, b.account_id, b.seq, b.transfer_id, b.kind, b.delta,
                                  b.balance_before + b.delta, b.debt_delta, b.debt_after, b.recorded_at)
        UNION ALL SELECT 'debt_delta', b.debt_delta::text, (b.debt_after - b.debt_before)::text,
               loyalty.entry_hash(b.hash_before, b.corp_id, b.account_id, b.seq, b.transfer_id, b.kind, b.delta,
                                  b.balance_after, b.debt_after - b.debt_before, b.debt_after, b.recorded_at)
        UNION ALL SELECT 'debt_after', b.debt_after::text, (b.debt_before + b.debt_delta)::text,
               loyalty.entry_hash(b.hash_before, b.corp_id, b.account_id, b.seq, b.transfer_id, b.kind, b.delta,
                                  b.balance_after, b.debt_delta, b.debt_before + b.debt_delta, b.recorded_at)
        UNION ALL SELECT 'kind', b.kind, k.kind,
               loyalty.entry_hash(b.hash_before, b.corp_id, b.account_id, b.seq, b.transfer_id, k.kind, b.delta,
                                  b.balance_after, b.debt_delta, b.debt_after, b.recorded_at)
          FROM unnest(ARRAY['earn', 'spend', 'adjust', 'opening', 'expire', 'reverse', 'hold_post', 'settle']) AS k(kind)
         WHERE k.kind <> b.kind
        UNION ALL SELECT 'recorded_at', b.recorded_at::text, t.recorded_at::text,
               loyalty.entry_hash(b.hash_before, b.corp_id, b.account_id, b.seq, b.transfer_id, b.kind, b.delta,
                                  b.balance_after, b.debt_delta, b.debt_after, t.recorded_at)
          WHERE t.recorded_at <> b.recorded_at
        UNION ALL SELECT 'transfer_id', b.transfer_id::text, o.id::text,
               loyalty.entry_hash(b.hash_before, b.corp_id, b.account_id, b.seq, o.id, b.kind, b.delta,
                                  b.balance_after, b.debt_delta, b.debt_after, b.recorded_at)
          FROM loyalty.transfers o WHERE o.corp_id = $1 AND o.recorded_at = b.recorded_at AND t.id IS NULL
      ) one WHERE one.hash = b.hash AND one.found <> one.expected
      UNION ALL
      -- the entry itself is whole, and what comes behind it was made with another hash than the one it shows
      SELECT 'hash', encode(b.hash, 'hex'), encode(b.true_hash, 'hex'), NULL
       WHERE b.hash <> b.true_hash AND b.balance_after = b.balance_before + b.delta
         AND b.debt_after = b.debt_before + b.debt_delta AND b.seq = b.place
         AND (b.chain_head = b.true_hash AND b.hash_behind IS NULL OR EXISTS (
               SELECT FROM loyalty.entries n
                WHERE n.corp_id = $1 AND n.account_id = b.account_id AND n.seq = b.seq + 1
                  AND n.hash = loyalty.entry_hash(b.true_hash, n.corp_id, n.account_id, n.seq, n.transfer_id, n.kind, n.delta,
                                                  n.balance_after, n.debt_delta, n.debt_after, n.recorded_at)))
      LIMIT 1) found ON true
   ORDER BY b.account_id, b.seq`;

/** What an account says of itself, against its last entry. An account without entries has nothing and owes nothing. */
const BROKEN_ACCOUNTS = `
  WITH ${CHUNK}, ended AS (
    SELECT c.*, l.seq AS last_seq, l.balance_after, l.debt_after, l.hash, coalesce((
             SELECT sum(o.held) FROM loyalty.lots o WHERE o.corp_id = $1 AND o.account_id = c.id), 0) AS lots_held
      FROM chunk c LEFT JOIN LATERAL (
        SELECT seq, balance_after, debt_after, hash FROM loyalty.entries e
         WHERE e.corp_id = $1 AND e.account_id = c.id ORDER BY e.seq DESC LIMIT 1) l ON true
  )
  SELECT id AS "accountId", NULL::int AS seq, field, found, expected
    FROM ended CROSS JOIN LATERAL (VALUES
      ('posted', posted::text, coalesce(balance_after, 0)::text),
      ('debt', debt::text, coalesce(debt_after, 0)::text),
      ('version', version::text, coalesce(last_seq, 0)::text),
      ('held', held::text, lots_held::text),
      ('chain_head', encode(chain_head, 'hex'), encode(coalesce(hash, ''), 'hex'))) AS f(field, found, expected)
   WHERE found <> expected ORDER BY id LIMIT ${FAULTS_MAX}`;

/** A lot against what was taken from it, and all open lots of an account against its balance. */
const BROKEN_LOTS = `
  WITH ${CHUNK}, lot AS (
    SELECT l.account_id, l.seq, l.remaining, c.posted, e.delta, l.amount, l.amount - coalesce((
             SELECT sum(u.amount - u.given_back) FROM loyalty.lot_uses u
              WHERE u.corp_id = $1 AND u.account_id = l.account_id AND u.lot_seq = l.seq), 0) AS left_over
      FROM chunk c JOIN loyalty.lots l ON l.corp_id = $1 AND l.account_id = c.id
      LEFT JOIN loyalty.entries e ON e.corp_id = $1 AND e.account_id = l.account_id AND e.seq = l.seq
  ), faults AS (
    SELECT account_id, seq, 'lot.remaining' AS field, remaining::text AS found, left_over::text AS expected
      FROM lot WHERE remaining <> left_over
    UNION ALL
    SELECT account_id, seq, 'lot.amount', amount::text, delta::text FROM lot WHERE amount IS DISTINCT FROM delta
    UNION ALL
    SELECT c.id, NULL, 'lots', coalesce(sum(l.remaining), 0)::text, c.posted::text
      FROM chunk c LEFT JOIN loyalty.lots l ON l.corp_id = $1 AND l.account_id = c.id
     GROUP BY c.id, c.posted HAVING coalesce(sum(l.remaining), 0) <> c.posted
  )
  SELECT account_id AS "accountId", seq::int AS seq, field, found, expected FROM faults
   ORDER BY account_id, seq NULLS LAST LIMIT ${FAULTS_MAX}`;

/** Entries of accounts that do not exist. */
const STRAY_ENTRIES = `
  SELECT e.account_id AS "accountId", e.seq::int AS seq, 'account_id' AS field, e.account_id::text AS found, NULL AS expected
    FROM loyalty.entries e
   WHERE e.corp_id = $1 AND NOT EXISTS (SELECT FROM loyalty.accounts a WHERE a.corp_id = $1 AND a.id = e.account_id)
   ORDER BY e.account_id, e.seq LIMIT $2`;
