import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UuidV7Ids } from '../../../src/platform/clock/ids.js';
import { SystemClock } from '../../../src/platform/clock/clock.js';
import { AppConfig } from '../../../src/platform/config/app-config.js';
import { CallbackSpool } from '../../../src/wecom/callback/spool/callback-spool.js';
import { SpoolFolder } from '../../../src/wecom/callback/spool/spool-folder.js';
import { lineOf, linesOf } from '../../../src/wecom/callback/spool/spool-record.js';
import { SpoolWriter } from '../../../src/wecom/callback/spool/spool-writer.js';
import {
  APP_PAIR,
  appOf,
  connectTestCorp,
  rowsOf,
  startWecomApp,
  type TestCorp,
  type WecomTestApp,
} from '../../support/wecom-app.js';
import { eventually } from '../../support/eventually.js';
import { signedCallback } from '../../support/wecom-envelope.js';

const LINES = 100;

let app: WecomTestApp;
let corp: TestCorp;
let placePath: string;
let folder: string;
let count = 0;

beforeAll(async () => {
  app = await startWecomApp();
  corp = await connectTestCorp(app);
  placePath = appOf(corp, 'self_built').callbackPath;
  folder = path.join(app.get(AppConfig).dataDir, 'callback-spool');
});
afterAll(async () => app.close());

/** The place looks slow from now on, until the drain finds that it is not. */
const divert = () => app.get(CallbackSpool).divert(new Error('slow'));
const spool = () => readdirSync(folder).filter((name) => name !== 'refused');
const refused = () => readdirSync(path.join(folder, 'refused'));
const storedIds = async () =>
  (
    await rowsOf<{ id: string }>(
      app,
      corp,
      `SELECT e.payload ->> 'externalUserId' AS id FROM wecom.callbacks c
         JOIN platform.events e ON e.corp_id = c.corp_id AND e.id = c.event_id WHERE c.corp_id = $1`,
    )
  ).map(({ id }) => id);

function callback(id = `wm${++count}`, at = app.clock.now()) {
  const xml = `<xml><FromUserName>sys</FromUserName><CreateTime>1795334400</CreateTime><MsgType>event</MsgType><Event>change_external_contact</Event><ChangeType>edit_external_contact</ChangeType><UserID>zhangsan</UserID><ExternalUserID>${id}</ExternalUserID></xml>`;
  return { id, ...signedCallback(APP_PAIR, xml, { receiveId: corp.wecom.corpId, at }) };
}
const send = ({ search, body }: { search: string; body: string }) =>
  app.app.inject({ method: 'POST', url: `${placePath}${search}`, payload: body });

/** As a process left it that died. */
function leave(name: string, ...lines: (Buffer | string)[]): void {
  writeFileSync(path.join(folder, name), '');
  for (const line of lines) appendFileSync(path.join(folder, name), line);
}
function lineOfCallback(
  { search, body }: { search: string; body: string },
  placeId = placePath.slice(-32),
): Buffer {
  const query = Object.fromEntries(new URLSearchParams(search));
  return lineOf({ placeId, query, arrivedAt: app.clock.now() }, Buffer.from(body));
}
const ids = new UuidV7Ids();

