import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { PostedEntry, PostingResult } from '../../../src/modules/loyalty/ledger/domain/posting.js';
import { PostingBatcher } from '../../../src/modules/loyalty/ledger/use-cases/posting-batcher.js';
import { requestContext } from '../../../src/platform/context/request-context.js';
import { Database } from '../../../src/platform/database/database.js';
import { ledgerFaults } from '../../support/ledger-oracle.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

let world: LedgerWorld;
beforeAll(async () => {
  world = await startLedgerWorld();
});
afterAll(async () => {
  expect(await ledgerFaults((sql) => world.sql(sql))).toEqual({});
  await world.close();
});

const refused = (code: string) => ({ outcome: 'refused', code: `loyalty.${code}` });
const posted = (result: PostingResult | undefined) => {
  if (result?.outcome !== 'posted') throw new Error(`refused: ${JSON.stringify(result)}`);
  return result;
};
const rows = async () =>
  (
    await world.sql<{ count: number }>(
      `SELECT (SELECT count(*) FROM loyalty.transfers) + (SELECT count(*) FROM loyalty.entries)
            + (SELECT count(*) FROM loyalty.lots) + (SELECT count(*) FROM loyalty.members) AS count`,
    )
  )[0]?.count;

describe('what is wrong is refused by a code of its own and leaves nothing', () => {
  it.each([
    ['a negative amount', { amount: -1 }, 'amount_invalid'],
    ['a fraction', { amount: 1.5 }, 'amount_invalid'],
    ['nothing', { amount: 0 }, 'amount_invalid'],
    ['no number', { amount: Number.NaN }, 'amount_invalid'],
    ['too much at once', { amount: 1_000_000_000_001 }, 'amount_invalid'],
    ['a negative adjustment of too much', { kind: 'adjust', amount: -1_000_000_000_001 }, 'amount_invalid'],
    ['the future', { effectiveAt: new Date('2026-11-24T00:00:00Z') }, 'time_in_future'],
    ['ancient times', { effectiveAt: new Date('2023-11-01T00:00:00Z') }, 'time_too_old'],
    ['an expiry before the earning', { expiresAt: new Date('2026-11-01T00:00:00Z') }, 'expiry_invalid'],
    ['an unknown program', { programId: randomUUID() }, 'program_not_found'],
    ['an unknown wallet', { wallet: 'gold' }, 'wallet_not_found'],
    ['a score to spend', { wallet: 'growth', kind: 'spend' }, 'wallet_not_spendable'],
    ['an unknown customer', { customerId: randomUUID() }, 'customer_not_found'],
    ['an unknown customer who spends', { customerId: randomUUID(), kind: 'spend' }, 'customer_not_found'],
    ['points that nobody has', { kind: 'spend' }, 'points_insufficient'],
    ['a correction of what nobody has', { kind: 'adjust', amount: -1 }, 'points_insufficient'],
  ] as const)('%s', async (_, posting, code) => {
    const [customerId = '', other = ''] = await world.customers(2);
    const before = await rows();
    expect(await world.post({ customerId, ...posting })).toEqual([refused(code)]);
    expect(await rows()).toBe(before);
    const both = await world.post({ customerId: other, amount: 3 }, { customerId, ...posting });
    expect(both).toMatchObject([{ outcome: 'posted' }, refused(code)]); // and stands in nobody's way
  });

  it('what would overflow, and what is already too much', async () => {
    const [customerId = ''] = await world.customers(1);
    const most = Array.from({ length: 1_000 }, () => ({ customerId, amount: 1_000_000_000_000 }));
    expect((await world.post(...most)).every(({ outcome }) => outcome === 'posted')).toBe(true);
    expect(await world.post({ customerId })).toEqual([refused('overflow')]);
    await expect(world.post(...most, { customerId })).rejects.toThrow('at most 1000');
  });
});

