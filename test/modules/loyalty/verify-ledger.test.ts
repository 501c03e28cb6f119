import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { Client } from 'pg';
import { loyaltyVerify } from '../../../src/cli/loyalty-verify.js';
import { type LedgerFault, verifyLedger } from '../../../src/invariants/verify-ledger.js';
import { testClusterUrl } from '../../support/cluster.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

let world: LedgerWorld;
let reader: Client;
/** Nobody else gets past the triggers. */
let superuser: Client;

beforeAll(async () => {
  world = await startLedgerWorld();
  reader = new Client({ connectionString: world.http.database.appUrl });
  const url = new URL(await testClusterUrl());
  url.pathname = `/${world.http.database.name}`;
  superuser = new Client({ connectionString: url.toString() });
  for (const client of [reader, superuser]) await client.connect();
  await superuser.query('SET session_replication_role = replica');
  await live();
});
afterAll(async () => {
  for (const client of [reader, superuser]) await client.end();
  await world.close();
});

/** Six members who earn, spend, owe and get back; several entries an account. */
async function live(): Promise<void> {
  const customers = await world.customers(6);
  for (let round = 0; round < 6; round++) {
    const earned = await world.post(
      ...customers.map((customerId, index) => ({ customerId, amount: 10 + index })),
    );
    const spent = await world.post(
      ...customers.map((customerId) => ({ customerId, kind: 'spend' as const, amount: 7 + round })),
    );
    const ids = [...earned.slice(0, 3), ...spent.slice(2, 4)].flatMap((result) =>
      result.outcome === 'posted' ? [result.transferId] : [],
    );
    await world.reverse(...ids.map((transferId) => ({ transferId, amount: 5 })));
    world.http.clock.advance(1_000);
  }
}

const verify = () => verifyLedger(reader, world.corpId);

interface Place {
  account_id: string;
  seq: number;
}

/** Changes one value past every guard, looks, and puts it back. @returns what it was, and what was found. */
async function withChange(
  table: string,
  column: string,
  change: string,
  place: Place,
): Promise<{ before: string; after: string; faults: readonly LedgerFault[] }> {
  const where = table === 'accounts' ? 'id = $1' : 'account_id = $1 AND seq = $2';
  const params = table === 'accounts' ? [place.account_id] : [place.account_id, place.seq];
  const shown = column === 'hash' || column === 'chain_head' ? `encode(${column}, 'hex')` : `${column}::text`;
  const read = async () => {
    const { rows } = await superuser.query(
      `SELECT ${column} AS raw, ${shown} AS text FROM loyalty.${table} WHERE ${where}`,
      params,
    );
    return rows[0] as { raw: unknown; text: string };
  };
  const before = await read();
  await superuser.query(`UPDATE loyalty.${table} SET ${column} = ${change} WHERE ${where}`, params);
  const after = (await read()).text;
  const { faults } = await verify();
  await superuser.query(`UPDATE loyalty.${table} SET ${column} = $${params.length + 1} WHERE ${where}`, [
    ...params,
    before.raw,
  ]);
  return { before: before.text, after, faults };
}

it('finds nothing where nothing was changed', async () => {
  const { accounts, entries, faults } = await verify();
  expect({ accounts, faults }).toEqual({ accounts: 12, faults: [] });
  expect(entries).toBeGreaterThan(60);
});

it.each([
  ['entries', 'delta', 'delta + 1'],
  ['entries', 'balance_after', 'balance_after + 256'],
  ['entries', 'debt_delta', 'debt_delta + 1'],
  ['entries', 'debt_after', 'debt_after + 1'],
  ['entries', 'kind', `CASE kind WHEN 'earn' THEN 'spend' ELSE 'earn' END`],
  ['entries', 'recorded_at', `recorded_at + interval '1 microsecond'`],
  ['entries', 'transfer_id', `'${randomUUID()}'`],
  ['entries', 'hash', 'set_byte(hash, 7, get_byte(hash, 7) # 1)'],
  ['accounts', 'posted', 'posted + 1'],
  ['accounts', 'debt', 'debt + 1'],
  ['accounts', 'version', 'version + 1'],
  ['accounts', 'chain_head', 'set_byte(chain_head, 0, get_byte(chain_head, 0) # 1)'],
])('finds and locates a changed %s.%s', async (table, column, change) => {
  const { rows } = await superuser.query<Place>('SELECT account_id, seq::int AS seq FROM loyalty.entries');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...rows), async (place) => {
      const { before, after, faults } = await withChange(table, column, change, place);
      const seq = table === 'accounts' ? null : place.seq;
      expect(faults).toContainEqual({
        accountId: place.account_id,
        seq,
        field: column,
        found: after,
        expected: before,
      });
      expect(faults.every(({ accountId }) => accountId === place.account_id)).toBe(true);
    }),
    { numRuns: 4 },
  );
  expect((await verify()).faults).toEqual([]);
});

it('says so on the command line, with the exit code', async () => {
  const run = async () => {
    const lines: string[] = [];
    const code = await loyaltyVerify({ DATABASE_URL: world.http.database.appUrl }, (line) =>
      lines.push(line),
    );
    return { code, text: lines.join('\n') };
  };
  expect(await run()).toMatchObject({
    code: 0,
    text: expect.stringContaining('Every entry is as it was booked'),
  });
  const change = (by: number) =>
    superuser.query(
      `UPDATE loyalty.entries SET delta = delta + $1 WHERE (account_id, seq) IN (
         SELECT account_id, seq FROM loyalty.entries ORDER BY account_id, seq LIMIT 1)`,
      [by],
    );
  await change(5);
  const { code, text } = await run();
  await change(-5);
  expect(code).toBe(1);
  expect(text).toMatch(/acc_\w+ entry 流水 1: delta is 现为 \d+, must be 应为 \d+/);
  expect(await loyaltyVerify({}, () => undefined)).toBe(2);
});

it('finds a changed lot, a missing entry and one that was moved to nobody', async () => {
  const { rows } = await superuser.query<Place>(
    'SELECT account_id, seq::int AS seq FROM loyalty.lots WHERE amount > 1',
  );
  const [lot] = rows;
  if (!lot) throw new Error('no lot');
  const changed = await withChange('lots', 'remaining', 'remaining + 1', lot);
  expect(changed.faults).toContainEqual({
    accountId: lot.account_id,
    seq: lot.seq,
    field: 'lot.remaining',
    found: changed.after,
    expected: changed.before,
  });
  for (const change of [
    'DELETE FROM loyalty.entries',
    `UPDATE loyalty.entries SET account_id = '${randomUUID()}'`,
  ]) {
    await superuser.query('BEGIN');
    const { rows: taken } = await superuser.query(
      `SELECT * FROM loyalty.entries WHERE account_id = $1 AND seq = 2`,
      [lot.account_id],
    );
    await superuser.query(`${change} WHERE account_id = $1 AND seq = 2`, [lot.account_id]);
    await superuser.query('COMMIT');
    const { faults } = await verify();
    expect(faults).toContainEqual(expect.objectContaining({ accountId: lot.account_id, seq: 3 }));
    await superuser.query(`DELETE FROM loyalty.entries WHERE hash = $1`, [taken[0].hash]);
    await superuser.query(
      `INSERT INTO loyalty.entries SELECT * FROM json_populate_record(NULL::loyalty.entries, $1)`,
      [JSON.stringify({ ...taken[0], hash: `\\x${taken[0].hash.toString('hex')}` })],
    );
  }
  expect((await verify()).faults).toEqual([]);
});
