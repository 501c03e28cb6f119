import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import type { CustomerFilter } from '../../../src/modules/customers/search/domain/customer-filter.js';
import { gramsOf } from '../../../src/modules/customers/search/domain/name-grams.js';
import {
  type SearchKey,
  SearchCustomers,
} from '../../../src/modules/customers/search/queries/search-customers.js';
import { WALK } from '../../../src/modules/customers/search/queries/page-statement.js';
import { Database } from '../../../src/platform/database/database.js';
import { CustomersWorld, type TestCorp } from './customers-world.js';
import { customer, filter, holds, idOf, type ModelCustomer, timeOf } from './search-model.js';
import { followNames, storeModel } from './search-world.js';

const CUSTOMERS = 200;
const FILTERS = 60;

let world: CustomersWorld;
let search: SearchCustomers;

beforeAll(async () => {
  world = await CustomersWorld.start();
  search = world.http.get(SearchCustomers);
});
afterAll(async () => world.close());

interface Way {
  readonly sort: 'oldest' | 'newest';
  readonly limit: number;
  readonly scannedMax: number;
  readonly sortedMax: number;
  /** Which of the sources it is read along, counted round; absent: the one it chooses. */
  readonly along?: number | undefined;
}
/** Small limits, so that pages end early and go along everybody, too. */
const way: fc.Arbitrary<Way> = fc.record({
  sort: fc.constantFrom('oldest', 'newest'),
  limit: fc.integer({ min: 7, max: 60 }),
  scannedMax: fc.constantFrom(9, 40, 10_000),
  sortedMax: fc.constantFrom(0, 20, 10_000),
  along: fc.option(fc.nat(7), { nil: undefined }),
});

const ALL: Way = { sort: 'oldest', limit: 50, scannedMax: 10_000, sortedMax: 10_000 };

/** All pages, as a caller walks them. */
async function searchAll(
  corp: TestCorp,
  asked: CustomerFilter,
  { sort, limit, along, ...bounds }: Way,
): Promise<string[]> {
  const bounded = Object.assign(Object.create(search) as SearchCustomers, bounds);
  const ids: string[] = [];
  const start = along === undefined ? undefined : await beginAlong(corp, asked, sort, along);
  for (let after = start, pages = 0; pages <= 2 * CUSTOMERS; pages++) {
    const from = after;
    const { customers, next } = await corp.unit.read(corp.id, () => bounded.page(asked, sort, from, limit));
    expect(customers.length).toBeLessThanOrEqual(limit);
    ids.push(...customers.map(({ id }) => id));
    if (!next) return ids;
    after = next;
  }
  throw new Error('the pages do not end');
}

async function beginAlong(
  corp: TestCorp,
  asked: CustomerFilter,
  sort: Way['sort'],
  along: number,
): Promise<SearchKey> {
  const { conditions } = await corp.unit.read(corp.id, () => search.plan(asked, undefined));
  const sources = conditions.flatMap((condition) => condition.sources).length;
  const end = sort === 'newest' ? 'f' : '0';
  return { id: '00000000-0000-0000-0000-000000000000'.replaceAll('0', end), by: (along % (sources + 1)) - 1 };
}

describe('a search', () => {
  let corp: TestCorp;
  let customers: ModelCustomer[];

  beforeAll(async () => {
    corp = await world.corp({ staff: 1, customers: 0 });
    customers = fc
      .sample(customer, CUSTOMERS)
      .map((one) => ({ ...one, id: idOf(one.day) }))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    await storeModel(corp, customers);
    await followNames(corp);
    await corp.sql('ANALYZE');
  });

  it('finds whom a naive model finds, each once and in order, however it is paged', async () => {
    await fc.assert(
      fc.asyncProperty(filter, way, async (asked, paging) => {
        const expected = customers.filter((one) => holds(one, asked)).map(({ id }) => id);
        if (paging.sort === 'newest') expected.reverse();
        expect(await searchAll(corp, asked, paging)).toEqual(expected);
      }),
      { numRuns: FILTERS },
    );
  });

  it('reads what was created in some days along everybody, unless few were', async () => {
    const by = async (asked: CustomerFilter) =>
      (await corp.unit.read(corp.id, () => search.plan(asked, undefined))).by;
    const createdAt = (at: number) => timeOf(customers[at]?.day ?? 0);
    expect(await by({ createdTo: createdAt(CUSTOMERS - 1) })).toBe(WALK);
    expect(await by({ createdFrom: createdAt(CUSTOMERS / 4) })).toBe(WALK);
    expect(await by({ createdTo: createdAt(1) })).toBe(0);
  });

  it('finds whom the last of several relations tells, wherever a step ends among them', async () => {
    const several = await world.corp({ staff: 1, customers: 0 });
    const relation = { remark: '', way: 1, day: 1, ended: false, tags: [] };
    const models = fc.sample(customer, 20).map((one, at) => ({
      ...one,
      id: idOf(one.day),
      relations: ['chen', 'li', 'wang'].map((staff, nth) => ({
        ...relation,
        staff,
        state: nth === (at % 2) * 2 ? 'expo' : 'web',
      })),
    }));
    await storeModel(several, models);
    const asked = { relation: { addWays: [1], states: ['expo'] } };
    for (const scannedMax of [4, 5, 6, 7, 10_000])
      for (const sort of ['oldest', 'newest'] as const)
        expect(await searchAll(several, asked, { ...ALL, sort, scannedMax, along: 2 })).toHaveLength(20);
  });

  it('passes over rows that lead to nobody', async () => {
    const names = await world.corp({ staff: 1, customers: 0 });
    await names.sql(
      `INSERT INTO customers.name_grams (corp_id, gram, customer_id) SELECT $1, '云', gen_random_uuid() FROM generate_series(1, 9)`,
      [names.id],
    );
    await names.sql(
      `INSERT INTO customers.customers (corp_id, id, name, created_at, updated_at)
       SELECT $1, ('ffffffff-0000-0000-0000-00000000000' || n)::uuid, '云', now(), now() - interval '2 seconds' FROM generate_series(1, 3) n`,
      [names.id],
    );
    await followNames(names);
    expect(await searchAll(names, { names: ['云'] }, { ...ALL, limit: 2 })).toHaveLength(3);
  });

  it('repeats and skips nobody while customers change what they are not sorted by', async () => {
    const seen: string[] = [];
    let after: SearchKey | undefined;
    do {
      const from = after;
      const page = await corp.unit.read(corp.id, () => search.page({}, 'newest', from, 30));
      seen.push(...page.customers.map(({ id }) => id));
      await corp.sql(`UPDATE customers.customers SET updated_at = now(), name = name WHERE corp_id = $1`, [
        corp.id,
      ]);
      after = page.next;
    } while (after);
    expect(seen).toEqual(customers.map(({ id }) => id).reverse());
  });
});

