import { Module, type OnModuleInit } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import path from 'node:path';
import fc from 'fast-check';
import type { LightMyRequestResponse } from 'fastify';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import { corpTagChanged } from '../../../src/wecom/wecom.events.js';
import { CallbackSpool } from '../../../src/wecom/callback/spool/callback-spool.js';
import { eventually } from '../../support/eventually.js';
import { CallbackRetention } from '../../../src/wecom/callback/reactions/callback-retention.js';
import {
  APP_PAIR,
  appOf,
  ASSISTANT_PAIR,
  connectTestCorp,
  rowsOf,
  startWecomApp,
  type TestCorp,
  type WecomTestApp,
} from '../../support/wecom-app.js';
import { encrypt, envelopeOf, sign, signedCallback } from '../../support/wecom-envelope.js';

const MIB = 1024 * 1024;
/** Nobody works here, so what it waits for stays pending. */
@Module({})
class WaitingConsumer implements OnModuleInit {
  constructor(private readonly consumers: EventConsumers) {}

  onModuleInit(): void {
    this.consumers.register({ name: 'test.wait', events: [corpTagChanged], apply: async () => undefined });
  }
}

let app: WecomTestApp;
let corp: TestCorp;
let path_: string;
let count = 0;

beforeAll(async () => {
  app = await startWecomApp({}, [WaitingConsumer]);
  corp = await connectTestCorp(app);
  path_ = appOf(corp, 'self_built').callbackPath;
});
afterAll(async () => app.close());

interface CallbackRow {
  event: string;
  changeType: string | null;
  eventId: string | null;
}
const stored = () =>
  rowsOf<CallbackRow>(
    app,
    corp,
    'SELECT event, change_type AS "changeType", event_id AS "eventId" FROM wecom.callbacks WHERE corp_id = $1 ORDER BY id',
  );
const events = () =>
  rowsOf<{ name: string; payload: object }>(
    app,
    corp,
    `SELECT name, payload FROM platform.events WHERE corp_id = $1 AND name <> 'wecom.corp_connected' ORDER BY id`,
  );
const addContact = (userId = `staff${++count}`) =>
  `<xml><ToUserName><![CDATA[${corp.wecom.corpId}]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>1795334400</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event><ChangeType><![CDATA[add_external_contact]]></ChangeType><UserID><![CDATA[${userId}]]></UserID><ExternalUserID><![CDATA[wm1]]></ExternalUserID></xml>`;
const signed = (
  xml: string | Buffer,
  change: { at?: Date; receiveId?: string; ciphertext?: string; pair?: typeof APP_PAIR } = {},
) =>
  signedCallback(change.pair ?? APP_PAIR, xml, {
    receiveId: corp.wecom.corpId,
    at: app.clock.now(),
    ...change,
  });

function send(
  search: string,
  body: string | Buffer,
  headers: Record<string, string> = { 'content-type': 'text/xml' },
  to = path_,
): Promise<LightMyRequestResponse> {
  return app.app.inject({ method: 'POST', url: `${to}${search}`, payload: body, headers });
}
const codeOf = (answer: LightMyRequestResponse) => [
  answer.statusCode,
  answer.headers['content-type']?.toString().startsWith('application/problem+json')
    ? answer.json().code
    : answer.body,
];

async function listen(): Promise<string> {
  if (!app.app.getHttpServer().listening) await app.app.listen({ port: 0, host: '127.0.0.1' });
  return app.app.getUrl();
}

