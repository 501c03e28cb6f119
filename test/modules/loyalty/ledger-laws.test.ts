import fc from 'fast-check';
import type { PostedEntry, PostingResult } from '../../../src/modules/loyalty/ledger/domain/posting.js';
import { ledgerFaults } from '../../support/ledger-oracle.js';
import { LedgerModel, type ModelResult } from './ledger-model.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

const DAY_MS = 86_400_000;
/** Two of one person, and one alone. */
const PERSONS = [[0, 1], [2]];

type Order = {
  kind: 'earn' | 'opening' | 'spend' | 'adjust';
  customer: number;
  amount: number;
  days: number | null;
};
type Step =
  | { do: 'post'; orders: Order[] }
  | { do: 'reverse'; at: number; amount: number | undefined }
  | { do: 'expire' }
  | { do: 'freeze'; customer: number }
  | { do: 'wait'; days: number };

const customer = fc.nat(2);
const amount = fc.integer({ min: 1, max: 60 });
const order: fc.Arbitrary<Order> = fc.record({
  kind: fc.constantFrom('earn', 'earn', 'spend', 'spend', 'spend', 'adjust', 'opening'),
  customer,
  amount: fc.oneof(amount, amount, amount, fc.integer({ min: -40, max: -1 })),
  days: fc.constantFrom(null, 1, 2, 2, 5),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('post' as const),
      orders: fc.array(order, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('reverse' as const),
      at: fc.nat(60),
      amount: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined, freq: 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('freeze' as const), customer }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 3 }) }),
  },
);

let world: LedgerWorld;
beforeAll(async () => {
  world = await startLedgerWorld();
});
afterAll(() => world.close());

/** A history beside its model: both do each step, and must say the same of it. */
class History {
  private readonly ids: string[] = [];
  private constructor(
    private readonly customers: string[],
    private readonly accounts: string[],
    private readonly members: string[],
    private readonly model: LedgerModel,
  ) {}

  static async start(): Promise<History> {
    const customers = await world.customers(3);
    await world.link(customers[0] as string, customers[1] as string);
    const first = await world.post(...customers.map((customerId) => ({ customerId, amount: 10 })));
    const entries = first.map(entryOf);
    const accounts = entries.map(({ accountId }) => accountId);
    const rank = (one: number) => [...accounts].sort().indexOf(accounts[one] as string);
    const history = new History(
      customers,
      accounts,
      entries.map(({ memberId }) => memberId),
      new LedgerModel(PERSONS, rank),
    );
    customers.forEach((_, one) => history.model.credit('earn', one, 10, null));
    history.note(first);
    return history;
  }

  async take(taken: Step): Promise<void> {
    const now = world.http.clock.now().getTime();
    if (taken.do === 'wait') world.http.clock.advance(taken.days * DAY_MS);
    if (taken.do === 'freeze') await this.freeze(taken.customer);
    if (taken.do === 'post') {
      const expected = taken.orders.map((one) => this.expectedOf(one, now));
      this.compare(await world.post(...taken.orders.map((one) => this.postingOf(one, now))), expected);
    }
    if (taken.do === 'reverse') {
      const at = taken.at % (this.ids.length + 1); // the last one is none
      const expected = this.model.reverse(at, taken.amount, now);
      const transferId = this.ids[at] ?? '01930000-0000-7000-8000-000000000009';
      this.compare(await world.reverse({ transferId, ...(taken.amount && { amount: taken.amount }) }), [
        expected,
      ]);
    }
    if (taken.do === 'expire') {
      const expected = this.customers.map((_, one) => this.model.expire(one, now));
      await world.expire();
      this.compare(
        await this.newExpiries(),
        expected.filter((one) => one !== 'nothing_expired'),
      );
    }
  }

  /** As if each were a result, in the order of the customers. */
  private async newExpiries(): Promise<PostingResult[]> {
    const entries = await world.sql<PostedEntry & { transferId: string }>(
      `SELECT e.transfer_id AS "transferId", a.customer_id AS "customerId", e.seq::float, e.delta::float,
              e.balance_after::float AS "balanceAfter", e.debt_after::float AS "debtAfter",
              a.earned_total::float AS "earnedTotal"
         FROM loyalty.entries e JOIN loyalty.accounts a ON a.corp_id = e.corp_id AND a.id = e.account_id
        WHERE e.corp_id = $1 AND e.account_id = ANY ($2::uuid[]) AND e.kind = 'expire'
          AND e.transfer_id <> ALL ($3::uuid[]) ORDER BY array_position($2::uuid[], e.account_id)`,
      [world.corpId, this.accounts, this.ids],
    );
    return entries.map(({ transferId, ...entry }) => ({
      outcome: 'posted',
      transferId,
      entries: [entry],
      replayed: false,
    }));
  }

  private expectedOf({ kind, customer: one, amount: asked, days }: Order, now: number): ModelResult {
    if (asked < 0 && kind !== 'adjust') return 'loyalty.amount_invalid';
    if (kind === 'spend' || asked < 0) return this.model.debit(kind, one, Math.abs(asked), now);
    return this.model.credit(kind, one, asked, days && now + days * DAY_MS);
  }

  private postingOf({ kind, customer: one, amount: asked, days }: Order, now: number) {
    const expiresAt = days === null ? null : new Date(now + days * DAY_MS);
    return { kind, customerId: this.customers[one] as string, amount: asked, expiresAt };
  }

  private async freeze(one: number): Promise<void> {
    const { frozen } = this.model;
    await world.setFrozen(this.members[one] as string, !frozen.delete(one) && Boolean(frozen.add(one)));
  }

  private compare(results: PostingResult[], expected: ModelResult[]): void {
    this.note(results);
    const seen = results.map((result): ModelResult =>
      result.outcome === 'refused' ? result.code : result.entries.map((entry) => this.seenOf(entry)),
    );
    expect(seen).toEqual(expected);
  }

  private note(results: PostingResult[]): void {
    for (const result of results) if (result.outcome === 'posted') this.ids.push(result.transferId);
  }

  private seenOf({ customerId, seq, delta, balanceAfter, debtAfter, earnedTotal }: PostedEntry) {
    const one = this.customers.indexOf(customerId);
    return { customer: one, seq, delta, balance: balanceAfter, debt: debtAfter, earned: earnedTotal };
  }
}

function entryOf(result: PostingResult): PostedEntry {
  if (result.outcome !== 'posted' || !result.entries[0]) throw new Error('nothing was posted');
  return result.entries[0];
}

it('keeps points as the model does, whatever is earned, spent, taken back, given back and expires in any order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const history = await History.start();
      for (const taken of steps) await history.take(taken);
    }),
    { numRuns: Number(process.env['HISTORIES'] ?? 40) },
  );
  expect(await ledgerFaults((sql) => world.sql(sql))).toEqual({});
}, 300_000);
