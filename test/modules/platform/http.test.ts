import { connect } from 'node:net';
import { once } from 'node:events';
import fc from 'fast-check';
import { BODY_BYTES_MAX } from '../../../src/platform/http/json-body.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';
import { createProbeTable, ProbeModule } from './probe.js';

const ORDER = { name: 'tea', main: { sku: 'A1', count: 1 } };
let http: TestHttp;
let corp: Awaited<ReturnType<TestHttp['addCorp']>>;
let key: string;

beforeAll(async () => {
  http = await startTestHttp([ProbeModule]);
  await createProbeTable(http.database.ownerUrl);
  corp = await http.addCorp();
  key = await http.corpKey(corp.id, ['customers:read', 'customers:write']);
});
afterAll(async () => http.close());

type Headers = Record<string, string>;
const post = (url: string, payload: unknown, headers: Headers = {}) =>
  http.call(key, { method: 'POST', url, payload: payload as object, headers });
const get = (url: string, headers: Headers = {}) => http.call(key, { method: 'GET', url, headers });
const raw = (payload: string | Buffer, type: string | undefined, url = '/v1/probe/echo') =>
  http.call(key, { method: 'POST', url, payload, headers: { ...(type && { 'content-type': type }) } });

describe('problems', () => {
  it('are RFC 9457 with code and request id, in the language of the caller', async () => {
    const answer = await get('/v1/nothing', {
      'accept-language': 'fr;q=0.9, zh-CN;q=0.8, en;q=0.5',
      'x-request-id': 'trace-0001',
    });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers['x-request-id']).toBe('trace-0001');
    expect(answer.json()).toEqual({
      type: 'urn:wecom-scrm:problem:http.not_found',
      title: '资源不存在',
      status: 404,
      code: 'http.not_found',
      requestId: 'trace-0001',
      retryable: false,
    });
    expect((await get('/v1/nothing')).json().title).toBe('Nothing is here');
  });

  it('take no request id that could harm a log', async () => {
    const answer = await get('/v1/nothing', { 'x-request-id': 'a"},{"b' });
    expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['PUT', '/v1/probe/orders', 405, 'http.method_not_allowed'],
    ['GET', '/v1/probe/orders/x', 405, 'http.method_not_allowed'],
    ['DELETE', '/healthz', 405, 'http.method_not_allowed'],
    ['GET', '/v1/probe/%zz', 400, 'http.malformed_request'],
    ['GET', `/v1/probe/text/${'x'.repeat(300)}`, 404, 'http.not_found'],
    ['GET', '/v1/probe/text/a%00b', 400, 'http.malformed_request'],
  ])('%s %s is %i %s', async (method, url, status, code) => {
    const answer = await http.call(key, { method, url });
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    if (status === 405) expect(answer.headers.allow).toMatch(/[A-Z]/);
  });

  it('hide what nobody expected, and log it without the message of a value', async () => {
    const answer = await post('/v1/probe/orders', { ...ORDER, name: 'bug' });
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toMatchObject({ code: 'http.internal', title: 'Something went wrong on our side' });
    expect(answer.json()).not.toHaveProperty('params');
  });

  it('carry the safe params of a refusal', async () => {
    const answer = await post('/v1/probe/orders', { ...ORDER, name: 'sold out' });
    expect([answer.statusCode, answer.json().code, answer.json().params]).toEqual([
      409,
      'probe.sold_out',
      { left: 0 },
    ]);
  });

  it('answer what Node cannot read as HTTP', async () => {
    await http.app.listen(0, '127.0.0.1');
    const { port } = new URL(await http.app.getUrl());
    const socket = connect(Number(port), '127.0.0.1');
    socket.end('NONSENSE\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(
      /^HTTP\/1.1 400[\s\S]*application\/problem\+json[\s\S]*http.malformed_request/,
    );
  });
});

