import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { ExpirePoints } from '../../../src/modules/loyalty/ledger/expiry/use-cases/expire-points.js';
import { ExpirySweep } from '../../../src/modules/loyalty/ledger/expiry/reactions/expiry-sweep.js';
import type { Hold } from '../../../src/modules/loyalty/ledger/holds/domain/hold.js';
import { Holds } from '../../../src/modules/loyalty/ledger/holds/use-cases/holds.js';
import { ResolveHold } from '../../../src/modules/loyalty/ledger/holds/use-cases/resolve-hold.js';
import { Statements } from '../../../src/modules/loyalty/ledger/statements/queries/statements.js';
import { Members } from '../../../src/modules/loyalty/programs/use-cases/members.js';
import { AppError } from '../../../src/platform/errors/app-error.js';
import { ledgerFaults } from '../../support/ledger-oracle.js';
import { PaperLedger } from './holds-model.js';
import { type LedgerWorld, startLedgerWorld } from './ledger-world.js';

const HOUR_MS = 3_600_000;
const NEVER = Number.MAX_SAFE_INTEGER;
/** Two of one person, and one alone. */
const PERSONS = [[0, 1], [2]];
const NO_SIGNAL = new AbortController().signal;

let world: LedgerWorld;
beforeAll(async () => {
  world = await startLedgerWorld();
});
afterAll(() => world.close());

const now = () => world.http.clock.now().getTime();
const holds = () => world.http.get(Holds);
const resolving = () => world.http.get(ResolveHold);
const sweep = () => world.http.get(ExpirySweep).sweep(world.corpId, NO_SIGNAL);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const reserve = (customerId: string, amount: number, endsAt = now() + HOUR_MS) =>
  world.run(() =>
    holds().create({
      key: randomUUID(),
      programId: world.program.id,
      customerId,
      wallet: 'points',
      amount,
      expiresAt: new Date(endsAt),
    }),
  );
const entries = (customerId: string) =>
  world.sql<{ kind: string; delta: number }>(
    `SELECT e.kind, e.delta::int FROM loyalty.entries e JOIN loyalty.accounts a ON a.corp_id = e.corp_id AND a.id = e.account_id
      WHERE a.customer_id = $1 ORDER BY e.seq`,
    [customerId],
  );

type Step =
  | { do: 'earn' | 'hold'; customer: number; amount: number; hours: number | null }
  | { do: 'spend'; customer: number; amount: number }
  | { do: 'post'; at: number; amount: number | undefined }
  | { do: 'void'; at: number }
  | { do: 'give back'; at: number; amount: number }
  | { do: 'sweep' }
  | { do: 'wait'; hours: number };

const customer = fc.nat(2);
/** Holds and spends take from several lots, and posts only a part. */
const small = fc.integer({ min: 1, max: 25 });
const amount = fc.integer({ min: 1, max: 50 });
const at = fc.nat(20);
const is = <T extends string>(name: T) => fc.constant(name);
const hours = fc.constantFrom(1, 3, 6, 6, 12);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: is('earn'), customer, amount: small, hours: fc.option(hours) }) },
  { weight: 4, arbitrary: fc.record({ do: is('hold'), customer, amount: small, hours }) },
  { weight: 2, arbitrary: fc.record({ do: is('spend'), customer, amount }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: is('post'),
      at,
      amount: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('void'), at }) },
  { weight: 2, arbitrary: fc.record({ do: is('give back'), at, amount }) },
  { weight: 2, arbitrary: fc.record({ do: is('sweep') }) },
  { weight: 2, arbitrary: fc.record({ do: is('wait'), hours: fc.integer({ min: 1, max: 3 }) }) },
);

/** A history beside its model: both do each step, and must hold the same of each lot. */
class History {
  private readonly holds: Hold[] = [];
  /** Balances that were shown, with when. */
  private readonly shown: { account: number; at: Date; posted: number }[] = [];

