import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppConfig } from '../../../src/platform/config/app-config.js';
import { wecomApi } from '../../../src/wecom/client/api.js';
import { Circuits } from '../../../src/wecom/client/circuits.js';
import type { WecomApiError } from '../../../src/wecom/client/wecom-api-error.js';
import { WecomTransport } from '../../../src/wecom/client/wecom-transport.js';

type Answering = (response: ServerResponse, request: IncomingMessage) => void;

const body = JSON.stringify({ errcode: 0, errmsg: 'ok', follow_user: ['zhang.wei'] });
let server: Server;
let transport: WecomTransport;
let answering: Answering;
let requests = 0;
const timers: NodeJS.Timeout[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests++;
    request.resume();
    answering(response, request);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const config = AppConfig.fromEnvironment({ DATABASE_URL: 'postgres://unused@127.0.0.1/unused' });
  transport = new WecomTransport(config.with({ wecomApiBaseUrl: `http://127.0.0.1:${port}` }));
});
afterAll(() => {
  transport.onModuleDestroy();
  for (const timer of timers) clearInterval(timer);
  server.closeAllConnections();
  server.close();
});

/** A byte now and then, so that the socket is never silent for long. */
const dripping: Answering = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  timers.push(setInterval(() => response.write(' '), 100));
};
const silent: Answering = () => undefined;
const send = (timeoutMs?: number) =>
  transport.send(wecomApi.listFollowUsers, { query: { access_token: 'canary' }, timeoutMs });
const failureOf = async (timeoutMs?: number): Promise<WecomApiError> =>
  send(timeoutMs).then(
    () => {
      throw new Error('it was answered');
    },
    (error: unknown) => error as WecomApiError,
  );

/** What must be said of a call that WeCom may or may not have carried out. */
const UNANSWERED = { code: 'wecom.call_failed', errcode: 0, action: 'retry', retryable: true };

describe('one call of WeCom', () => {
  it.each<[string, Answering]>([
    ['500', (response) => response.writeHead(500).end('oops')],
    [
      '502 with a page of HTML',
      (response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html/>'),
    ],
    ['503 with JSON', (response) => response.writeHead(503).end(body)],
    [
      '200 with a page of HTML',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html/>'),
    ],
    ['an empty body', (response) => response.end()],
    ['a connection that is reset', (response) => response.socket?.resetAndDestroy()],
    [
      'a body that ends before its length',
      (response) => {
        response.writeHead(200, { 'content-length': body.length });
        response.write(body.slice(0, 20), () => response.destroy());
      },
    ],
    [
      'a body that is cut between two chunks',
      (response) => {
        response.write(body.slice(0, 20));
        setTimeout(() => response.destroy(), 20);
      },
    ],
    ['half of its JSON', (response) => response.end(body.slice(0, 30))],
  ])('is unanswered by %s, once, and says nothing of the answer', async (_, answer) => {
    answering = answer;
    const before = requests;
    const error = await failureOf();
    expect(error).toMatchObject(UNANSWERED);
    expect(requests - before).toBe(1);
    expect(`${error.message} ${JSON.stringify(error)}`).not.toMatch(/canary|zhang|oops|html/);
  });

  it.each<[string, Answering]>([
    ['silent', silent],
    ['never done', dripping],
  ])('ends in the time it was given while WeCom is %s', async (_, answer) => {
    answering = answer;
    const startedAt = performance.now();
    expect(await failureOf(300)).toMatchObject(UNANSWERED);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('ends after ten seconds, however WeCom spends them', async () => {
    let turn = 0;
    answering = (response, request) => (turn++ === 0 ? silent : dripping)(response, request);
    const startedAt = performance.now();
    const errors = await Promise.all([failureOf(), failureOf()]);
    const tookMs = performance.now() - startedAt;
    for (const error of errors) expect(error).toMatchObject(UNANSWERED);
    expect(tookMs).toBeGreaterThan(9_500);
    expect(tookMs).toBeLessThan(12_000);
  });

  it('goes on with the next one after all that', async () => {
    answering = (response) => response.end(body);
    expect((await send()).json.texts('follow_user')).toEqual(['zhang.wei']);
  });
});

describe('a circuit', () => {
  const failing = async () => {
    answering = (response) => response.socket?.resetAndDestroy();
    return (await send()) as never;
  };
  const trip = async (circuits: Circuits, corpId: string) => {
    for (let index = 0; index < 5; index++)
      await circuits.run(corpId, wecomApi.getContact, failing).catch(() => undefined);
  };

  it('that a sync opened stops its family, for this corp, and says when to come again', async () => {
    const circuits = new Circuits();
    await trip(circuits, 'corp');
    const before = requests;
    await expect(circuits.run('corp', wecomApi.listContactsByStaff, failing)).rejects.toMatchObject({
      code: 'wecom.call_postponed',
      retryable: true,
      retryAfterMs: 10_000,
    });
    expect(requests).toBe(before);
    expect(await circuits.run('other', wecomApi.getContact, async () => 'called')).toBe('called');
  });

  it('never stops a welcome, which cannot wait', async () => {
    const circuits = new Circuits();
    await trip(circuits, 'corp');
    expect(await circuits.run('corp', wecomApi.sendWelcome, async () => 'sent')).toBe('sent');
  });
});