describe('every answer', () => {
  it.each(['/v1/probe/search', '/healthz', '/v1/nothing'])(
    'of %s carries the request id and is kept by nobody',
    async (url) => {
      const { headers } = await get(url, { 'x-request-id': 'trace-0003' });
      expect(headers).toMatchObject({ 'x-request-id': 'trace-0003', 'cache-control': 'no-store' });
    },
  );
});

describe('bodies', () => {
  it.each([
    ['broken', '{"name":', 'application/json', 400, 'http.malformed_json'],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'application/json', 400, 'http.malformed_json'],
    ['with a prototype key', '{"__proto__":{"a":1}}', 'application/json', 400, 'http.malformed_json'],
    [
      'with a constructor key',
      '{"constructor":{"prototype":{"a":1}}}',
      'application/json',
      400,
      'http.malformed_json',
    ],
    ['21 deep', `${'['.repeat(21)}${']'.repeat(21)}`, 'application/json', 400, 'http.json_too_complex'],
    ['20 deep', `${'['.repeat(20)}${']'.repeat(20)}`, 'application/json', 400, 'http.validation_failed'],
    ['a million deep', '['.repeat(1_000_000), 'application/json', 400, 'http.json_too_complex'],
    ['of too many values', `[${'1,'.repeat(50_001)}1]`, 'application/json', 400, 'http.json_too_complex'],
    ['too large', `"${'x'.repeat(BODY_BYTES_MAX)}"`, 'application/json', 413, 'http.body_too_large'],
    ['XML', '<a/>', 'text/xml', 415, 'http.media_type_unsupported'],
    ['a form', 'a=1', 'application/x-www-form-urlencoded', 415, 'http.media_type_unsupported'],
    ['of a nonsense type', '{}', 'nonsense', 415, 'http.media_type_unsupported'],
    ['of no type', '{}', undefined, 415, 'http.media_type_unsupported'],
    ['empty', '', 'application/json', 400, 'http.validation_failed'],
    ['a list', '[]', 'application/json', 400, 'http.validation_failed'],
    ['null', 'null', 'application/json', 400, 'http.validation_failed'],
  ])('%s are refused', async (_, payload, type, status, code) => {
    const answer = await raw(payload, type);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });

  it('reach callbacks as bytes whatever their type says', async () => {
    for (const type of [
      undefined,
      'text/xml',
      'application/json',
      'nonsense',
      'application/xml; charset=GBK',
    ]) {
      const answer = await http.app.inject({
        method: 'POST',
        url: '/callbacks/probe',
        payload: Buffer.from('<xml/>'),
        headers: type ? { 'content-type': type } : {},
      });
      expect(answer.json()).toEqual({ buffer: true, length: 6 });
    }
  });
});