  private constructor(
    private readonly customers: string[],
    private readonly accounts: string[],
    private readonly model: PaperLedger,
  ) {}

  static async start(): Promise<History> {
    const customers = await world.customers(3);
    await world.link(customers[0] as string, customers[1] as string);
    const made = await world.post(
      ...customers.map((customerId) => ({ customerId, amount: 9, expiresAt: null })),
    );
    const accounts = made.map((one) => (one.outcome === 'posted' ? (one.entries[0]?.accountId ?? '') : ''));
    const rank = (one: number) => [...accounts].sort().indexOf(accounts[one] as string);
    const model = new PaperLedger(PERSONS, rank);
    customers.forEach((_, one) => model.earn(one, 9, NEVER));
    const history = new History(customers, accounts, model);
    for (const inHours of [8, 4, 13]) for (const one of [0, 1, 2]) await history.earn(one, 8, inHours);
    return history;
  }

  async take(taken: Step): Promise<void> {
    await this.do(taken);
    await this.compare();
  }

  private async do(taken: Step): Promise<void> {
    if (taken.do === 'wait') await this.wait(taken.hours);
    if (taken.do === 'earn') await this.earn(taken.customer, taken.amount, taken.hours);
    if (taken.do === 'spend') {
      const [spent] = await world.post({ ...this.of(taken.customer), kind: 'spend', amount: taken.amount });
      expect(spent?.outcome === 'posted').toBe(this.model.spend(taken.customer, taken.amount, now()));
    }
    if (taken.do === 'hold') await this.hold(taken.customer, taken.amount, taken.hours ?? 1);
    if (taken.do === 'post' || taken.do === 'void') await this.resolve(taken);
    if (taken.do === 'give back') await this.giveBack(taken.at, taken.amount);
    if (taken.do === 'sweep') {
      this.model.sweep(now());
      await sweep();
    }
  }

  private of(one: number) {
    return { customerId: this.customers[one] as string };
  }

  private async earn(one: number, points: number, inHours: number | null): Promise<void> {
    const expires = inHours === null ? NEVER : now() + inHours * HOUR_MS;
    await world.post({
      ...this.of(one),
      amount: points,
      expiresAt: inHours === null ? null : new Date(expires),
    });
    this.model.earn(one, points, expires);
  }

  private async hold(one: number, points: number, inHours: number): Promise<void> {
    const ends = now() + inHours * HOUR_MS;
    const isPossible = this.model.hold(one, points, now(), ends);
    const made = reserve(this.customers[one] as string, points, ends);
    if (isPossible) this.holds.push(await made);
    else expect(await codeOf(made)).toBe('loyalty.points_insufficient');
  }

  private async resolve(taken: {
    do: 'post' | 'void';
    at: number;
    amount?: number | undefined;
  }): Promise<void> {
    if (this.holds.length === 0) return;
    const place = this.holds.length - 1 - (taken.at % Math.min(this.holds.length, 2)); // one of the last two
    const { id } = this.holds[place] as Hold;
    const work = world.run(() =>
      taken.do === 'void' ? resolving().void(id) : resolving().post(id, taken.amount),
    );
    const expected =
      taken.do === 'void' ? this.model.void(place, now()) : this.model.post(place, taken.amount, now());
    expect(await codeOf(work)).toBe(expected);
  }

  /** Of all that took points so far, in the order of their entries. */
  private async giveBack(place: number, points: number): Promise<void> {
    const taking = await world.sql<{ id: string }>(
      `SELECT t.id FROM loyalty.transfers t JOIN loyalty.entries e ON e.corp_id = t.corp_id AND e.transfer_id = t.id
        WHERE e.account_id = ANY($1::uuid[]) AND t.kind IN ('spend', 'hold_post', 'expire')
        GROUP BY t.corp_id, t.id ORDER BY min(t.recorded_at), t.id`,
      [this.accounts],
    );
    expect(taking).toHaveLength(this.model.transfers.length);
    const transferId = taking[place % Math.max(taking.length, 1)]?.id;
    if (transferId === undefined) return;
    const [back] = await world.reverse({ transferId, amount: points });
    expect(back?.outcome === 'posted').toBe(this.model.giveBack(place % taking.length, points));
  }

