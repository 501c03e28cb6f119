import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { testClusterUrl } from '../../support/cluster.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { Readiness } from '../../../src/platform/health/readiness.js';
import { createProbeTable, ProbeBehaviour, ProbeModule } from './probe.js';

/** Of `startTestHttp`. */
const POOL_MAX = 10;
const ORDER = { name: 'tea', main: { sku: 'A1', count: 1 } };
const running: TestHttp[] = [];
async function start(...args: Parameters<typeof startTestHttp>): Promise<TestHttp> {
  const http = await startTestHttp(...args);
  running.push(http);
  return http;
}
afterEach(async () => {
  for (const http of running.splice(0)) await http.close();
});

async function asAdmin(sql: string, params: unknown[] = []): Promise<void> {
  const admin = new Client({ connectionString: await testClusterUrl() });
  await admin.connect();
  await admin.query(sql, params);
  await admin.end();
}

describe('rate limits', () => {
  const limits = { perKey: 3, perAddress: 2, windowMs: 10_000 };

  it('count by key and say what is left', async () => {
    const http = await start([ProbeModule], { limits });
    const corp = await http.addCorp();
    const [one, two] = [
      await http.corpKey(corp.id, ['customers:read']),
      await http.corpKey(corp.id, ['customers:read']),
    ];
    const get = (key: string, url = '/v1/probe/search') => http.call(key, { method: 'GET', url });
    expect((await get(one)).headers).toMatchObject({
      'ratelimit-policy': '"key";q=3;w=10',
      ratelimit: expect.stringMatching(/^"key";r=2;t=\d+$/),
    });
    await get(one, '/v1/nothing');
    await get(one);
    const refused = await get(one);
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'http.rate_limited']);
    expect(refused.headers['content-type']).toContain('problem+json');
    const [, left] = /;t=(\d+)$/.exec(String(refused.headers['ratelimit'])) ?? [];
    expect(Number(left)).toBeGreaterThan(2);
    expect(refused.headers['retry-after']).toBe(left);
    expect((await get(two)).statusCode).toBe(200);
  });

  it('slow down whoever guesses keys, and leave callbacks and health alone', async () => {
    const http = await start([ProbeModule], { limits });
    const guesses = [];
    for (let index = 0; index < 4; index++)
      guesses.push((await http.call('scrm_corp_guess', { method: 'GET', url: '/v1' })).statusCode);
    expect(guesses).toEqual([401, 401, 429, 429]);
    for (let index = 0; index < 5; index++) {
      expect((await http.app.inject({ method: 'GET', url: '/healthz' })).statusCode).toBe(200);
      expect((await http.app.inject({ method: 'POST', url: '/callbacks/probe' })).statusCode).toBe(201);
    }
  });
});

describe('the address of a caller', () => {
  const limits = { perKey: 1e6, perAddress: 2, windowMs: 60_000 };
  const guess = (http: TestHttp, forwarded: string, remoteAddress = '10.0.0.9') =>
    http.app
      .inject({ method: 'GET', url: '/v1', remoteAddress, headers: { 'x-forwarded-for': forwarded } })
      .then(({ statusCode }) => statusCode);

  it('is what a trusted proxy says, and nothing that the caller wrote before it', async () => {
    const http = await start([], { limits, settings: { trustProxy: ['10.0.0.0/8'] } });
    expect([await guess(http, '203.0.113.1'), await guess(http, '198.51.100.7, 203.0.113.1')]).toEqual([
      401, 401,
    ]);
    expect(await guess(http, '192.0.2.77, 203.0.113.1, 10.0.0.8')).toBe(429); // two proxies, one caller
    expect(await guess(http, '203.0.113.2')).toBe(401);
  });

  it('is where the connection comes from when that is no trusted proxy', async () => {
    const behind = await start([], { limits, settings: { trustProxy: ['10.0.0.0/8'] } });
    const bare = await start([], { limits });
    for (const http of [behind, bare]) {
      const statuses = [];
      for (const made of ['203.0.113.1', '203.0.113.2', '203.0.113.3'])
        statuses.push(await guess(http, made, '192.0.2.1'));
      expect(statuses).toEqual([401, 401, 429]);
    }
  });
});