describe('validation', () => {
  const errorsOf = async (payload: unknown): Promise<[string, string][]> =>
    ((await post('/v1/probe/echo', payload)).json().errors ?? []).map(
      (e: { pointer: string; code: string }) => [e.pointer, e.code],
    );

  it.each<[string, unknown, [string, string][]]>([
    [
      'missing fields',
      {},
      [
        ['/name', 'required'],
        ['/main', 'required'],
      ],
    ],
    ['null', { ...ORDER, name: null }, [['/name', 'required']]],
    ['a list for an object', { ...ORDER, main: [] }, [['/main', 'object']]],
    ['text for an object', { ...ORDER, main: 'x' }, [['/main', 'object']]],
    ['unknown keys', { ...ORDER, extra: 1 }, [['/extra', 'unknown']]],
    [
      'unknown keys inside',
      { ...ORDER, main: { sku: 'a', count: 1, extra: 1 } },
      [['/main/extra', 'unknown']],
    ],
    [
      'keys of Object',
      { ...ORDER, toString: 'x', hasOwnProperty: 1 },
      [
        ['/toString', 'unknown'],
        ['/hasOwnProperty', 'unknown'],
      ],
    ],
    ['too long', { ...ORDER, name: 'x'.repeat(21) }, [['/name', 'too_long']]],
    [
      'too long in code points',
      { ...ORDER, name: 'a\u{FE0F}'.repeat(11), notes: ['a\u{FE0F}'.repeat(101)] },
      [
        ['/name', 'too_long'],
        ['/notes', 'too_long'],
      ],
    ],
    ['as long as may be', { ...ORDER, name: '😀'.repeat(20) }, []],
    ['empty', { ...ORDER, name: '' }, [['/name', 'too_short']]],
    ['NUL', { ...ORDER, name: 'a\0' }, [['/name', 'text']]],
    ['half a surrogate pair', { ...ORDER, name: '\ud800' }, [['/name', 'text']]],
    ['text for a number', { ...ORDER, main: { sku: 'a', count: '1' } }, [['/main/count', 'integer']]],
    ['a fraction', { ...ORDER, main: { sku: 'a', count: 1.5 } }, [['/main/count', 'integer']]],
    [
      'too small and too large',
      {
        ...ORDER,
        lines: [
          { sku: 'a', count: 0 },
          { sku: 'a', count: 100 },
        ],
      },
      [
        ['/lines/0/count', 'too_small'],
        ['/lines/1/count', 'too_large'],
      ],
    ],
    ['too many', { ...ORDER, lines: Array.from({ length: 4 }, () => ORDER.main) }, [['/lines', 'too_many']]],
    [
      'far too many, of which the rest is not looked at',
      { ...ORDER, lines: [...Array.from({ length: 4 }, () => ORDER.main), { unknown: 1 }] },
      [['/lines', 'too_many']],
    ],
    ['a wrong item', { ...ORDER, lines: [null] }, [['/lines', 'object']]],
    ['a wrong text item', { ...ORDER, notes: ['ok', 5] }, [['/notes', 'text']]],
    ['an id of another kind', { ...ORDER, customerId: corpIdText() }, [['/customerId', 'id']]],
    [
      'a bare UUID',
      { ...ORDER, customerId: '01932b6f-5a3c-7d1e-9f00-2b8a4c6d8e10' },
      [['/customerId', 'id']],
    ],
    ['a time without offset', { ...ORDER, at: '2026-01-01T00:00:00' }, [['/at', 'time']]],
    ['30 February', { ...ORDER, at: '2026-02-30T00:00:00Z' }, [['/at', 'time']]],
    ['null where it may not be', { ...ORDER, at: null }, [['/at', 'required']]],
  ])('refuses %s', async (_, payload, expected) => {
    expect(await errorsOf(payload)).toEqual(expected);
  });

  it('hands over what is right: UUIDs, dates, null and absence', async () => {
    const answer = await post('/v1/probe/echo', {
      ...ORDER,
      customerId: 'cus_01jd3q4mfaeq6v5c0qd8y3y5za',
      at: '2026-11-22T16:00:00+08:00',
      gift: null,
    });
    expect(answer.json()).toEqual({
      ...ORDER,
      customerId: '01934772-51ea-75cd-b2b0-176a3c3f17ea',
      at: '2026-11-22T08:00:00.000Z',
      gift: null,
    });
  });

  it('reads numbers, booleans and lists out of a query, and refuses what it does not know', async () => {
    expect((await get('/v1/probe/search?size=9&all=false&kind=a')).json()).toEqual({
      size: 9,
      all: false,
      kind: ['a'],
    });
    expect((await get('/v1/probe/search?kind=a&kind=b')).json()).toEqual({ size: 5, kind: ['a', 'b'] });
    const bad = (
      await get('/v1/probe/search?size=x&size=2&all=1&kind=c&order=left&__proto__=1&extra=1')
    ).json();
    expect(bad.errors.map((e: { pointer: string; code: string }) => `${e.pointer} ${e.code}`).sort()).toEqual(
      [
        '/__proto__ unknown',
        '/all boolean',
        '/extra unknown',
        '/kind not_allowed',
        '/order not_allowed',
        '/size integer',
      ],
    );
  });

  it('refuses a query or a body that the endpoint does not take', async () => {
    const query = await http.call(key, { method: 'DELETE', url: '/v1/probe/orders?all=true' });
    expect(query.json()).toMatchObject({
      code: 'http.validation_failed',
      errors: [{ in: 'query', pointer: '/all', code: 'unknown' }],
    });
    const body = await http.call(key, { method: 'PATCH', url: '/v1/probe/orders/x', payload: { name: 'y' } });
    expect(body.json()).toMatchObject({
      code: 'http.validation_failed',
      errors: [{ in: 'body', code: 'unknown' }],
    });
  });

  it('explains in Chinese', async () => {
    const answer = await post(
      '/v1/probe/echo',
      { ...ORDER, name: 'x'.repeat(21) },
      { 'accept-language': 'zh' },
    );
    expect(answer.json().errors).toEqual([
      { in: 'body', pointer: '/name', code: 'too_long', detail: '最多 20 个字符' },
    ]);
  });
});