  private async wait(inHours: number): Promise<void> {
    world.http.clock.advance(inHours * HOUR_MS);
    this.model.endHolds(now());
    for (const { id } of this.holds) await world.run(() => resolving().expire(id));
  }

  private async compare(): Promise<void> {
    const lots = await world.sql(
      `SELECT account_id AS account, seq::int, remaining::int, held::int FROM loyalty.lots
        WHERE account_id = ANY($1::uuid[]) ORDER BY account_id, seq`,
      [this.accounts],
    );
    const expected = this.model.lots.map((lot) => ({
      account: this.accounts[lot.customer] as string,
      seq: lot.seq,
      remaining: lot.remaining,
      held: [...lot.reserved.values()].reduce((sum, one) => sum + one, 0),
    }));
    const place = (one: { account: string; seq: number }) =>
      `${one.account} ${String(one.seq).padStart(9, '0')}`;
    expect(lots).toEqual(expected.sort((a, b) => (place(a) < place(b) ? -1 : 1)));
    const account = this.shown.length % 3;
    const at = world.http.clock.now();
    const { debt, ...balance } = await this.read((one) => one.balance([this.accounts[account] as string]));
    expect({ debt, ...balance }).toEqual({ debt: 0, ...this.model.balance(account, now()) });
    this.shown.push({ account, at, posted: balance.posted });
    world.http.clock.advance(1); // so that each balance has an instant of its own
  }

  /** Every balance that was ever shown is still known. */
  async compareThePast(): Promise<void> {
    for (const { account, at: then, posted } of this.shown)
      expect(await this.read((one) => one.balanceAt([this.accounts[account] as string], then))).toEqual({
        posted,
        debt: 0,
      });
  }

  private read<T>(work: (statements: Statements) => Promise<T>): Promise<T> {
    return world.run(() => work(world.http.get(Statements)));
  }
}

it('P-6, P-7, P-9: reserves, spends, expires and gives back the very lots that the model does, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 40 }), async (steps) => {
      const history = await History.start();
      for (const taken of steps) await history.take(taken);
      await history.compareThePast();
    }),
    { numRuns: Number(process.env['HISTORIES'] ?? 5), endOnFailure: true },
  );
  expect(await ledgerFaults((sql) => world.sql(sql))).toEqual({});
}, 300_000);

it('P-9: of 30 who post, void and expire a hold at the same time one wins', async () => {
  for (let round = 0; round < 4; round++) {
    const [customerId = ''] = await world.customers(1);
    await world.post({ customerId, amount: 100 });
    const { id, expiresAt } = await reserve(customerId, 60);
    if (round % 2 === 1) world.http.clock.set(expiresAt);
    const tries = Array.from({ length: 10 }, () => [
      codeOf(world.run(() => resolving().post(id, 50))),
      codeOf(world.run(() => resolving().void(id))),
      codeOf(world.run(() => resolving().expire(id))),
    ]);
    const codes = await Promise.all(tries.flat());
    expect(codes.every((code) => code === undefined || code === 'loyalty.hold_resolved')).toBe(true);
    const [hold] = await world.sql<{ state: string; posted: number }>(
      'SELECT state, posted_amount::int AS posted FROM loyalty.holds WHERE id = $1',
      [id],
    );
    if (round % 2 === 1) expect(hold?.state).toBe('expired');
    expect(await world.account(customerId)).toMatchObject({ posted: 100 - (hold?.posted ?? 0), held: 0 });
    expect(await entries(customerId)).toHaveLength(hold?.state === 'posted' ? 2 : 1);
  }
});

