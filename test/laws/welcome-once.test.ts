import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { Client } from 'pg';
import { parsePublicId } from '../../src/platform/context/typed-id.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import * as api from '../client/index.js';
import { clientFor, connectCorp, idempotent } from '../support/application.js';
import type { TestProcess } from '../support/child-process.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { law } from '../support/law.js';
import { Mortals } from '../support/mortals.js';
import { WelcomeCalls } from '../support/welcome-calls.js';

const GREET = 'event:welcome.greet_new_friends';
const SETTLE_MAX_MS = 40_000;
/** Somebody who was just written may be repeated at once, while the first run is still at it. */
const REPEATED_SHARE = 0.5;
const COPIED_SHARE = 0.2;

const closers: (() => Promise<unknown>)[] = [];
let world: World;

/** Processes start slowly on a busy machine; the law begins when they stand. */
beforeAll(async () => {
  world = await startWorld();
}, 180_000);
afterAll(async () => {
  for (const close of closers.reverse()) await close();
}, 60_000);

interface WelcomeRow {
  code: string;
  state: string;
  tried: boolean;
  late: boolean;
}

law(
  'welcome-once',
  {
    small: { kills: 3, pauseMs: 700, friendsEveryMs: 60 },
    // the sandbox remembers the last 5,000 messages, which must be all of them
    full: { kills: 60, pauseMs: 1_500, friendsEveryMs: 250 },
  },
  async ({ figures, random, pick, note }) => {
    const { sandbox, calls, doomed, mortals, owner } = world;
    const codes: string[] = [];
    let isOver = false;
    const friends = (async () => {
      while (!isOver) {
        codes.push(befriend(sandbox, pick));
        await repeatSome(owner, random);
        await sleep(random() * figures.friendsEveryMs);
      }
    })();
    // the one death that cannot be left to chance: WeCom has sent it, and nobody could write that down
    const withheld = await doomed.calls.withholdNext();
    await doomed.process.kill();
    for (let killed = 0; killed < figures.kills;) {
      await sleep(random() * figures.pauseMs);
      if (await mortals.killOne('greeter', random)) killed += 1;
    }
    isOver = true;
    await friends;
    await settled(world);

    expect(mortals.crashes).toEqual([]);
    const rows = await readRows(owner);
    const byCode = new Map(rows.map((row) => [row.code, row]));
    const states = (state: string) => rows.filter((row) => row.state === state).length;
    const twice = [...calls.byCode].filter(([, count]) => count > 1);
    expect(twice).toEqual([]);
    const acknowledged = acknowledgedCodes(sandbox);
    expect(codes.filter((code) => acknowledged.has(code) && !byCode.has(code))).toEqual([]);
    expect(states('sending')).toBe(0);
    expect(byCode.get(withheld)?.state).toBe('unknown');
    const received = receivedCodes(sandbox);
    expect(new Set(received).size).toBe(received.length);
    for (const row of rows) {
      if (row.state === 'sent') expect(received).toContain(row.code);
      if (row.state === 'given_up') expect(row.late).toBe(true);
      if (!row.tried) expect(calls.byCode.has(row.code)).toBe(false);
    }
    expect(received).toContain(withheld);
    for (const code of received) expect(['sent', 'unknown']).toContain(byCode.get(code)?.state);
    note('codes', codes.length);
    note('acknowledged', acknowledged.size);
    note('kills', mortals.kills);
    for (const state of ['sent', 'unknown', 'given_up', 'code_invalid']) note(state, states(state));
    expect(states('sent')).toBeGreaterThan(0);
  },
);

interface World {
  sandbox: Sandbox;
  calls: WelcomeCalls;
  /** One of those that greet, and what stands between it and WeCom. */
  doomed: { process: TestProcess; calls: WelcomeCalls };
  mortals: Mortals;
  owner: Client;
}