describe('while the database is slow', () => {
  it('keeps a callback still encrypted, in a file that only its owner may read, and drains it', async () => {
    divert();
    const sent = callback();
    expect((await send(sent)).statusCode).toBe(200);
    const [file = ''] = spool();
    expect(statSync(path.join(folder, file)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const content = readFileSync(path.join(folder, file), 'utf8');
    expect(content).toContain(sent.body.slice(100, 160));
    expect(content).not.toContain(sent.id);
    await eventually(async () => expect(await storedIds()).toContain(sent.id));
    await eventually(() => expect(spool()).toEqual([]));
    await eventually(() => expect(app.get(CallbackSpool).isDiverting()).toBe(false));
    await eventually(() =>
      expect(app.logLines.join('\n')).toMatch(
        /callbacks go to the spool[\s\S]*drained callbacks from the spool/,
      ),
    );
    expect(app.logLines.join('\n')).not.toContain(sent.id);
  });

  it('judges the time of a callback by its arrival, however late it is drained', async () => {
    const sent = callback();
    leave(`${ids.next()}.open`, lineOfCallback(sent));
    app.clock.advance(3_600_000);
    await eventually(async () => expect(await storedIds()).toContain(sent.id));
    app.clock.advance(-3_600_000);
  });

  it('answers no repetition twice: what was stored before is only repeated', async () => {
    const sent = callback();
    expect((await send(sent)).statusCode).toBe(200);
    leave(`${ids.next()}.open`, lineOfCallback(sent), lineOfCallback(sent));
    await eventually(() => expect(spool()).toEqual([]));
    expect((await storedIds()).filter((id) => id === sent.id)).toHaveLength(1);
  });
});

describe('what a process left that died', () => {
  it('is drained without the half line at its end', async () => {
    const [first, second] = [callback(), callback()];
    const half = lineOfCallback(second);
    leave(`${ids.next()}.open`, lineOfCallback(first), half.subarray(0, half.length / 2));
    await eventually(() => expect(spool()).toEqual([]));
    const stored = await storedIds();
    expect([stored.includes(first.id), stored.includes(second.id)]).toEqual([true, false]);
  });

  it('is taken over from one that died while it drained, and left to one that may live', async () => {
    const [old, young] = [callback(), callback()];
    const names = [`${ids.next()}.${ids.next()}.claimed`, `${ids.next()}.${ids.next()}.claimed`];
    leave(names[0] ?? '', lineOfCallback(old));
    leave(names[1] ?? '', lineOfCallback(young));
    const now = app.clock.now().getTime() / 1000;
    utimesSync(path.join(folder, names[0] ?? ''), now - 61, now - 61);
    utimesSync(path.join(folder, names[1] ?? ''), now - 5, now - 5);
    await eventually(async () => expect(await storedIds()).toContain(old.id));
    await eventually(() => expect(spool()).toEqual([names[1]]));
    rmSync(path.join(folder, names[1] ?? ''));
  });

  it('keeps what no database will take aside, and drains the rest', async () => {
    const before = refused().length;
    const good = callback();
    const unknown = callback();
    leave(
      `${ids.next()}.open`,
      lineOfCallback(unknown, '0'.repeat(32)),
      'damaged on the disk\n',
      lineOfCallback(good),
    );
    await eventually(async () => expect(await storedIds()).toContain(good.id));
    await eventually(() => expect(spool()).toEqual([]));
    expect(refused()).toHaveLength(before + 1);
    const [kept = ''] = refused().sort().slice(-1);
    const lines = linesOf(readFileSync(path.join(folder, 'refused', kept)));
    expect(lines.map(({ spooled }) => spooled?.body.toString())).toEqual([unknown.body, undefined]);
  });
});

describe('the writer', () => {
  it('loses no line to others that claim its files while it writes', async () => {
    const own = mkdtempSync(path.join(folder, 'race-'));
    const place = () => new SpoolFolder(own, new UuidV7Ids(), new SystemClock());
    const [writing, draining] = [place(), place()];
    await writing.make();
    const writer = new SpoolWriter(writing);
    const read = new Set<string>();
    const claimAll = async () => {
      for (const file of await draining.claim()) {
        for (const { bytes } of linesOf(await draining.read(file))) read.add(bytes.toString());
        await draining.remove(file);
      }
    };
    const acknowledged: string[] = [];
    let isWriting = true;
    const appends = (async () => {
      for (let line = 0; line < LINES; line++) {
        const bytes = Buffer.from(`${line}\n`);
        // claimed again and again it gives up, and acknowledges nothing
        await writer.append(bytes).then(
          () => acknowledged.push(bytes.toString()),
          () => undefined,
        );
      }
    })().finally(() => (isWriting = false));
    for (; isWriting; await sleep(Math.random() * 60)) await claimAll();
    await appends;
    await writer.close();
    await claimAll();
    expect(acknowledged.length).toBeGreaterThan(LINES / 4);
    expect(acknowledged.filter((line) => !read.has(line))).toEqual([]);
    rmSync(own, { recursive: true });
  });
});

describe('when neither place takes it', () => {
  it('gives no answer, and closes the connection after WeCom has given up', async () => {
    if (!app.app.getHttpServer().listening) await app.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = new URL(await app.app.getUrl());
    const full = app.get(CallbackSpool);
    const append = full.append.bind(full);
    full.append = async () => {
      throw new Error('the disk is full');
    };
    divert();
    const { search, body } = callback();
    const startedAt = performance.now();
    const end = await new Promise<string>((resolve) => {
      const sent = request({ port, host: '127.0.0.1', method: 'POST', path: `${placePath}${search}` });
      sent.on('response', (response) => resolve(`answered ${response.statusCode}`));
      sent.on('error', (error: Error & { code?: string }) => resolve(error.code ?? ''));
      sent.end(body);
    });
    expect(end).toBe('ECONNRESET');
    expect(performance.now() - startedAt).toBeGreaterThan(4_500);
    full.append = append;
    await eventually(async () => {
      const { body: metrics } = await app.call(app.operatorKey, { method: 'GET', url: '/metrics' });
      const lines = metrics.split('\n').filter((line) => /^wecom_callbacks_(total.*failed|held)/.test(line));
      expect(lines).toEqual(['wecom_callbacks_held 0', 'wecom_callbacks_total{outcome="failed"} 1']);
    });
  }, 15_000);
});

describe('credentials in memory', () => {
  it('verify a callback while the database refuses every lookup, also at a place that was never called', async () => {
    const other = await connectTestCorp(app, {
      wecom: app.sandbox.control.addCorp({ seed: 'memory', size: { staff: 4, customers: 4 } }),
    });
    const path_ = appOf(other, 'self_built').callbackPath;
    await sleep(2_500); // the next round of the refresh
    await app.sql('REVOKE SELECT ON platform.callback_places FROM wecom_scrm_app');
    app.clock.advance(60_000);
    const { body, search } = signedCallback(APP_PAIR, '<xml><Event>unknown</Event></xml>', {
      receiveId: other.wecom.corpId,
      at: app.clock.now(),
    });
    const answer = await app.app.inject({ method: 'POST', url: `${path_}${search}`, payload: body });
    await app.sql('GRANT SELECT ON platform.callback_places TO wecom_scrm_app');
    expect(answer.statusCode).toBe(200);
  }, 15_000);
});
