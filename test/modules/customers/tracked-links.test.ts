import { Client } from 'pg';
import { testClusterUrl } from '../../support/cluster.js';
import { eventually } from '../../support/eventually.js';
import { type BehaviourWorld, startBehaviourWorld } from './behaviour-world.js';

const TARGET = 'https://shop.example.com/sale?from=wecom#top';
const PERSON = {
  'user-agent':
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50',
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
};
const MINUTE_MS = 60_000;
let world: BehaviourWorld;
let cus: string;

beforeAll(async () => {
  world = await startBehaviourWorld();
  [cus = ''] = await world.customers(1);
  for (const body of [
    { host: 'shop.example.com' },
    { host: 'Wide.Example.NET', subdomains: true },
    { host: '茶.example.cn' },
  ])
    expect((await world.call('POST', '/v1/link-domains', body)).status).toBe(201);
});
afterAll(() => world.close());

const make = (body: object = {}) => world.call('POST', '/v1/tracked-links', { target: TARGET, ...body });
const link = async (id: string) => (await world.call('GET', `/v1/tracked-links/${id}`)).body;
/** Without a key, as whoever got the link. Each test comes from another address. */
let address = 1;
beforeEach(() => void address++);
const open = (path: string, headers: object = {}, method = 'GET') =>
  world.http.app.inject({
    method: method as 'GET',
    url: path,
    headers: { ...PERSON, ...headers },
    remoteAddress: `10.0.0.${address}`,
  });

describe('the target of a link', () => {
  it('is checked when the link is made, and only then', async () => {
    expect((await make({ target: 'https://evil.com/' })).body.code).toBe('customers.link_target_not_allowed');
    expect((await make({ target: 'https://u@shop.example.com/' })).body.code).toBe(
      'customers.link_target_invalid',
    );
    const domain = (await world.call('POST', '/v1/link-domains', { host: 'gone.example.org' })).body;
    const made = await make({ target: 'https://gone.example.org/a' });
    expect((await world.call('DELETE', `/v1/link-domains/${domain.id}`)).status).toBe(204);
    expect((await make({ target: 'https://gone.example.org/b' })).status).toBe(422);
    expect((await open(made.body.path)).headers.location).toBe('https://gone.example.org/a');
  });
});

describe('domains', () => {
  it('are listed once each, to their corp only', async () => {
    const { items } = (await world.call('GET', '/v1/link-domains')).body;
    expect(items.map(({ host }: { host: string }) => host)).toContain('wide.example.net');
    expect((await world.call('POST', '/v1/link-domains', { host: 'SHOP.example.com' })).body.code).toBe(
      'customers.link_domain_exists',
    );
    expect((await world.call('POST', '/v1/link-domains', { host: '10.0.0.1' })).body.code).toBe(
      'customers.link_domain_invalid',
    );
    const { id } = await world.http.addCorp();
    const foreign = await world.http.corpKey(id, ['customers:read', 'customers:write']);
    expect((await world.call('GET', '/v1/link-domains', undefined, foreign)).body.items).toEqual([]);
    expect((await world.call('DELETE', `/v1/link-domains/${items[0].id}`, undefined, foreign)).status).toBe(
      404,
    );
    expect((await world.call('POST', '/v1/tracked-links', { target: TARGET }, foreign)).body.code).toBe(
      'customers.link_target_not_allowed',
    );
  });
});

