import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { quantile } from '../../bench/compare.js';
import { CallbackSenders } from '../support/callback-senders.js';
import { startTestProcess, type TestProcess } from '../support/child-process.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { law } from '../support/law.js';
import { OwnDatabase } from '../support/own-database.js';

const HELD_AT_LEAST_MS = 4_000;
const BIG_BYTES = 100_000;
const pair = { token: 'lawToken', encodingAesKey: randomBytes(32).toString('hex').slice(0, 43) };
const receiveId = 'wwlaw0000000000001';

let own: OwnDatabase;
let database: TestDatabase;
let dataDir: string;
let env: Record<string, string>;
let application: TestProcess;

beforeAll(async () => {
  own = await OwnDatabase.start();
  database = await createTestDatabase();
  dataDir = mkdtempSync(path.join(tmpdir(), 'scrm-law-'));
  env = {
    DATABASE_URL: database.appUrl,
    DATA_DIR: dataDir,
    MASTER_KEYS: `law:${randomBytes(32).toString('base64')}`,
    PORT: String(await freePort()),
    ROLE: 'api',
    LOG_LEVEL: 'warn',
    WECOM_API_BASE_URL: 'http://127.0.0.1:9',
  };
}, 60_000);

afterAll(async () => {
  await application?.kill();
  await own?.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

law(
  'callbacks-without-database',
  {
    // the promise is 1 s; where the check runs, half of the processor may be somebody else's
    small: { perSecond: 40, frozenMs: 1_500, goneMs: 2_500, p99MaxMs: 2_000 },
    full: { perSecond: 250, frozenMs: 30_000, goneMs: 30_000, p99MaxMs: 1_000 },
  },
  async (run) => {
    const { perSecond, frozenMs, goneMs } = run.figures;
    const { url } = await start();
    const senders = new CallbackSenders({ url, path: await connect(url), pair, receiveId });

    const normal = senders.sendFor(1_000, perSecond);
    await normal;
    own.freeze();
    await senders.sendFor(frozenMs, perSecond);
    own.thaw();
    await senders.sendFor(500, perSecond);

    await own.stop();
    const dies = run.pick(goneMs / 2);
    const load = senders.sendFor(goneMs + 2_000, perSecond);
    await sleep(500 + dies);
    expect(spooled()).not.toEqual([]);
    await application.kill();
    const restarted = start();
    await sleep(goneMs - dies - 500);
    const deadline = performance.now();
    await own.startAgain();
    await restarted;
    run.note('readyAfterMs', Math.round(performance.now() - deadline));
    await load;
    senders.close();

    await expectAllStored(senders);
    const answers = senders.attempts.filter(({ status }) => status !== undefined);
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([200]);
    const times = answers.map(({ ms }) => ms);
    run.note('acknowledged', senders.acknowledged.size);
    run.note('unanswered', senders.attempts.length - answers.length);
    run.note('p50Ms', Math.round(quantile(times, 0.5)));
    run.note('p99Ms', Math.round(quantile(times, 0.99)));
    run.note('slowestMs', Math.round(Math.max(...times)));
    expect(quantile(times, 0.99)).toBeLessThanOrEqual(run.figures.p99MaxMs);

    await fillTheSpool(senders.address.path);
  },
);

/** With room for about seven of them: the others get no byte, and come again when there is room. */
async function fillTheSpool(callbackPath: string): Promise<void> {
  await application.kill();
  const { url } = await start({ CALLBACK_SPOOL_MB_MAX: '1' });
  const senders = new CallbackSenders({ url, path: callbackPath, pair, receiveId });
  own.freeze();
  const attempts = await Promise.all(Array.from({ length: 12 }, () => senders.sendOnce(BIG_BYTES)));
  own.thaw();
  const unanswered = attempts.filter(({ status }) => status === undefined);
  expect(attempts.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  expect(unanswered.length).toBeGreaterThan(0);
  for (const { ms } of unanswered) expect(ms).toBeGreaterThan(HELD_AT_LEAST_MS);
  await eventually(() => expect(spooled()).toEqual([]));
  await eventually(async () => expect((await senders.sendOnce(BIG_BYTES)).status).toBe(200));
  senders.close();
}

/** Each callback that was acknowledged is one row and one event, none of them is missing, and nothing is left over. */
async function expectAllStored(senders: CallbackSenders): Promise<void> {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    const corps = await client.query<{ id: string }>('SELECT id FROM platform.corps');
    await client.query(`SELECT set_config('app.corp_id', $1, false)`, [corps.rows[0]?.id]);
    await eventually(async () => {
      expect(spooled()).toEqual([]);
      const events = await client.query<{ id: string }>(
        `SELECT e.payload ->> 'externalUserId' AS id
           FROM wecom.callbacks c LEFT JOIN platform.events e ON e.corp_id = c.corp_id AND e.id = c.event_id`,
      );
      const stored = events.rows.map(({ id }) => id);
      expect(new Set(stored).size).toBe(stored.length);
      const missing = [...senders.acknowledged].filter((id) => !stored.includes(id));
      expect(missing).toEqual([]);
    }, 60_000);
    const all = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM platform.events WHERE name = 'wecom.contact_changed'`,
    );
    const rows = await client.query<{ count: number }>('SELECT count(*)::int AS count FROM wecom.callbacks');
    expect(all.rows).toEqual(rows.rows);
  } finally {
    await client.end();
  }
}

function spooled(): string[] {
  return readdirSync(path.join(dataDir, 'callback-spool')).filter((name) => name !== 'refused');
}

async function start(more: Record<string, string> = {}): Promise<{ url: string }> {
  application = startTestProcess('test/support/processes/serving-application.ts', { ...env, ...more });
  const { url } = await application.message('ready', 120_000);
  return { url: String(url) };
}

/** @returns the path of the callback address. */
async function connect(url: string): Promise<string> {
  application.send({ type: 'key' });
  const { key } = await application.message('key');
  const answer = await fetch(`${url}/v1/corps`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${String(key)}`,
      'idempotency-key': randomUUID(),
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      wecomCorpId: receiveId,
      name: 'Law',
      timeZone: 'Asia/Shanghai',
      languages: ['zh-CN'],
      apps: [{ kind: 'self_built', agentId: 1000002, secret: 'law-secret', callback: pair }],
    }),
  });
  expect(answer.status).toBe(201);
  const { apps } = (await answer.json()) as { apps: { callbackPath: string }[] };
  return apps[0]?.callbackPath ?? '';
}
