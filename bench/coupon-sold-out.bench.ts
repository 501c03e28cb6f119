/**
 * `coupon-sold-out`: refusals of claims of a batch that has nothing left, through HTTP with key check, rate limit, validation
 * and problem document, in CPU time of the server's process, against the same request to a hello route of the same server
 * without any of it.
 * Beside the requests the process looks for stock a few times a second; keys are read again each second.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { toPublicId } from '../src/platform/context/typed-id.js';
import { BATCH, TERMS } from '../test/modules/coupons/batch-sql.js';
import { createTestDatabase } from '../test/support/database.js';
import { alternate, printComparison, printFigure, quantile } from './compare.js';
import { HELLO_PATH } from './reference/coupon-sold-out.js';
import { startBenchServer } from './server.js';

const TARGET = 0.5;
const ROUNDS = 25;
const REQUESTS = 1_000;
const CONNECTIONS = 16;
const WARM_UPS = 8;
const CORP_ID = '01930000-0000-7000-8000-000000000001';
const BATCH_ID = randomUUID();
const CUSTOMER_ID = randomUUID();
const BODY = JSON.stringify({
  batchId: toPublicId('cpb', BATCH_ID),
  customerId: toPublicId('cus', CUSTOMER_ID),
});

const dataDir = mkdtempSync(path.join(tmpdir(), 'scrm-bench-'));
const database = await createTestDatabase();
await fillWorld();
const server = await startBenchServer('bench/coupon-sold-out/own.ts', {
  DATABASE_URL: database.appUrl,
  BENCH_CORP_ID: CORP_ID,
  PORT: '0',
  ROLE: 'api',
  LOG_LEVEL: 'warn',
  DATA_DIR: dataDir,
  MASTER_KEYS: `bench:${randomBytes(32).toString('base64')}`,
});
const keys = server.ready['keys'] as string[]; // reason: bench/coupon-sold-out/own.ts says so
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const { port } = new URL(server.url);
try {
  let turn = 0;
  const refuse = () => send('/v1/coupons/claims', 409, keys[turn++ % keys.length]);
  const hello = () => send(HELLO_PATH, 200, keys[turn++ % keys.length]);
  const round = (call: () => Promise<string>) => async (): Promise<number> => {
    const before = await server.cpuSeconds();
    let sent = 0;
    const caller = async (): Promise<void> => {
      while (sent++ < REQUESTS) await call();
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, caller));
    return (((await server.cpuSeconds()) - before) / REQUESTS) * 1e6;
  };
  const sides = { own: round(refuse), reference: round(hello) };
  for (let done = 0; done < WARM_UPS; done++) {
    await sides.reference();
    await sides.own();
  }
  const before = await databaseCalls();
  const startedAt = performance.now();
  await sides.own();
  const elapsedMs = performance.now() - startedAt;
  const calls = (await databaseCalls()) - before;
  printFigure(
    'coupon-sold-out database calls',
    calls,
    `in ${REQUESTS} refusals and ${Math.round(elapsedMs)} ms`,
  );
  // one look a quarter of a second, and each key once a second
  if (calls > 2 + elapsedMs / 200 + keys.length * (1 + elapsedMs / 1000)) process.exitCode = 1;
  const comparison = await alternate(sides, ROUNDS);
  printFigure('coupon-sold-out own', quantile(comparison.own, 0.5), 'µs CPU a refusal');
  printFigure('coupon-sold-out reference', quantile(comparison.reference, 0.5), 'µs CPU a hello');
  printComparison('coupon-sold-out', comparison, TARGET);
} finally {
  agent.destroy();
  await server.stop();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
}

/** @throws when another status than this one comes. */
function send(place: string, status: number, key?: string): Promise<string> {
  const headers = key && {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'content-length': BODY.length,
    'idempotency-key': randomUUID(),
  };
  const method = key ? 'POST' : 'GET';
  return new Promise((resolve, reject) => {
    const sent = request({
      agent,
      host: '127.0.0.1',
      port,
      path: place,
      method,
      ...(headers && { headers }),
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () =>
        response.statusCode === status ? resolve(text) : reject(new Error(`${response.statusCode} ${text}`)),
      );
    });
    sent.end(key ? BODY : undefined);
  });
}

async function databaseCalls(): Promise<number> {
  const { databaseCalls: calls } = JSON.parse(await send('/t/calls', 200)) as { databaseCalls: number };
  return calls;
}

async function fillWorld(): Promise<void> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    await client.query(`SET app.corp_id = '${CORP_ID}'`);
    await client.query(`
      INSERT INTO platform.corps (id, wecom_corp_id, name, time_zone, languages, mass_send_limit, state, created_at, updated_at)
        VALUES ('${CORP_ID}', 'wwbench', 'Bench', 'Asia/Shanghai', '{zh-CN}', 'per_day_1', 'active', now(), now());
      INSERT INTO customers.customers (corp_id, id, created_at, updated_at) VALUES ('${CORP_ID}', '${CUSTOMER_ID}', now(), now())`);
    const batch = [JSON.stringify(TERMS), 'running', 0, 1, null, null, 'Asia/Shanghai'];
    await client.query(BATCH, [CORP_ID, BATCH_ID, ...batch]);
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}