describe('a key', () => {
  it('books once for ever: the same order answers the first result, another one is refused', async () => {
    const [customerId = ''] = await world.customers(1);
    const order = { key: 'once', customerId, amount: 7 };
    const [first] = await world.post(order);
    const [again, inOneCall, other] = await world.post(order, order, { ...order, amount: 8 });
    expect(again).toEqual({ ...posted(first), replayed: true });
    expect(inOneCall).toEqual(again);
    expect(other).toEqual(refused('key_reused'));
    world.http.clock.advance(1_500 * 86_400_000); // and for ever is long after its own time would be refused
    expect(await world.post(order)).toEqual([again]);
    expect(await world.account(customerId)).toMatchObject({ posted: 7, version: 1 });
  });

  it('is booked once by calls at the same time, also when they are for different customers', async () => {
    const customers = await world.customers(2);
    const order = { key: randomUUID(), amount: 7 };
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, n) => world.post({ ...order, customerId: customers[n % 2] ?? '' })),
    );
    const flat = results.flat();
    expect(flat.filter((one) => one.outcome === 'posted' && !one.replayed)).toHaveLength(1);
    expect(flat.filter((one) => one.outcome === 'posted' && one.replayed)).toHaveLength(5);
    expect(flat.filter((one) => one.outcome === 'refused' && one.code === 'loyalty.key_reused')).toHaveLength(
      6,
    );
  });
});

it('lets writers at the same time spend what there is and not a point more', async () => {
  const [a = '', b = '', c = ''] = await world.customers(3);
  await world.link(a, b);
  await world.post(
    { customerId: a, amount: 60 },
    { customerId: b, amount: 40 },
    { customerId: c, amount: 100 },
  );
  const results = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      world.post(
        { customerId: n % 2 ? a : b, kind: 'spend', amount: 5 },
        { customerId: c, kind: 'spend', amount: 5 },
        { customerId: n % 2 ? b : a, wallet: 'growth', amount: 1 },
      ),
    ),
  );
  const spends = results.flatMap((call) => call.slice(0, 2));
  expect(spends.filter(({ outcome }) => outcome === 'posted')).toHaveLength(40);
  expect([await world.account(a), await world.account(b), await world.account(c)]).toMatchObject([
    { posted: 0 },
    { posted: 0 },
    { posted: 0 },
  ]);
});

it('reverses a transfer at the same time from many sides by 100 % and not more', async () => {
  const [customerId = ''] = await world.customers(1);
  const { transferId } = posted((await world.post({ customerId, amount: 100 }))[0]);
  const results = await Promise.all(
    Array.from({ length: 15 }, () => world.reverse({ transferId, amount: 10 })),
  );
  expect(results.flat().filter(({ outcome }) => outcome === 'posted')).toHaveLength(10);
  expect(results.flat()).toContainEqual(refused('reversal_exceeds'));
  expect(await world.account(customerId)).toMatchObject({ posted: 0, earnedTotal: 0 });
});

it('keeps a frozen member from spending, books what he earns, and loses nothing (P-14)', async () => {
  const [customerId = ''] = await world.customers(1);
  const [first] = await world.post({ customerId, amount: 10 });
  const { memberId } = posted(first).entries[0] as PostedEntry;
  await world.setFrozen(memberId, true);
  expect(
    await world.post(
      { customerId, kind: 'spend' },
      { customerId, kind: 'adjust', amount: -1 },
      { customerId },
    ),
  ).toMatchObject([refused('member_frozen'), refused('member_frozen'), { outcome: 'posted' }]);
  await world.setFrozen(memberId, false);
  expect(await world.post({ customerId, kind: 'spend', amount: 11 })).toMatchObject([{ outcome: 'posted' }]);
});

it('shows other corps nothing and books nothing on their customers', async () => {
  const [customerId = ''] = await world.customers(1);
  const { transferId } = posted((await world.post({ customerId, amount: 10 }))[0]);
  const foreign = await world.http.addCorp();
  const unit = world.runAs(foreign.id);
  const order = {
    key: 'k',
    programId: world.program.id,
    customerId,
    wallet: 'points',
    kind: 'earn',
    amount: 1,
  } as const;
  expect(await unit(() => world.ledger.post([order]))).toEqual([refused('program_not_found')]);
  expect(
    await unit(() => world.ledger.reverse([{ key: 'r', programId: world.program.id, transferId }])),
  ).toEqual([refused('transfer_not_found')]);
});

