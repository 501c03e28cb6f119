/**
 * Ten filters over a million customers (`CUSTOMERS=50000` makes it smaller while one works on it), the first and the
 * 1,000th page (the last one where there are fewer), 20 customers each. Own side: the search of the application with all
 * that chooses its index. Reference: the best statement for each filter, written by hand. Both behind row-level security.
 * What a page reads is counted in the plan: every row that a scan gave or threw away.
 */
import { deepStrictEqual } from 'node:assert';
import { Client } from 'pg';
import { createTestDatabase } from '../test/support/database.js';
import { alternate, type Comparison, printComparison, printFigure, quantile } from './compare.js';
import { type BenchFilter, benchFilters, type BenchWords } from './customer-search/filters.js';
import { type PlanNode, SearchingApplication } from './customer-search/searching-application.js';
import { fillCustomersWorld, WORLD_CORP_ID, worldSize } from './customers-world/index.js';
import { RawSearch } from './reference/customer-search.js';

const TARGET = 0.6;
const LIMIT = 20;
const PAGE = 1_000;
const ROUNDS = 9;
const PAGES_A_ROUND = 10;
const READ_PER_ROW_MAX = 20;
const READ_SHARE_MAX = 0.01;
const PHONE = '13800001234';

const COMMON_NAME = `
  SELECT c.name, min(n.names) AS names FROM customers.customers c
    JOIN customers.search_names n ON n.corp_id = c.corp_id AND n.customer_id = c.id
   WHERE length(c.name) = 3 GROUP BY c.name ORDER BY count(*) DESC, c.name LIMIT 1`;

const database = await createTestDatabase();
try {
  await fillCustomersWorld(database.ownerUrl);
  const own = await SearchingApplication.start(database.appUrl);
  const raw = new RawSearch(database.appUrl, WORLD_CORP_ID);
  try {
    await measure(own, raw, benchFilters(await fillSearch(own)));
  } finally {
    await raw.close();
    await own.close();
  }
} finally {
  await database.drop();
}

async function measure(
  own: SearchingApplication,
  raw: RawSearch,
  filters: readonly BenchFilter[],
): Promise<void> {
  const sizes = await tableSizes();
  const compared: { name: string; comparison: Comparison }[] = [];
  for (const filter of filters) {
    const ids = await raw.allIds(filter);
    const last = Math.max(0, Math.min(PAGE, Math.ceil(ids.length / LIMIT)) - 1);
    for (const page of last === 0 ? [0] : [0, last]) {
      const name = `${filter.name}, page ${page + 1}`;
      const expected = ids.slice(page * LIMIT, (page + 1) * LIMIT);
      const comparison = await comparePage(
        own,
        raw,
        { filter, name, after: ids[page * LIMIT - 1], expected },
        sizes,
      );
      compared.push({ name, comparison });
    }
  }
  const ratio = ({ comparison }: { comparison: Comparison }) =>
    quantile(comparison.reference, 0.5) / quantile(comparison.own, 0.5);
  compared.sort((a, b) => ratio(a) - ratio(b));
  const [worst] = compared;
  if (!worst) throw new Error('nothing was compared');
  process.stdout.write(`worst: ${worst.name}\n`);
  printComparison('customer-search', worst.comparison, TARGET);
}

interface BenchPage {
  readonly filter: BenchFilter;
  readonly name: string;
  readonly after: string | undefined;
  readonly expected: readonly string[];
}

async function comparePage(
  own: SearchingApplication,
  raw: RawSearch,
  { filter, name, after, expected }: BenchPage,
  sizes: ReadonlyMap<string, number>,
): Promise<Comparison> {
  const first = await own.page(filter.filter, undefined, LIMIT);
  // further pages read along what the first one chose, as their cursor says
  const key = after === undefined ? undefined : { id: after, by: first.next?.by ?? 0 };
  deepStrictEqual(
    (await own.page(filter.filter, key, LIMIT)).customers.map(({ id }) => id),
    expected,
  );
  for (const plan of await own.plansOf(filter.filter, key, LIMIT))
    judgePlan(name, plan, expected.length, sizes);
  const comparison = await alternate(
    {
      own: () => timeOf(() => own.page(filter.filter, key, LIMIT)),
      reference: () => timeOf(() => raw.page(filter, after, LIMIT)),
    },
    ROUNDS,
  );
  const [ownMs, rawMs] = [quantile(comparison.own, 0.5), quantile(comparison.reference, 0.5)];
  process.stdout.write(
    `${name}: ${ownMs.toFixed(2)} ms, by hand ${rawMs.toFixed(2)} ms, ${(rawMs / ownMs).toFixed(2)}\n`,
  );
  return comparison;
}

/** @returns milliseconds of one page. */
async function timeOf(page: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  for (let done = 0; done < PAGES_A_ROUND; done++) await page();
  return (performance.now() - startedAt) / PAGES_A_ROUND;
}

function judgePlan(name: string, plan: PlanNode, rows: number, sizes: ReadonlyMap<string, number>): void {
  const read = new Map<string, number>();
  for (const node of flatten(plan)) {
    const table = node['Relation Name'];
    if (node['Node Type'] === 'Seq Scan') fail(`${name}: reads ${table} from end to end`);
    if (table === undefined) continue;
    const each =
      node['Actual Rows'] +
      (node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Index Recheck'] ?? 0);
    read.set(table, (read.get(table) ?? 0) + each * node['Actual Loops']);
  }
  for (const [table, count] of read) {
    const most = Math.max(READ_PER_ROW_MAX * rows, READ_SHARE_MAX * (sizes.get(table) ?? 0));
    if (count > most) fail(`${name}: reads ${count} rows of ${table}, at most ${most}`);
  }
  const counts = [...read].map(([table, count]) => `${table} ${Math.round(count)}`);
  process.stdout.write(`${name}: ${rows} customers, read ${counts.join(', ')}\n`);
}

function flatten(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}

function fail(problem: string): void {
  process.stdout.write(`FAILED ${problem}\n`);
  process.exitCode = 1;
}

/** Names as the application reads them, and one phone number. */
async function fillSearch(own: SearchingApplication): Promise<BenchWords> {
  await own.addCustomer(PHONE);
  const startedAt = performance.now();
  await own.followNames();
  printFigure('customer-search names', worldSize() / ((performance.now() - startedAt) / 1000), 'customers/s');
  return asOwner(async (client) => {
    await client.query('VACUUM (ANALYZE)');
    const { rows: names } = await client.query<{ name: string; names: string }>(COMMON_NAME);
    const { rows: hashes } = await client.query<{ hash: string }>(
      `SELECT value_hash AS hash FROM customers.identifiers WHERE source = 'shop' ORDER BY observed_at DESC LIMIT 1`,
    );
    const [common] = names;
    const initials = common?.names.split('\n').find((line) => /^[a-z]{3}$/.test(line));
    if (!common || !initials) throw new Error('the world has no name of three letters');
    return {
      name: common.name,
      initials: initials.slice(0, 2),
      phone: PHONE,
      phoneHash: hashes[0]?.hash ?? '',
    };
  });
}

async function tableSizes(): Promise<Map<string, number>> {
  return asOwner(async (client) => {
    const { rows } = await client.query<{ name: string; rows: number }>(
      `SELECT relname AS name, reltuples::float8 AS rows FROM pg_class WHERE relnamespace = 'customers'::regnamespace`,
    );
    return new Map(rows.map((row) => [row.name, row.rows]));
  });
}

async function asOwner<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    await client.query(`SET app.corp_id = '${WORLD_CORP_ID}'`);
    return await work(client);
  } finally {
    await client.end();
  }
}