describe('what customers are found by', () => {
  it('follows names and remarks and nothing else, and reads nothing twice', async () => {
    const corp = await world.corp({ staff: 1, customers: 0 });
    const models = fc.sample(customer, 40).map((one) => ({ ...one, id: idOf(one.day) }));
    await storeModel(corp, models);
    await followNames(corp);
    await expectGrams(corp);
    await corp.sql(
      `UPDATE customers.customers SET name = '单田芳', updated_at = now() - interval '2 seconds' WHERE corp_id = $1`,
      [corp.id],
    );
    await corp.sql(`UPDATE customers.follow_relations SET remark = '' WHERE corp_id = $1`, [corp.id]);
    await followNames(corp);
    await expectGrams(corp);
    const found = (name: string) => searchAll(corp, { names: [name] }, ALL);
    for (const name of ['单', '田芳', '单田芳', 'stf', 'DTF', 'ｓｔ'])
      expect(await found(name)).toHaveLength(40);
    expect(await found('单芳')).toHaveLength(0);
    const before = await corp.sql(
      `SELECT xmin::text FROM customers.search_names WHERE corp_id = $1 ORDER BY 1`,
      [corp.id],
    );
    await corp.sql(
      `UPDATE customers.customers SET updated_at = now() - interval '2 seconds' WHERE corp_id = $1`,
      [corp.id],
    );
    await followNames(corp);
    expect(
      await corp.sql(`SELECT xmin::text FROM customers.search_names WHERE corp_id = $1 ORDER BY 1`, [
        corp.id,
      ]),
    ).toEqual(before);
  });

  it('waits for a transaction that was open when others committed', async () => {
    const corp = await world.corp({ staff: 1, customers: 0 });
    const [late, punctual] = [randomUUID(), randomUUID()];
    const add = (id: string, name: string) =>
      `INSERT INTO customers.customers (corp_id, id, name, created_at, updated_at)
       VALUES ('${corp.id}', '${id}', '${name}', now(), statement_timestamp())`;
    const [isAdded, tellAdded] = signal();
    const [isRead, tellRead] = signal();
    const open = corp.unit.run(corp.id, async () => {
      await world.http.get(Database).execute(add(late, '迟到'));
      tellAdded();
      await isRead;
    });
    await isAdded;
    await corp.sql(add(punctual, '准到'));
    await sleep(1_100);
    await followNames(corp);
    tellRead();
    await open;
    await followNames(corp);
    expect((await searchAll(corp, { names: ['到'] }, ALL)).sort()).toEqual([late, punctual].sort());
  });
});

function signal(): [Promise<void>, () => void] {
  let tell = (): void => undefined;
  return [new Promise<void>((resolve) => (tell = resolve)), () => tell()];
}

async function expectGrams(corp: TestCorp): Promise<void> {
  const names = await corp.sql<{ id: string; names: string }>(
    `SELECT customer_id AS id, names FROM customers.search_names WHERE corp_id = $1`,
    [corp.id],
  );
  const stored = await corp.sql<{ pair: string }>(
    `SELECT customer_id || ' ' || gram AS pair FROM customers.name_grams WHERE corp_id = $1`,
    [corp.id],
  );
  const expected = names.flatMap((one) => [...gramsOf(one.names)].map((gram) => `${one.id} ${gram}`));
  expect(stored.map(({ pair }) => pair).sort()).toEqual(expected.sort());
}