it('lets nobody change an entry: not the application, and not the owner of the tables (P-5)', async () => {
  const client = new Client({ connectionString: world.http.database.appUrl });
  await client.connect();
  await client.query(`SELECT set_config('app.corp_id', '${world.corpId}', false)`);
  for (const sql of [
    'UPDATE loyalty.entries SET delta = 0',
    'DELETE FROM loyalty.entries',
    'TRUNCATE loyalty.entries',
  ])
    await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
  await client.end();
  for (const sql of [
    'UPDATE loyalty.entries SET delta = 0',
    'DELETE FROM loyalty.entries',
    'TRUNCATE loyalty.entries',
  ])
    await expect(world.sql(sql)).rejects.toThrow('append-only');
});

it('books for many callers in a few transactions, each in his own name', async () => {
  const batcher = world.http.get(PostingBatcher);
  const customers = await world.customers(40);
  const programId = world.program.id;
  const results = await Promise.all(
    [...customers, 'no customer'].map((customerId, n) =>
      requestContext.run({ requestId: `r${n}`, actor: { kind: 'key', id: `k${n}`, label: '' } }, () =>
        batcher
          .post(world.corpId, {
            key: randomUUID(),
            programId,
            customerId,
            wallet: 'points',
            kind: 'earn',
            amount: 5,
          })
          .catch(() => 'broken'),
      ),
    ),
  );
  expect(results.pop()).toBe('broken'); // and with it nobody else
  expect(results.every((one) => typeof one === 'object' && one.outcome === 'posted')).toBe(true);
  const [said] = await world.sql(
    `SELECT count(DISTINCT t.actor_id)::int AS actors, count(DISTINCT t.request_id)::int AS requests
       FROM loyalty.transfers t JOIN loyalty.entries e ON e.transfer_id = t.id
       JOIN loyalty.accounts a ON a.id = e.account_id WHERE a.customer_id = ANY ($1)`,
    [customers],
  );
  expect(said).toEqual({ actors: 40, requests: 40 });
});

it('books for customers who are enrolled by several calls at once', async () => {
  for (let round = 0; round < 3; round++) {
    const customers = await world.customers(4);
    const calls = Array.from({ length: 8 }, () =>
      world.post(...customers.map((customerId) => ({ customerId, amount: 1 }))),
    );
    await Promise.all(calls);
    const accounts = await Promise.all(customers.map((customerId) => world.account(customerId)));
    expect(accounts.map((account) => account?.posted)).toEqual([8, 8, 8, 8]);
  }
});

it('reads rows by their keys, also of tables that no statistics are of and that one transaction fills', async () => {
  expect((await world.call('POST', '/v1/loyalty/boards', { preset: 'weekly_points_king' })).status).toBe(201);
  world.http.clock.advance(10);
  const database = world.http.get(Database);
  const read = () =>
    database.query<{ name: string; rows: number }>(
      `SELECT relname AS name, coalesce(idx_tup_fetch, 0) + seq_tup_read AS rows FROM pg_stat_xact_user_tables
        WHERE relid = ANY ('{loyalty.accounts, loyalty.transfers, loyalty.entries, loyalty.lots, loyalty.lot_uses,
                             loyalty.board_standings}'::regclass[])`,
    );
  const plain = () => ({ key: randomUUID(), programId: world.program.id, wallet: 'points' });
  const customers = await world.customers(120);
  await world.run(async () => {
    for (const part of [customers.slice(0, 60), customers.slice(60)]) {
      const before = new Map((await read()).map(({ name, rows }) => [name, rows]));
      const earned = await world.ledger.post(
        [5, 6].flatMap((amount) =>
          part.map((customerId) => ({ ...plain(), customerId, kind: 'earn' as const, amount })),
        ),
      );
      const spend = { kind: 'spend' as const, amount: 8 };
      await world.ledger.post(part.map((customerId) => ({ ...plain(), customerId, ...spend })));
      await world.reverse(...earned.map((one) => ({ transferId: posted(one).transferId })));
      const most = 10 * 5 * part.length; // ten rows of a table for each of these postings
      const much = (await read()).filter(({ name, rows }) => rows - (before.get(name) ?? 0) > most);
      expect(much).toEqual([]);
    }
  });
});