it('holds of the same points at the same time never reserve more than there is', async () => {
  const [customerId = ''] = await world.customers(1);
  await world.post({ customerId, amount: 100 });
  const codes = await Promise.all(Array.from({ length: 30 }, () => codeOf(reserve(customerId, 7))));
  expect(codes.filter((code) => code === undefined)).toHaveLength(14);
  expect(await world.account(customerId)).toMatchObject({ posted: 100, held: 98 });
});

it('P-14: a hold that waits for a freeze to end sees it', async () => {
  const [customerId = ''] = await world.customers(1);
  const [earned] = await world.post({ customerId, amount: 100 });
  if (earned?.outcome !== 'posted') throw new Error('refused');
  const open = await reserve(customerId, 10);
  const freezing = world.run(async () => {
    await world.http.get(Members).freeze(earned.entries[0]?.memberId ?? '', 'test');
    await pause(300);
  });
  await pause(100);
  const codes = [reserve(customerId, 10), world.run(() => resolving().post(open.id))].map(codeOf);
  expect(await Promise.all(codes)).toEqual(['loyalty.member_frozen', 'loyalty.member_frozen']);
  await freezing;
  expect(await world.account(customerId)).toMatchObject({ posted: 100, held: 10 });
});

it('an earning taken back leaves held points alone, and what is owed takes them when they are set free', async () => {
  const [customerId = ''] = await world.customers(1);
  const [earned] = await world.post({ customerId, amount: 100 });
  if (earned?.outcome !== 'posted') throw new Error('refused');
  const [first, second] = [await reserve(customerId, 60), await reserve(customerId, 30)];
  await world.reverse({ transferId: earned.transferId, amount: 70 });
  expect(await world.account(customerId)).toMatchObject({ posted: 90, held: 90, debt: 60 });
  await world.run(() => resolving().post(first.id, 20));
  expect(await world.account(customerId)).toMatchObject({ posted: 30, held: 30, debt: 20 });
  await world.run(() => resolving().void(second.id));
  expect(await world.account(customerId)).toMatchObject({ posted: 10, held: 0, debt: 0 });
  expect((await entries(customerId)).map(({ kind, delta }) => [kind, delta])).toEqual([
    ['earn', 100],
    ['reverse', -10],
    ['hold_post', -20],
    ['settle', -40],
    ['settle', -20],
  ]);
  expect(await ledgerFaults((sql) => world.sql(sql))).toEqual({});
});

it('P-12: four sweeps at once, beside postings, expire each lot once', async () => {
  const customers = await world.customers(40);
  const expiresAt = new Date(now() + HOUR_MS);
  for (let lot = 0; lot < 5; lot++)
    await world.post(...customers.map((customerId) => ({ customerId, amount: 10, expiresAt })));
  await world.post(...customers.map((customerId) => ({ customerId, amount: 3, expiresAt: null })));
  world.http.clock.set(expiresAt);
  const expiry = world.http.get(ExpirePoints);
  const worker = async () => {
    for (let steps = 0; steps < 12; steps++) await world.run(() => expiry.step(7));
  };
  const spending = customers.map((customerId) => world.post({ customerId, kind: 'spend', amount: 1 }));
  const spent = await Promise.all([...spending, worker(), worker(), worker(), worker()]);
  expect(spent.flat().filter((one) => one?.outcome === 'posted')).toHaveLength(40);
  await sweep();
  expect(await world.run(() => expiry.step())).toBe(0);
  for (const customerId of customers) {
    const made = await entries(customerId);
    expect(made.filter(({ kind }) => kind === 'expire').reduce((sum, { delta }) => sum + delta, 0)).toBe(-50);
    expect(await world.account(customerId)).toMatchObject({ posted: 2, held: 0 });
  }
  expect(await ledgerFaults((sql) => world.sql(sql))).toEqual({});
});