describe('receipt', () => {
  it('stores a callback with its event before it answers, and a repeated one has no second effect', async () => {
    const { search, body } = signed(addContact('first'));
    expect(codeOf(await send(search, body))).toEqual([200, 'success']);
    expect(await stored()).toEqual([
      { event: 'change_external_contact', changeType: 'add_external_contact', eventId: expect.any(String) },
    ]);
    expect(await events()).toEqual([
      {
        name: 'wecom.contact_changed',
        payload: {
          changeType: 'add_external_contact',
          userId: 'first',
          externalUserId: 'wm1',
          happenedAt: '2026-11-22T08:00:00.000Z',
        },
      },
    ]);
    expect(codeOf(await send(search, body))).toEqual([200, 'success']);
    const fresh = signed(addContact('first'), { at: new Date(app.clock.now().getTime() + 5000) });
    expect(codeOf(await send(fresh.search, fresh.body))).toEqual([200, 'success']);
    expect(await stored()).toHaveLength(1);
    expect(await events()).toHaveLength(1);
  });

  it('stores one row and one event of 20 copies in parallel', async () => {
    const before = { rows: (await stored()).length, events: (await events()).length };
    const { search, body } = signed(addContact());
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(search, body)));
    expect(answers.map((answer) => answer.statusCode)).toEqual(Array.from({ length: 20 }, () => 200));
    expect({ rows: (await stored()).length, events: (await events()).length }).toEqual({
      rows: before.rows + 1,
      events: before.events + 1,
    });
  });

  it('takes any content type, a broken one, and none', async () => {
    for (const headers of [
      { 'content-type': 'application/json' },
      { 'content-type': 'application/x-www-form-urlencoded' },
      { 'content-type': 'text/plain; charset=gbk' },
      { 'content-type': '???' },
      { 'content-type': '' },
    ]) {
      const { search, body } = signed(addContact());
      expect(codeOf(await send(search, body, headers))).toEqual([200, 'success']);
    }
    const { search, body } = signed(addContact());
    expect(codeOf(await send(search, Buffer.from(body), {}))).toEqual([200, 'success']);
  });

  it('judges the time by when the head arrived, however slow the body is', async () => {
    const { search, body } = signed(addContact());
    const { port } = new URL(await listen());
    const slow = request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: `${path_}${search}`,
      headers: { expect: '100-continue', 'content-type': 'text/xml' },
    });
    slow.flushHeaders();
    await once(slow, 'continue'); // the head has arrived
    app.clock.advance(301_000);
    slow.end(body);
    const [answer] = (await once(slow, 'response')) as [IncomingMessage];
    answer.resume();
    app.clock.set(new Date('2026-11-22T08:00:00Z'));
    expect(answer.statusCode).toBe(200);
  });

  it('never keeps the body in clear', async () => {
    const secret = `private-${randomBytes(4).toString('hex')}`;
    const { search, body } = signed(addContact(secret).replace('</xml>', `<Remark>${secret}</Remark></xml>`));
    await send(search, body);
    const rows = await rowsOf(app, corp, 'SELECT c::text AS row FROM wecom.callbacks c WHERE corp_id = $1');
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(app.logLines.join('\n')).not.toContain(secret);
  });

  it.each(readdirSync('test/fixtures/wecom/events').filter((file) => !/^(envelope|reply)\./.test(file)))(
    'keeps %s',
    async (file) => {
      const before = (await stored()).length;
      const { search, body } = signed(readFileSync(path.join('test/fixtures/wecom/events', file)));
      expect(codeOf(await send(search, body))).toEqual([200, 'success']);
      expect(await stored()).toHaveLength(before + 1);
    },
  );

  it('accepts the published envelope of a suite for a corp with that id, and keeps it without an event', async () => {
    const suite = await connectTestCorp(app, {
      wecom: { ...corp.wecom, corpId: 'ww4f5e6d7c8b9a0123' },
      verify: false,
    });
    app.clock.set(new Date(1735690200 * 1000));
    const body = readFileSync('test/fixtures/wecom/events/envelope.request.suite.xml');
    const search =
      '?msg_signature=fbfe2cd664b0feaf3237e29c246c3cb524c1e5a1&timestamp=1735690200&nonce=7719203311';
    const answer = await send(search, body, {}, appOf(suite, 'self_built').callbackPath);
    app.clock.set(new Date('2026-11-22T08:00:00Z'));
    expect(codeOf(answer)).toEqual([200, 'success']);
    const rows = await rowsOf<CallbackRow>(
      app,
      suite,
      'SELECT event, event_id AS "eventId" FROM wecom.callbacks WHERE corp_id = $1',
    );
    expect(rows).toEqual([{ event: expect.stringMatching(/^suite\./), eventId: null }]);
  });
});