describe('a process', () => {
  it('with ROLE=worker serves health and metrics only', async () => {
    const http = await start([ProbeModule], { settings: { role: 'worker' } });
    const status = async (url: string) =>
      (await http.call(http.operatorKey, { method: 'GET', url })).statusCode;
    expect([await status('/healthz'), await status('/readyz'), await status('/metrics')]).toEqual([
      200, 200, 200,
    ]);
    for (const url of ['/v1/probe/search', '/docs', '/openapi.json', '/callbacks/probe', '/nothing'])
      expect(await status(url)).toBe(404);
  });

  it('is not ready while something is held, failing or being migrated', async () => {
    const http = await start();
    const ready = async () => {
      const answer = await http.app.inject({ method: 'GET', url: '/readyz' });
      return [answer.statusCode, answer.json().checks];
    };
    const readiness = http.get(Readiness);
    readiness.hold('first-sync');
    expect(await ready()).toEqual([503, { database: 'ok', migrations: 'ok', 'first-sync': 'failing' }]);
    readiness.pass('first-sync');
    expect((await ready())[0]).toBe(200);
    readiness.register('broken', () => Promise.reject(new Error('x')));
    expect(await ready()).toEqual([503, expect.objectContaining({ broken: 'failing' })]);
  });

  it('looks at the database once for all who ask for its readiness at the same time', async () => {
    const http = await start();
    let looks = 0;
    http.get(Readiness).register('counted', async () => ++looks > 0);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => http.app.inject({ method: 'GET', url: '/readyz' })),
    );
    expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true);
    expect(looks).toBeLessThan(10);
  });

  it('is not ready before all migrations ran', async () => {
    const http = await start();
    await http.sql(
      'DELETE FROM platform.migrations WHERE timestamp = (SELECT max(timestamp) FROM platform.migrations)',
    );
    expect((await http.app.inject({ method: 'GET', url: '/readyz' })).json().checks).toEqual({
      database: 'ok',
      migrations: 'failing',
    });
  });

  it('answers 503 while the database is gone, and serves again after it', async () => {
    const http = await start([ProbeModule]);
    await createProbeTable(http.database.ownerUrl);
    const corp = await http.addCorp();
    const key = await http.corpKey(corp.id, ['customers:write']);
    const order = () => http.call(key, { method: 'POST', url: '/v1/probe/orders', payload: ORDER });
    expect((await order()).statusCode).toBe(201);
    await asAdmin(`ALTER DATABASE ${http.database.name} WITH ALLOW_CONNECTIONS false`);
    await asAdmin(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = 'wecom-scrm'`,
      [http.database.name],
    );
    const gone = await order();
    expect([gone.statusCode, gone.json().code, gone.headers['retry-after']]).toEqual([
      503,
      'http.unavailable',
      '2',
    ]);
    expect((await http.app.inject({ method: 'GET', url: '/healthz' })).statusCode).toBe(200);
    expect((await http.app.inject({ method: 'GET', url: '/readyz' })).statusCode).toBe(503);
    await asAdmin(`ALTER DATABASE ${http.database.name} WITH ALLOW_CONNECTIONS true`);
    expect((await order()).statusCode).toBe(201);
  });

  it('answers 503 when no connection of the pool comes free, and leaves no request hanging', async () => {
    const http = await start([ProbeModule]);
    const { id } = await http.addCorp();
    const key = await http.corpKey(id, ['customers:read']);
    let release: () => void = () => undefined;
    const free = new Promise<void>((resolve) => (release = resolve));
    const unit = http.get(UnitOfWork);
    const holders = Array.from({ length: POOL_MAX }, () => unit.run(undefined, () => free));
    const waiting = await http.call(key, { method: 'GET', url: '/v1/probe/search' });
    expect([waiting.statusCode, waiting.json().code]).toEqual([503, 'http.unavailable']);
    release();
    await Promise.all(holders);
    expect((await http.call(key, { method: 'GET', url: '/v1/probe/search' })).statusCode).toBe(200);
  }, 30_000);

  it('finishes what is in flight when it is told to end, and is not ready meanwhile', async () => {
    const http = await start([ProbeModule]);
    await createProbeTable(http.database.ownerUrl);
    const corp = await http.addCorp();
    const key = await http.corpKey(corp.id, ['customers:write']);
    await http.app.listen(0, '127.0.0.1');
    let entered: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => (entered = resolve));
    http.get(ProbeBehaviour).afterEffect = async () => {
      entered();
      await sleep(300);
    };
    const answer = fetch(`${await http.app.getUrl()}/v1/probe/orders`, {
      method: 'POST',
      body: JSON.stringify(ORDER),
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': 'in-flight',
      },
    });
    await inside;
    http.get(Readiness).stop();
    expect((await http.app.inject({ method: 'GET', url: '/readyz' })).json()).toEqual({
      status: 'not_ready',
      checks: { process: 'stopping' },
    });
    const closed = http.app.close();
    expect((await answer).status).toBe(201);
    await closed;
    const [stored] = await http.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM platform.idempotency_keys WHERE key = 'in-flight'`,
    );
    expect(stored?.n).toBe(1);
  });
});

describe('the end of the process', () => {
  it('does not wait for a connection on which nothing was ever asked', async () => {
    const http = await start([ProbeModule]);
    await http.app.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect(Number(new URL(await http.app.getUrl()).port), '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    const startedAt = performance.now();
    running.pop();
    await http.close();
    await closed;
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
