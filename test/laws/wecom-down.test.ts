import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from '@jest/globals';
import { Client } from 'pg';
import { type RunningApplication, startApplication } from '../../src/bootstrap.js';
import { ApiKeys } from '../../src/platform/auth/api-keys.js';
import type { AppConfig } from '../../src/platform/config/app-config.js';
import { type CorpId, parsePublicId } from '../../src/platform/context/typed-id.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { ContactsGateway } from '../../src/wecom/index.js';
import { heldRelations, worldRelations } from '../modules/customers/relation-states.js';
import { clientFor, connectCorp, testConfig, whenSynced } from '../support/application.js';
import { createTestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { BlockWatch, breakDown } from '../support/failing-wecom.js';
import { law } from '../support/law.js';

interface Figures {
  readonly downMs: number;
  readonly eventsPerMinute: number;
  readonly customers: number;
  /** So often WeCom says that a limit is reached. */
  readonly limitEveryMs: number;
  /** Puts the queue's and the limits' clocks forward once WeCom is back: their pauses are minutes. */
  readonly compressed: boolean;
  readonly drainMaxMs: number;
}

/** Called by events and by syncs all the time. */
const LIMITED = ['externalcontact/get', 'externalcontact/batch/get_by_user', 'externalcontact/groupchat/get'];
const READ_EVERY_MS = 50;
const FORWARD_EVERY_MS = 2_000;
const SYNCS = ['customers', 'staff', 'corp-tags', 'group-chats'];

const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

law<Figures>(
  'wecom-down',
  {
    small: {
      downMs: 4_000,
      eventsPerMinute: 400,
      customers: 40,
      limitEveryMs: 2_500,
      compressed: true,
      drainMaxMs: 30_000,
    },
    full: {
      downMs: 600_000,
      eventsPerMinute: 120,
      customers: 2_000,
      limitEveryMs: 190_000,
      compressed: false,
      drainMaxMs: 1_800_000,
    },
  },
  async ({ figures, random, pick, note }) => {
    const world = await startWorld(figures.customers);
    const { sandbox, owner } = world;
    const blocks = new BlockWatch(sandbox, () => world.blockedApis());
    closers.push(() => blocks.stop());
    const reads = startReads(world, pick);
    closers.push(() => reads.stop());
    const traffic = sandbox.control.startTraffic({
      eventsPerMinute: figures.eventsPerMinute,
      customersMax: figures.customers * 2,
    });

    const limiting = startLimiting(sandbox, figures.limitEveryMs, pick);
    closers.push(() => limiting.stop());
    await eventually(() => expect(blocks.blocks).not.toEqual([]));
    const outage = breakDown(sandbox, { random, pick });
    closers.push(() => outage.end());
    for (const name of SYNCS) await world.post(`/v1/${name}/sync`, [202, 409]); // one may be under way
    await sleep(figures.downMs / 2);
    expect(await world.post(`/v1/corps/${world.publicId}/check`, [200])).toMatchObject({
      state: expect.stringMatching(/failed|unknown/),
    });
    await sleep(figures.downMs / 2);
    await limiting.stop();
    const hits = await outage.end();
    traffic.stop();
    const backAtMs = performance.now();

    if (figures.compressed) await blocks.stop();
    await sandbox.control.whenDelivered();
    const clock = figures.compressed ? startPuttingForward(owner) : undefined;
    await eventually(async () => {
      expect(await unfinished(owner)).toEqual([]);
      await sleep(100);
    }, figures.drainMaxMs).finally(() => clock?.stop());
    note('drainMs', Math.round(performance.now() - backAtMs));
    await blocks.stop();
    const { latenciesMs, refused } = await reads.stop();

    expect(await parkedOrFailed(owner)).toEqual([]);
    expect(await heldRelations(world.mirrored, false)).toEqual(await worldRelations(world.mirrored, false));
    expect(sandbox.control.deliveries().filter(({ state }) => state !== 'answered')).toEqual([]);
    expect(refused).toEqual([]);
    expect(blocks.blocks.map(({ api, calls }) => ({ api, calls }))).toEqual(
      blocks.blocks.map(({ api }) => ({ api, calls: 0 })),
    );
    note('hits', JSON.stringify(hits));
    note('blocks', blocks.blocks.length);
    note('callbacks', sandbox.control.deliveries().length);
    note('reads', latenciesMs.length);
    note('readP99Ms', Math.round(latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? 0));
  },
);

async function startClosing(config: AppConfig): Promise<RunningApplication> {
  const application = await startApplication(config);
  closers.push(() => application.close());
  return application;
}

async function startWorld(customers: number) {
  const database = await createTestDatabase();
  closers.push(() => database.drop());
  const sandbox = await startSandbox({ seed: 'wecom-down', size: { staff: 6, customers, groupChats: 3 } });
  closers.push(() => sandbox.close());
  const config = testConfig(database, sandbox.url);
  const all = await startClosing(config);
  await startClosing(config.with({ role: 'worker', dataDir: testConfig(database, sandbox.url).dataDir }));
  const owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  closers.push(() => owner.end());
  const operator = await all.app.get(ApiKeys).createOperatorKey({ owner: 'test', name: 'test' });
  const { url } = all;
  const corp = await connectCorp({ url, sandbox, operator: clientFor(url, operator.key) });
  const corpId = parsePublicId('corp', corp.id) as CorpId;
  await owner.query(`SELECT set_config('app.corp_id', $1, false)`, [corpId]);
  await whenSynced(corp.client);
  const send = (method: string, path: string) =>
    fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${corp.key}`, 'idempotency-key': randomUUID() },
    });
  return {
    sandbox,
    owner,
    publicId: corp.id,
    read: (path: string) => send('GET', path),
    post: async (path: string, expected: number[]): Promise<unknown> => {
      const answer = await send('POST', path);
      if (!expected.includes(answer.status)) throw new Error(`${path} answered ${answer.status}`);
      return answer.json();
    },
    blockedApis: async (): Promise<string[]> => {
      const answer = await send('GET', `/v1/corps/${corp.id}/quota`);
      const { apis } = (await answer.json()) as { apis: { api: string; blockedUntil: string | null }[] };
      return apis.filter(({ blockedUntil }) => blockedUntil !== null).map(({ api }) => api);
    },
    mirrored: {
      id: corpId,
      contacts: all.app.get(ContactsGateway, { strict: false }),
      sql: async <T extends object>(text: string, params?: unknown[]) =>
        (await owner.query<T>(text, params)).rows,
    },
  };
}

type World = Awaited<ReturnType<typeof startWorld>>;

/** Now and then WeCom says once that the limit of an API is reached. */
function startLimiting(sandbox: Sandbox, everyMs: number, pick: (bound: number) => number) {
  const over = new AbortController();
  const limiting = (async () => {
    while (!over.signal.aborted) {
      const api = LIMITED[pick(LIMITED.length)] ?? '';
      sandbox.control.failNext({ path: `/cgi-bin/${api}`, errcode: 45009 });
      await sleep(everyMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      over.abort();
      await limiting;
    },
  };
}

/** Somebody works with the API all the time. */
function startReads(world: World, pick: (bound: number) => number) {
  const paths = [
    '/v1/customers?limit=20',
    '/v1/staff',
    '/v1/group-chats',
    '/v1/operations',
    '/v1/jobs?state=parked',
    `/v1/corps/${world.publicId}`,
  ];
  const latenciesMs: number[] = [];
  const refused: string[] = [];
  let isOver = false;
  const reading = (async () => {
    while (!isOver) {
      const startedAt = performance.now();
      const path = paths[pick(paths.length)] ?? '';
      const answer = await world.read(path);
      await answer.arrayBuffer();
      if (answer.status !== 200) refused.push(`${path} ${answer.status}`);
      latenciesMs.push(performance.now() - startedAt);
      await sleep(READ_EVERY_MS);
    }
  })();
  return {
    stop: async () => {
      isOver = true;
      await reading;
      return { latenciesMs: latenciesMs.toSorted((one, other) => one - other), refused };
    },
  };
}

/** Each time is one attempt of what waits, of which it has twelve. */
function startPuttingForward(owner: Client): { stop(): void } {
  const timer = setInterval(() => void putForward(owner), FORWARD_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

async function putForward(owner: Client): Promise<void> {
  await owner.query('UPDATE wecom.quota_windows SET blocked_until = now() WHERE blocked_until > now()');
  await owner.query('UPDATE wecom.access_tokens SET paused_until = now() WHERE paused_until > now()');
  await owner.query(
    'UPDATE graphile_worker._private_jobs SET run_at = now() WHERE locked_at IS NULL AND run_at > now()',
  );
}

/** Work that waits or runs, whatever its time. */
async function unfinished(owner: Client): Promise<unknown[]> {
  const { rows } = await owner.query(
    `SELECT t.identifier AS what, j.attempts::text AS state, j.last_error AS why
       FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
      WHERE j.attempts < j.max_attempts OR j.locked_at IS NOT NULL
      UNION ALL
     SELECT kind, state, error_code FROM platform.operations WHERE state IN ('queued', 'running')`,
  );
  return rows;
}

async function parkedOrFailed(owner: Client): Promise<unknown[]> {
  const { rows } = await owner.query(
    `SELECT t.identifier AS what, j.last_error AS why
       FROM graphile_worker._private_jobs j JOIN graphile_worker._private_tasks t ON t.id = j.task_id
      UNION ALL
     SELECT consumer, reason FROM platform.parked_events
      UNION ALL
     SELECT kind, error_code FROM platform.operations WHERE state = 'failed'`,
  );
  return rows;
}
