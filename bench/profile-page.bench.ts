/**
 * `GET /v1/customers/{id}/page` with a key, in CPU time of the server process, against the same SQL by plain pg behind a bare
 * Fastify route, with the same answer. The database's own CPU counts on neither side. Every fourth page is one of the busiest customers.
 */
import { deepStrictEqual } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { toPublicId } from '../src/platform/context/typed-id.js';
import { createTestDatabase } from '../test/support/database.js';
import { alternate, printComparison, printFigure, quantile } from './compare.js';
import { fillCustomersWorld, WORLD_CORP_ID, worldCustomerId, worldSize } from './customers-world/index.js';
import { load, startBenchServer, type BenchServer, type LoadRequest } from './server.js';

const TARGET = 0.5;
const ROUNDS = 25;
const REQUESTS = 200;
const CONNECTIONS = 8;
const WARM_UPS = 8;
/** A step that meets every customer before it comes back. */
const STEP = 7_919;

const dataDir = mkdtempSync(path.join(tmpdir(), 'scrm-bench-'));
const database = await createTestDatabase();
const customers = worldSize();
await fillCustomersWorld(database.ownerUrl, customers);
printFigure('profile-page world', customers, 'customers');
const env = { DATABASE_URL: database.appUrl, BENCH_CORP_ID: WORLD_CORP_ID, PORT: '0' };
const reference = await startBenchServer('bench/reference/profile-page.ts', env);
const own = await startBenchServer('bench/point-read.own.ts', {
  ...env,
  ROLE: 'api',
  DATA_DIR: dataDir,
  MASTER_KEYS: `bench:${randomBytes(32).toString('base64')}`,
});
try {
  await compare();
} finally {
  await Promise.all([own.stop(), reference.stop()]);
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function compare(): Promise<void> {
  const keys = own.ready['keys'] as string[]; // reason: bench/point-read.own.ts says so
  let turn = 0;
  const next = (): LoadRequest => ({
    path: `/v1/customers/${toPublicId('cus', worldCustomerId(customerOf(++turn)))}/page`,
    headers: { authorization: `Bearer ${keys[turn % keys.length]}` },
  });
  for (let page = 0; page < 8; page++) await expectSameAnswer(next());
  const durations: number[] = [];
  const round = (server: BenchServer, times: number[]) => async (): Promise<number> => {
    const before = await server.cpuSeconds();
    times.push(...(await load(server.url, { connections: CONNECTIONS, count: REQUESTS, next })));
    return (((await server.cpuSeconds()) - before) / REQUESTS) * 1e6;
  };
  const referenceDurations: number[] = [];
  const sides = { own: round(own, durations), reference: round(reference, referenceDurations) };
  for (let done = 0; done < WARM_UPS; done++) {
    await sides.reference();
    await sides.own();
  }
  durations.length = referenceDurations.length = 0;
  const comparison = await alternate(sides, ROUNDS);
  printFigure('profile-page own', quantile(comparison.own, 0.5), 'µs CPU a request');
  printFigure('profile-page reference', quantile(comparison.reference, 0.5), 'µs CPU a request');
  printFigure('profile-page p50', quantile(durations, 0.5), `ms, ${CONNECTIONS} connections`);
  printFigure('profile-page p99', quantile(durations, 0.99), `ms, ${CONNECTIONS} connections`);
  printFigure('profile-page reference p99', quantile(referenceDurations, 0.99), 'ms');
  printComparison('profile-page', comparison, TARGET);
}

function customerOf(turn: number): number {
  const number = 1 + ((turn * STEP) % customers);
  return turn % 4 === 0 ? Math.max(100, number - (number % 100)) : number;
}

async function expectSameAnswer({ path: place, headers }: LoadRequest): Promise<void> {
  const [ours, theirs] = await Promise.all(
    [own, reference].map(async ({ url }) =>
      (await fetch(`${url}${place}`, { headers: headers ?? {} })).json(),
    ),
  );
  deepStrictEqual(ours, theirs);
}
