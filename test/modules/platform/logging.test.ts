import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { AppLogger } from '../../../src/platform/logging/app-logger.js';
import { scrub } from '../../../src/platform/logging/scrub.js';
import { startTestProcess } from '../../support/child-process.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';
import { createProbeTable, ProbeModule } from './probe.js';

/** Invented values in the forms of real ones. */
const CANARIES = [
  '13800138000',
  'q3Vz9sT1kL0pXw7RyBn2MfJd5hGc8aEuHiKoZtNrQvY', // like an EncodingAESKey
  'Zx8_kP2-vQ9mWn4LrTb7YcHdGfJs1AeUoI3tKqRzXvM', // like a corp secret
  'canary-name',
];
let http: TestHttp;
let key: string;

beforeAll(async () => {
  http = await startTestHttp([ProbeModule]);
  await createProbeTable(http.database.ownerUrl);
  const corp = await http.addCorp();
  key = await http.corpKey(corp.id, ['customers:read', 'customers:write']);
});
afterAll(async () => http.close());

it('nothing that came with a request leaves in a log, a problem or the audit trail', async () => {
  const problems: string[] = [];
  for (const canary of CANARIES) {
    const payload = {
      name: canary.slice(0, 20),
      main: { sku: canary, count: canary },
      [`x`]: canary,
      at: canary,
    };
    const answers = [
      await http.call(key, {
        method: 'POST',
        url: '/v1/probe/orders',
        payload,
        headers: { 'idempotency-key': canary },
      }),
      await http.call(key, {
        method: 'POST',
        url: '/v1/probe/orders',
        payload: { name: 'bug', main: { sku: canary.slice(0, 10), count: 1 }, notes: [canary] },
      }),
      await http.call(key, {
        method: 'POST',
        url: '/v1/probe/orders',
        payload: `{"a":"${canary}`,
        headers: { 'content-type': 'application/json' },
      }),
      await http.call(key, { method: 'GET', url: `/v1/probe/text/${canary}?x=${canary}` }),
      await http.call(key, { method: 'GET', url: `/v1/probe/search?order=${canary}` }),
      await http.call(key, { method: 'PATCH', url: `/v1/probe/orders/${canary}` }),
      await http.call(key, { method: 'GET', url: `/v1/nothing/${canary}?access_token=${canary}` }),
      await http.call(canary, { method: 'GET', url: '/v1/probe/search' }),
      await http.call(key, {
        method: 'GET',
        url: '/v1/probe/search',
        headers: { 'accept-language': canary, 'x-request-id': `${canary}!` },
      }),
      await http.app.inject({
        method: 'POST',
        url: `/callbacks/probe?msg_signature=${canary}&echostr=${canary}`,
        payload: canary,
      }),
    ];
    problems.push(...answers.filter(({ statusCode }) => statusCode >= 400).map(({ body }) => body));
  }
  const audit = await http.sql<{ text: string }>(
    `SELECT coalesce(string_agg(a::text, ','), '') AS text FROM platform.operator_audit_entries a`,
  );
  const everything = [...http.logLines, ...problems, ...audit.map(({ text }) => text)].join('\n');
  expect(http.logLines.length).toBeGreaterThan(30);
  expect(problems.length).toBeGreaterThan(20);
  for (const canary of [...CANARIES, key.slice(-38), http.operatorKey.slice(-38)])
    expect(everything).not.toContain(canary);
});

it('each request is one line with its operation, status and key, and nothing else', async () => {
  http.logLines.length = 0;
  await http.call(key, {
    method: 'GET',
    url: '/v1/probe/search?size=3',
    headers: { 'x-request-id': 'trace-0003' },
  });
  expect(http.logLines.map((line) => JSON.parse(line))).toEqual([
    {
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
      requestId: 'trace-0003',
      operation: 'probe.search',
      method: 'GET',
      status: 200,
      ms: expect.any(Number),
      keyId: expect.stringMatching(/^key_/),
      msg: 'request',
    },
  ]);
});

describe('the logger', () => {
  const lines: string[] = [];
  const logger = new AppLogger({ level: 'debug', destination: { write: (line) => void lines.push(line) } });
  beforeEach(() => void (lines.length = 0));
  const last = () => JSON.parse(lines.at(-1) ?? '{}');

  it('drops every field that is not on the list', () => {
    logger.write('info', 'x', { status: 5, body: 'secret', headers: {} } as never);
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
      status: 5,
      msg: 'x',
    });
  });

  it('serves Nest: context, errors with their cause, objects of fields', () => {
    Logger.overrideLogger(logger);
    new Logger('Sync').error(new Error('outer', { cause: new TypeError('inner') }));
    expect(last()).toMatchObject({
      level: 'error',
      context: 'Sync',
      error: { message: 'outer', cause: { name: 'TypeError', message: 'inner' } },
    });
    new Logger('Sync').warn({ count: 3, phone: '13800138000' }, 'Sync');
    expect(last()).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
      context: 'Sync',
      count: 3,
      msg: 'event',
    });
    Logger.overrideLogger(false);
  });

  it('says only the code of a database error that repeats values', () => {
    logger.write('error', 'x', {
      error: Object.assign(new Error('Key (phone)=(13800138000) exists'), { code: '23505' }),
    });
    expect(last().error).toEqual({ name: 'Error', code: '23505', at: expect.any(Array) });
    expect(JSON.stringify(last().error.at)).not.toContain(process.cwd());
  });

  it.each([
    ['https://x/y?access_token=abc&next=1', 'https://x/y?access_token=…&next=1'],
    ['postgres://app:pass@db/x', 'postgres://app:…@db/x'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer …'],
    ['call 13800138000 or +8613800138000 now', 'call … or … now'],
    ['scrm_corp_01jd3q4mfaeq6v5c0qd8y3y5za_abc', 'scrm_corp_…'],
    ['key q3Vz9sT1kL0pXw7RyBn2MfJd5hGc8aEuHiKoZtNrQvY end', 'key … end'],
    ['corp 01932b6f-5a3c-7d1e-9f00-2b8a4c6d8e10', 'corp 01932b6f-5a3c-7d1e-9f00-2b8a4c6d8e10'],
  ])('scrubs %s', (text, expected) => {
    expect(scrub(text)).toBe(expected);
  });
});

it('loses no line of a process that ends itself', async () => {
  const child = startTestProcess('test/support/processes/logging-process.ts');
  expect(await once(child.process, 'close')).toEqual([3, null]);
  expect(child.output().match(/"a line"/g)).toHaveLength(5);
}, 30_000);