describe('GET /t/{code}', () => {
  it('redirects to the target, keeps nothing, tells nobody, and counts people', async () => {
    const { body: made } = await make({ title: '会员专场' });
    expect(made).toMatchObject({
      target: TARGET,
      opens: 0,
      customerId: null,
      path: expect.stringMatching(/^\/t\/[\w-]{22}$/),
    });
    const answer = await open(made.path);
    expect([answer.statusCode, answer.headers.location, answer.body]).toEqual([302, TARGET, '']);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect((await open(`${made.path}?to=https://evil.com`)).headers.location).toBe(TARGET);
    await eventually(async () => expect(await link(made.id)).toMatchObject({ opens: 2 }));
    expect((await link(made.id)).lastOpenedAt).toBe(world.http.clock.now().toISOString());
    expect(world.http.logLines.join('\n')).not.toContain(made.path.slice(3));
  });

  it.each([
    ['HEAD', {}],
    ['GET', { purpose: 'prefetch' }],
    ['GET', { 'sec-purpose': 'prefetch;prerender' }],
    ['GET', { 'x-purpose': 'preview' }],
    ['GET', { 'x-moz': 'prefetch' }],
    ['GET', { 'user-agent': 'Mozilla/5.0 (compatible; Baiduspider/2.0)' }],
    ['GET', { 'user-agent': 'WeChat link preview' }],
    ['GET', { 'user-agent': '' }],
    ['GET', { accept: 'image/webp,image/*' }],
    ['GET', { 'sec-fetch-dest': 'image' }],
  ])('redirects machines and does not count them: %s %j', async (method, headers) => {
    const { body: made } = await make();
    expect((await open(made.path, headers, method)).statusCode).toBe(302);
    await open(made.path);
    await eventually(async () => expect(await link(made.id)).toMatchObject({ opens: 1 }));
  });

  it('tells who opened a personal link, once a minute', async () => {
    const { body: made } = await make({ customerId: cus, title: '给您的' });
    expect((await world.call('GET', `/v1/tracked-links?customerId=${cus}`)).body.items).toEqual([made]);
    const events = async () =>
      (await world.call('GET', `/v1/customers/${cus}/events?type=link_opened`)).body.items;
    await Promise.all(Array.from({ length: 5 }, () => open(made.path)));
    await eventually(async () => expect(await link(made.id)).toMatchObject({ opens: 5 }));
    expect(await events()).toMatchObject([
      { source: 'tracked_links', data: { linkId: made.id, title: '给您的' } },
    ]);
    world.http.clock.advance(MINUTE_MS);
    await open(made.path);
    await eventually(async () => expect(await events()).toHaveLength(2));
    const [told] = (await world.published('customers.behaviour_recorded')).slice(-1);
    expect(told?.payload.eventIds).toHaveLength(1);
    expect((await make({ customerId: 'cus_01jd3q4mfaeq6v5c0qd8y3y5za' })).body.code).toBe(
      'customers.event_customer_unknown',
    );
  });

  it.each([
    ['zh-CN,zh;q=0.9', 'zh-CN', '链接已失效'],
    ['en', 'en', 'This link leads nowhere'],
  ])('says in %s that a link leads nowhere', async (language, tag, title) => {
    const expiresAt = new Date(world.http.clock.now().getTime() + MINUTE_MS).toISOString();
    const [off, expired] = [(await make()).body, (await make({ expiresAt })).body];
    expect([(await open(off.path)).statusCode, (await open(expired.path)).statusCode]).toEqual([302, 302]);
    await world.call('PUT', `/v1/tracked-links/${off.id}`, { enabled: false });
    world.http.clock.advance(MINUTE_MS);
    const paths = [
      off.path,
      expired.path,
      `/t/${'a'.repeat(22)}`,
      '/t/x',
      '/t/https:%2F%2Fevil.com',
      "/t/'%20OR%201=1",
      '/t/%00',
    ];
    for (const path of paths) {
      const answer = await open(path, { 'accept-language': language });
      expect([path, answer.statusCode, answer.headers.location]).toEqual([path, 404, undefined]);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'content-language': tag,
      });
      expect(answer.body).toContain(title);
    }
  });

  it('leads nowhere when the corp is disconnected', async () => {
    const { body: made } = await make();
    await world.http.sql(`UPDATE platform.corps SET state = 'disconnected' WHERE id = $1`, [world.corpId]);
    expect((await open(made.path)).statusCode).toBe(404);
    await world.http.sql(`UPDATE platform.corps SET state = 'active' WHERE id = $1`, [world.corpId]);
  });

  it('lets nobody guess, or open without end', async () => {
    const { body: made } = await make();
    const guess = (n: number) => open(`/t/${String(n).padStart(22, 'g')}`);
    const guesses = await Promise.all(Array.from({ length: 110 }, (_, n) => guess(n)));
    expect(guesses.map(({ statusCode }) => statusCode).filter((status) => status === 429)).toHaveLength(10);
    expect((await open(made.path)).statusCode).toBe(302);
    const all = await Promise.all(Array.from({ length: 900 }, () => open(made.path, {}, 'HEAD')));
    expect(all.at(-1)?.statusCode).toBe(429);
  });

  it('still redirects while the database is away, and writes later who came', async () => {
    const [known, unknown] = [(await make({ customerId: cus })).body, (await make()).body];
    await open(known.path);
    await eventually(async () => expect(await link(known.id)).toMatchObject({ opens: 1 }));
    const admin = new Client({ connectionString: await testClusterUrl() });
    await admin.connect();
    const { name } = world.http.database;
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename LIKE '%_app'`,
      [name],
    );
    world.http.clock.advance(MINUTE_MS);
    const [cached, other] = [await open(known.path), await open(unknown.path)];
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await admin.end();
    expect([cached.statusCode, cached.headers.location]).toEqual([302, TARGET]);
    expect([other.statusCode, other.json<{ code: string }>().code]).toEqual([503, 'http.unavailable']);
    await eventually(async () => expect(await link(known.id)).toMatchObject({ opens: 2 }));
  });
});

it('links are shown to their own corp only', async () => {
  const { body: made } = await make();
  const { id } = await world.http.addCorp();
  const foreign = await world.http.corpKey(id, ['customers:read', 'customers:write']);
  expect((await world.call('GET', `/v1/tracked-links/${made.id}`, undefined, foreign)).status).toBe(404);
  expect((await world.call('PUT', `/v1/tracked-links/${made.id}`, { enabled: false }, foreign)).status).toBe(
    404,
  );
  expect((await world.call('GET', '/v1/tracked-links', undefined, foreign)).body.items).toEqual([]);
  expect((await world.call('GET', '/v1/tracked-links/tlk_x')).status).toBe(404);
});