/** One process that takes callbacks and lives, three that greet and die. */
async function startWorld(): Promise<World> {
  const database = await createTestDatabase();
  closers.push(() => database.drop());
  const sandbox = await startSandbox({
    seed: 'welcome-once',
    size: { staff: 6, customers: 0, groupChats: 0 },
  });
  closers.push(() => sandbox.close());
  sandbox.control.setSwitches({ callbackFaults: { duplicate: 0.3 } });
  const calls = await WelcomeCalls.before(sandbox.url);
  closers.push(() => calls.close());
  const callsOfDoomed = await WelcomeCalls.before(calls.url);
  closers.push(() => callsOfDoomed.close());
  const mortals = new Mortals();
  closers.push(() => mortals.close());
  const port = await freePort();
  const env = {
    DATABASE_URL: database.appUrl,
    WECOM_API_BASE_URL: calls.url,
    MASTER_KEYS: `test:${randomBytes(32).toString('base64')}`,
    LOG_LEVEL: 'fatal',
  };
  const start = (name: string, ROLE: string, more: Record<string, string> = {}) =>
    mortals.start({
      name,
      file: 'test/support/processes/mortal-application.ts',
      env: { ...env, ROLE, PORT: ROLE === 'api' ? String(port) : '0', ...more },
      othersMin: 1,
    });
  const [gate, doomed] = await Promise.all([
    start('gate', 'api'),
    start('greeter', 'worker', { WECOM_API_BASE_URL: callsOfDoomed.url }),
    start('greeter', 'worker'),
    start('greeter', 'worker'),
  ]);
  gate.send({ type: 'key' });
  const { key } = await gate.message('key');
  const url = `http://127.0.0.1:${port}`;
  const corp = await connectCorp({ url, sandbox, operator: clientFor(url, String(key)) });
  await api.welcomeCreateRule({
    client: corp.client,
    headers: idempotent(),
    throwOnError: true,
    body: { scope: 'corp', text: '{客户昵称}您好，我是{员工姓名}' },
  });
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  closers.push(() => owner.end());
  await owner.query(`SELECT set_config('app.corp_id', $1, false)`, [parsePublicId('corp', corp.id)]);
  return { sandbox, calls, doomed: { process: doomed, calls: callsOfDoomed }, mortals, owner };
}

function befriend(sandbox: Sandbox, pick: (bound: number) => number): string {
  const { staff = [] } = sandbox.control.world().corps[0] ?? {};
  const { userId = '' } = staff[pick(staff.length)] ?? {};
  return sandbox.control.events.addCustomer({ userId }).welcomeCode ?? '';
}

/** The newest event once more: as another job, without the mark that it was consumed, or as another event. */
async function repeatSome(owner: Client, random: () => number): Promise<void> {
  const { rows } = await owner.query<{ id: string; corp: string }>(
    `SELECT id, corp_id AS corp FROM platform.events WHERE name = 'wecom.welcome_due' ORDER BY id DESC LIMIT 1`,
  );
  const [event] = rows;
  if (!event) return;
  const chance = random();
  let id = event.id;
  if (chance < COPIED_SHARE) {
    const copied = await owner.query<{ id: string }>(
      `INSERT INTO platform.events (corp_id, id, name, version, at, payload, consumers, actor)
       SELECT corp_id, gen_random_uuid(), name, version, at, payload, consumers, actor
         FROM platform.events WHERE id = $1 RETURNING id`,
      [id],
    );
    id = copied.rows[0]?.id ?? id;
  } else if (chance > REPEATED_SHARE) return;
  else if (chance < (COPIED_SHARE + REPEATED_SHARE) / 2) {
    await owner.query('DELETE FROM platform.event_consumptions WHERE event_id = $1', [id]);
  }
  await owner.query(
    `SELECT graphile_worker.add_job($1, json_build_object('corpId', $2::text, 'eventIds', json_build_array($3::text)),
       max_attempts => 12, priority => -1000)`,
    [GREET, event.corp, id],
  );
}

/** Whoever lives takes over from the dead: nobody waits until they are back. */
async function settled({ sandbox, owner }: World): Promise<void> {
  await sandbox.control.whenDelivered();
  await eventually(async () => {
    const { rows } = await owner.query(
      `SELECT j.id, j.attempts, j.last_error FROM graphile_worker._private_jobs j
         JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE t.identifier = $1`,
      [GREET],
    );
    expect(rows).toEqual([]);
  }, SETTLE_MAX_MS);
}

async function readRows(owner: Client): Promise<WelcomeRow[]> {
  const { rows } = await owner.query<WelcomeRow>(
    `SELECT welcome_code AS code, state, tried_at IS NOT NULL AS tried,
            ended_at >= happened_at + interval '19 seconds' AS late FROM welcome.messages`,
  );
  return rows;
}

/** Of callbacks that we answered: what never reached us cannot have a line. */
function acknowledgedCodes(sandbox: Sandbox): Set<string> {
  const answered = sandbox.control.deliveries().filter(({ state }) => state === 'answered');
  return new Set(answered.flatMap(({ xml }) => /<WelcomeCode><!\[CDATA\[(.+?)\]\]>/.exec(xml)?.[1] ?? []));
}

function receivedCodes(sandbox: Sandbox): string[] {
  return sandbox.control
    .outbox()
    .filter(({ kind }) => kind === 'welcome')
    .map(({ body }) => (body as { welcome_code: string }).welcome_code);
}