describe('refusals store nothing', () => {
  let before: number;
  beforeEach(async () => {
    before = (await stored()).length;
  });
  afterEach(async () => {
    expect(await stored()).toHaveLength(before);
  });

  it('401 for a wrong or missing signature, also as a list', async () => {
    const { search, body } = signed(addContact());
    const wrong = search.replace(
      /msg_signature=./,
      (start) => `${start.slice(0, -1)}${start.endsWith('0') ? '1' : '0'}`,
    );
    for (const query of [wrong, '', '?msg_signature=&timestamp=1&nonce=', `${search}&msg_signature=x`]) {
      expect(codeOf(await send(query, body))).toEqual([401, 'wecom.callback_unauthentic']);
    }
  });

  it('401 for another corp as receiver, an empty one, and one that only begins right', async () => {
    for (const receiveId of ['ww0000000000000000', '', `${corp.wecom.corpId}0`]) {
      const { search, body } = signed(addContact(), { receiveId });
      expect(codeOf(await send(search, body))).toEqual([401, 'wecom.callback_unauthentic']);
    }
  });

  it('401 with the token of another place', async () => {
    const { search, body } = signed(addContact(), { pair: ASSISTANT_PAIR });
    expect(codeOf(await send(search, body))).toEqual([401, 'wecom.callback_unauthentic']);
  });

  it('401 outside 300 s before and after, and for a time that is none', async () => {
    for (const seconds of [-301, 301, -3600]) {
      const { search, body } = signed(addContact(), {
        at: new Date(app.clock.now().getTime() + seconds * 1000),
      });
      expect(codeOf(await send(search, body))).toEqual([401, 'wecom.callback_unauthentic']);
    }
    const encrypted = encrypt(APP_PAIR.encodingAesKey, addContact(), corp.wecom.corpId);
    for (const timestamp of ['', 'now', '1e9', '-5']) {
      const query = new URLSearchParams({
        msg_signature: sign(APP_PAIR.token, timestamp, 'n', encrypted),
        timestamp,
        nonce: 'n',
      });
      expect(codeOf(await send(`?${query}`, envelopeOf(encrypted)))).toEqual([
        401,
        'wecom.callback_unauthentic',
      ]);
    }
  });

  it('401 for a repeated body once its window is over', async () => {
    const { search, body } = signed(addContact('second-window'));
    expect((await send(search, body)).statusCode).toBe(200);
    before++;
    app.clock.advance(301_000);
    expect(codeOf(await send(search, body))).toEqual([401, 'wecom.callback_unauthentic']);
    app.clock.set(new Date('2026-11-22T08:00:00Z'));
  });

  it('400 for a broken body, envelope, ciphertext and inner XML', async () => {
    const { search, body } = signed(addContact());
    for (const broken of [
      '',
      'x',
      '<xml></xml>',
      body.slice(0, body.length / 2),
      '{"encrypt":"x"}',
      body.replace('</xml>', ''),
    ]) {
      expect(codeOf(await send(search, broken))).toEqual([400, 'wecom.callback_malformed']);
    }
    for (const ciphertext of ['AAAA', 'not base64!', randomBytes(64).toString('base64')]) {
      const bad = signed('', { ciphertext });
      expect(codeOf(await send(bad.search, bad.body))).toEqual([400, 'wecom.callback_malformed']);
    }
    const laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><xml><Event>&b;</Event></xml>';
    const xxe = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Event>&a;</Event></xml>';
    const deep = `<xml>${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)}</xml>`;
    for (const inner of ['', 'not xml', '<xml><Event>', laughs, xxe, deep, '<xml><Event>\0</Event></xml>']) {
      const bad = signed(inner);
      expect(codeOf(await send(bad.search, bad.body))).toEqual([400, 'wecom.callback_malformed']);
    }
  });

  it('404 for an unknown place and for what is none', async () => {
    const { search, body } = signed(addContact());
    for (const place of ['0'.repeat(32), 'x', '%00', '..%2f..', 'a'.repeat(100)]) {
      const answer = await send(search, body, {}, `/callbacks/wecom/${place}`);
      expect(codeOf(answer)).toEqual([404, 'wecom.callback_place_unknown']);
    }
  });

  it('413 one byte above 1 MiB; one byte less is read', async () => {
    const { search } = signed(addContact());
    expect(codeOf(await send(search, 'x'.repeat(MIB + 1)))).toEqual([413, 'wecom.callback_too_large']);
    expect(codeOf(await send(search, 'x'.repeat(MIB)))).toEqual([400, 'wecom.callback_malformed']);
  });

  it('never 5xx, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((text) => `<xml><Encrypt>${text}</Encrypt></xml>`),
        ),
        fc.dictionary(
          fc.constantFrom('msg_signature', 'timestamp', 'nonce', 'echostr', 'x'),
          fc.string({ unit: 'binary' }),
        ),
        async (body, query) => {
          const search = `?${new URLSearchParams(query)}`;
          const answers = [
            await send(search, body),
            await app.app.inject({ method: 'GET', url: `${path_}${search}` }),
          ];
          for (const answer of answers) expect([400, 401]).toContain(answer.statusCode);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('signed random content', () => {
  it('is stored or refused, never 5xx', async () => {
    const word = fc.stringMatching(/^[A-Za-z]{1,20}$/);
    const element = fc.tuple(
      fc.oneof(
        word,
        fc.constantFrom('Event', 'ChangeType', 'UserID', 'MsgId', 'CreateTime', 'MsgType', 'Id', 'ChatId'),
      ),
      fc.string({ unit: 'binary' }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(element, { maxLength: 8 }), fc.boolean(), async (elements, asCdata) => {
        const inner = elements
          .map(
            ([name, text]) =>
              `<${name}>${asCdata ? `<![CDATA[${text.replaceAll(']]>', '')}]]>` : text}</${name}>`,
          )
          .join('');
        const { search, body } = signed(`<xml>${inner}</xml>`);
        expect([200, 400]).toContain((await send(search, body)).statusCode);
      }),
      { numRuns: 100 },
    );
  });
});

describe('when the database refuses', () => {
  it.each(['wecom.callbacks', 'platform.events'])(
    'neither row nor event of it, for want of %s, is left alone: both come from the spool later',
    async (table) => {
      const { search, body } = signed(addContact());
      const before = { rows: (await stored()).length, events: (await events()).length };
      await app.sql(`REVOKE INSERT ON ${table} FROM wecom_scrm_app`);
      expect(codeOf(await send(search, body))).toEqual([200, 'success']);
      expect(await stored()).toHaveLength(before.rows);
      await app.sql(`GRANT INSERT ON ${table} TO wecom_scrm_app`);
      expect(codeOf(await send(search, body))).toEqual([200, 'success']);
      await eventually(async () => {
        expect(await stored()).toHaveLength(before.rows + 1);
        expect(app.get(CallbackSpool).isDiverting()).toBe(false);
      });
      expect(await events()).toHaveLength(before.events + 1);
    },
  );
});

describe('URL verification', () => {
  const verify = (echo: string, change: { at?: Date; receiveId?: string } = {}) => {
    const encrypted = encrypt(APP_PAIR.encodingAesKey, echo, change.receiveId ?? corp.wecom.corpId);
    const timestamp = String(Math.floor((change.at ?? app.clock.now()).getTime() / 1000));
    const query = {
      msg_signature: sign(APP_PAIR.token, timestamp, 'n', encrypted),
      timestamp,
      nonce: 'n',
      echostr: encrypted,
    };
    return {
      query: `?${new URLSearchParams(query)}`,
      raw: `?msg_signature=${query.msg_signature}&timestamp=${timestamp}&nonce=n&echostr=${encrypted}`,
    };
  };
  const get = (search: string) => app.app.inject({ method: 'GET', url: `${path_}${search}` });

  it('answers the decrypted bytes and nothing else, also when every + came as a space', async () => {
    for (const echo of ['1616140317555161061', ' spaces and 中文 ', '', '{"a":1}']) {
      for (let tries = 0; tries < 5; tries++) {
        const { query, raw } = verify(echo);
        for (const search of [query, raw]) {
          const answer = await get(search);
          expect([answer.statusCode, answer.body]).toEqual([200, echo]);
          expect(answer.headers['content-type']).toMatch(/^text\/plain/);
        }
      }
    }
  });

  it('refuses another receiver and an old time', async () => {
    const old = new Date(app.clock.now().getTime() - 301_000);
    expect(codeOf(await get(verify('1', { receiveId: 'ww0' }).query))).toEqual([
      401,
      'wecom.callback_unauthentic',
    ]);
    expect(codeOf(await get(verify('1', { at: old }).query))).toEqual([401, 'wecom.callback_unauthentic']);
  });
});

describe('rotation of Token and EncodingAESKey', () => {
  it('accepts both pairs for a day, then the new one only; a third pair ends the first at once', async () => {
    const rotating = await connectTestCorp(app, {
      wecom: app.sandbox.control.addCorp({ seed: 'rotate', size: { staff: 4, customers: 4 } }),
    });
    const { id, callbackPath } = appOf(rotating, 'self_built');
    const pair = (letter: string) => ({ token: `token${letter}`, encodingAesKey: letter.repeat(43) });
    const give = (callback: object) =>
      app.call(app.operatorKey, {
        method: 'PATCH',
        url: `/v1/corps/${rotating.publicId}/apps/${id}`,
        payload: { callback },
      });
    const status = async (with_: { token: string; encodingAesKey: string }) => {
      const { search, body } = signed(addContact(), { pair: with_, receiveId: rotating.wecom.corpId });
      return (await send(search, body, {}, callbackPath)).statusCode;
    };
    expect((await give(pair('B'))).statusCode).toBe(200);
    expect([await status(APP_PAIR), await status(pair('B'))]).toEqual([200, 200]);
    await rowsOf(
      app,
      rotating,
      `UPDATE wecom.callback_credentials SET accepted_until = $2 WHERE corp_id = $1 AND accepted_until IS NOT NULL`,
      [app.clock.now()],
    );
    app.clock.advance(6_000); // beyond what a process remembers
    expect([await status(APP_PAIR), await status(pair('B'))]).toEqual([401, 200]);
    await give(pair('C'));
    await give(pair('D'));
    expect([await status(pair('B')), await status(pair('C')), await status(pair('D'))]).toEqual([
      401, 200, 200,
    ]);
    app.clock.set(new Date('2026-11-22T08:00:00Z'));
  });
});

describe('from the sandbox', () => {
  it('is verified by its console and receives its events in every form', async () => {
    const live = await connectTestCorp(app, {
      wecom: app.sandbox.control.addCorp({ seed: 'live', size: { staff: 4, customers: 4 } }),
    });
    const base = await listen();
    for (const [place, kind, pair] of [
      ['app', 'self_built', APP_PAIR],
      ['assistant', 'directory_assistant', ASSISTANT_PAIR],
    ] as const) {
      const url = `${base}${appOf(live, kind).callbackPath}`;
      expect(
        await app.sandbox.control.saveCallback({ corpId: live.wecom.corpId, place, url, ...pair }),
      ).toEqual({ saved: true });
    }
    const { staff } = app.sandbox.control.world().corps.find(({ corpId }) => corpId === live.wecom.corpId)!;
    const userId = staff[0]!.userId;
    for (const envelope of [
      {},
      { pretty: true },
      { spaced: true },
      { reordered: true },
      { unknownElement: true },
      { duplicated: true },
    ]) {
      app.clock.advance(1000);
      app.sandbox.control.events.addCustomer({ corpId: live.wecom.corpId, userId, envelope });
    }
    app.sandbox.control.events.createDepartment({ corpId: live.wecom.corpId, name: '新部门' });
    await app.sandbox.control.whenDelivered();
    const names = await rowsOf<{ name: string }>(
      app,
      live,
      `SELECT name FROM platform.events WHERE corp_id = $1 AND name <> 'wecom.corp_connected' ORDER BY id`,
    );
    expect(names.filter(({ name }) => name === 'wecom.contact_changed')).toHaveLength(6);
    expect(names.filter(({ name }) => name === 'wecom.directory_changed')).toHaveLength(1);
  });
});

describe('REST', () => {
  const list = async (key: string, query: string) => {
    const answer = await app.call(key, { method: 'GET', url: `/v1/callbacks${query}` });
    expect(answer.statusCode).toBe(200);
    return answer.json() as {
      items: { id: string; event: string; state: string; changeType: string | null }[];
      nextCursor?: string;
    };
  };

  it('lists without bodies, by filter, page by page, and one by id', async () => {
    const key = await app.corpKey(corp.corpId, ['callbacks:read']);
    const all = (await stored()).length;
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(key, `?limit=50${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toHaveLength(all);
    expect(new Set(seen).size).toBe(all);

    const dismissed = await list(key, '?event=change_external_chat&changeType=dismiss');
    expect(dismissed.items).toMatchObject([{ event: 'change_external_chat', state: 'applied' }]);
    const one = await app.call(key, { method: 'GET', url: `/v1/callbacks/${dismissed.items[0]!.id}` });
    expect(one.json()).toEqual(dismissed.items[0]);
    expect(Object.keys(one.json()).sort()).toEqual([
      'appId',
      'changeType',
      'event',
      'eventId',
      'happenedAt',
      'id',
      'receivedAt',
      'state',
    ]);
    expect((await list(key, '?state=parked')).items).toEqual([]);
    expect((await list(key, `?receivedFrom=${encodeURIComponent('2027-01-01T00:00:00Z')}`)).items).toEqual(
      [],
    );
  });

  it('pages through a rare state without losing or repeating one', async () => {
    const key = await app.corpKey(corp.corpId, ['callbacks:read']);
    const changeTag = (id: number) =>
      `<xml><CreateTime>1795334400</CreateTime><MsgType>event</MsgType><Event>change_external_tag</Event><ChangeType>update</ChangeType><Id>et${id}</Id><TagType>tag</TagType></xml>`;
    for (let id = 0; id < 12; id++) {
      for (const xml of [
        addContact(),
        ...(id % 3 === 0 ? [] : [changeTag(id)]),
        ...(id % 4 ? [] : [addContact()]),
      ]) {
        app.clock.advance(1);
        const { search, body } = signed(xml);
        await send(search, body);
      }
    }
    const rows = await stored();
    const isTag = ({ event, eventId }: CallbackRow) => event === 'change_external_tag' && eventId !== null;
    for (const [state, expected] of [
      ['pending', rows.filter(isTag).length],
      ['kept', rows.filter((row) => !row.eventId).length],
      ['applied', rows.filter((row) => row.eventId && !isTag(row)).length],
    ] as const) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list(key, `?state=${state}&limit=7${cursor ? `&cursor=${cursor}` : ''}`);
        expect(page.items.every((item) => item.state === state)).toBe(true);
        expect(page.items.length).toBeLessThanOrEqual(7);
        seen.push(...page.items.map((item) => item.id));
        cursor = page.nextCursor;
      } while (cursor);
      expect([new Set(seen).size, seen.length]).toEqual([expected, expected]);
    }
  });

  it('shows nothing of another corp', async () => {
    const other = await connectTestCorp(app, {
      wecom: app.sandbox.control.addCorp({ seed: 'foreign', size: { staff: 4, customers: 4 } }),
    });
    const mine = await list(await app.corpKey(corp.corpId, ['callbacks:read']), '?limit=1');
    const key = await app.corpKey(other.corpId, ['callbacks:read']);
    expect((await list(key, '')).items).toEqual([]);
    const foreign = await app.call(key, { method: 'GET', url: `/v1/callbacks/${mine.items[0]!.id}` });
    expect(codeOf(foreign)).toEqual([404, 'wecom.callback_not_found']);
    const cursor = await app.call(key, {
      method: 'GET',
      url: `/v1/callbacks?limit=1&cursor=${mine.nextCursor}`,
    });
    expect(codeOf(cursor)).toEqual([400, 'http.cursor_invalid']);
  });
});

describe('retention', () => {
  it('deletes what came more than 30 days ago', async () => {
    await rowsOf(
      app,
      corp,
      `UPDATE wecom.callbacks SET received_at = clock_timestamp() - interval '29 days' WHERE corp_id = $1`,
    );
    await rowsOf(
      app,
      corp,
      `UPDATE wecom.callbacks SET received_at = clock_timestamp() - interval '31 days' WHERE corp_id = $1 AND event = 'message'`,
    );
    const kept = (await stored()).filter(({ event }) => event !== 'message').length;
    await app.get(CallbackRetention).purge(corp.corpId, { signal: new AbortController().signal });
    expect(await stored()).toHaveLength(kept);
    expect(app.get(UnitOfWork).isOpen()).toBe(false);
  });
});