function corpIdText(): string {
  return 'corp_01jd3q4mfaeq6v5c0qd8y3y5za';
}

describe('units of work', () => {
  it('let a GET only read', async () => {
    const answer = await get('/v1/probe/writes');
    expect(answer.statusCode).toBe(500);
  });

  it('belong to the corp of the key', async () => {
    const other = await http.addCorp();
    const otherKey = await http.corpKey(other.id, ['customers:write']);
    await post('/v1/probe/orders', ORDER);
    const first = await http.call(otherKey, { method: 'POST', url: '/v1/probe/orders', payload: ORDER });
    expect(first.json()).toEqual({ effects: 1 });
  });
});

describe('headers', () => {
  it('let no browser show an answer, and let it show the documentation', async () => {
    const answer = await http.call(key, { method: 'GET', url: '/v1/probe/search' });
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
    const page = await http.call(key, { method: 'GET', url: '/docs' });
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
  });
});

describe('any input', () => {
  it('never makes a 5xx', async () => {
    const seed = Date.now() % 2 ** 31;
    const urls = [
      '/v1/probe/echo',
      '/v1/probe/orders',
      '/v1/probe/search',
      '/v1/probe/orders/x',
      '/callbacks/probe',
      '/docs',
      '/metrics',
    ];
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }));
    const body = fc.oneof(
      fc.json(),
      text,
      fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.stringify(value)),
      fc
        .record(
          {
            name: text,
            main: fc.record({ sku: fc.anything(), count: fc.anything() }),
            lines: fc.anything(),
            at: text,
          },
          { requiredKeys: [] },
        )
        .map(
          (value) =>
            JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)) ?? 'null',
        ),
    );
    const header = fc.string({ unit: fc.constantFrom(...'abc;=/,"\\*{}0 9-'.split('')), maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
        fc.oneof(
          fc.constantFrom(...urls),
          fc.webPath().map((path) => `/v1/probe${path}`),
        ),
        fc.oneof(fc.constant(''), fc.webQueryParameters()),
        body,
        fc.record(
          {
            'content-type': fc.oneof(fc.constant('application/json'), header),
            'idempotency-key': header,
            'x-request-id': header,
            'accept-language': header,
          },
          { requiredKeys: [] },
        ),
        async (method, url, query, payload, headers) => {
          const answer = await http.call(key, {
            method,
            url: query ? `${url}?${query}` : url,
            payload,
            headers,
          });
          expect(answer.statusCode).toBeLessThan(500);
          if (answer.statusCode >= 400 && method !== 'HEAD')
            expect(answer.json().code).toMatch(/^[a-z]+\.[a-z_]+$/);
        },
      ),
      { seed, numRuns: 400, verbose: 1 },
    );
  });

  it('never makes a 5xx in a path either', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 30 }), async (text) => {
        if (/\p{Surrogate}/u.test(text)) return;
        const answer = await get(`/v1/probe/text/${encodeURIComponent(text)}`);
        expect(answer.statusCode).toBeLessThan(500);
      }),
      { numRuns: 100 },
    );
  });
});
