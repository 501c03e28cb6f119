import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { Pool } from 'pg';
import { type CorpId, parsePublicId } from '../../src/platform/context/typed-id.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { SandboxClient } from '../sandbox/sandbox-client.js';
import { clientFor, connectCorp, type ConnectedCorp } from './application.js';
import { createChaosTable } from './chaos-consumers.js';
import { type ChaosEvents, chaosEvents } from './chaos-events.js';
import { ChaosTraffic } from './chaos-traffic.js';
import type { TestDatabase } from './database.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { Mortals } from './mortals.js';

/** WeCom tries three times. The law is about what is acknowledged, so this one tries until it is. */
const RETRY_MS = [300, 700, 1_000, ...Array.from({ length: 60 }, () => 2_000)];
const SETTLE_MAX_MS = 60_000;
/** What comes again each minute and gives way to everything else: there is always some of it. */
export const BACKGROUND_PRIORITY = 50;
/** What a process had claimed when it was killed is taken over after 60 s. */
const SPOOL_MAX_MS = 75_000;

/** Three applications on one database, workers that die by the dozen, and a WeCom that lives. */
export interface ChaosWorld {
  readonly mortals: Mortals;
  readonly events: ChaosEvents;
  readonly sandbox: Sandbox;
  readonly wecom: SandboxClient;
  /** As the owner of the tables, behind the wall of the corp. */
  readonly owner: Pool;
  /** Of the processes that serve HTTP. */
  readonly urls: readonly string[];
  /** Where their callbacks wait while the database is away. */
  readonly spools: readonly string[];
  readonly traffic: ChaosTraffic;
  readonly corpId: CorpId;
}

export interface ChaosOptions {
  readonly customers: number;
  readonly workers: number;
  readonly random: () => number;
  /** Called in reverse order when the test ends, however it ends. */
  readonly closers: (() => Promise<unknown>)[];
  /** Default: one of the server that all tests share. */
  readonly database?: TestDatabase;
}

export async function startChaosWorld(o: ChaosOptions): Promise<ChaosWorld> {
  const { closers, random } = o;
  const events = await chaosEvents(o.database);
  closers.push(() => events.close());
  await createChaosTable(events.database.ownerUrl);
  const sandbox = await startSandbox({
    seed: 'chaos',
    size: { staff: 6, customers: o.customers, groupChats: 2 },
    switches: { callbackRetryMs: RETRY_MS, retryNon200: true },
  });
  closers.push(() => sandbox.close());
  const folder = mkdtempSync(path.join(tmpdir(), 'scrm-chaos-'));
  closers.push(async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const mortals = new Mortals();
  closers.push(() => mortals.close());
  const { urls, spools, operatorKey } = await startProcesses(mortals, o, {
    databaseUrl: events.database.appUrl,
    sandboxUrl: sandbox.url,
    folder,
  });
  const url = urls[0] ?? '';
  const corp = await connectCorp({ url, sandbox, operator: clientFor(url, operatorKey) });
  const corpId = parsePublicId('corp', corp.id) as CorpId;
  const owner = ownerOf(events.database, corpId);
  closers.push(() => owner.end());
  const wecom = new SandboxClient(sandbox);
  const target = { ...(await peopleOf(wecom)), sandbox, urls, operatorKey, ...keysOf(corp) };
  const append = (count: number) => events.append(count, corpId);
  const traffic = new ChaosTraffic({ ...target, append }, random);
  closers.push(() => traffic.abandon());
  return { mortals, events, sandbox, wecom, owner, urls, spools, traffic, corpId };
}

/** A pool, because the server may go away below it. */
function ownerOf(database: TestDatabase, corpId: CorpId): Pool {
  const options = `-c app.corp_id=${corpId}`;
  const owner = new Pool({ connectionString: database.ownerUrl, max: 1, options });
  owner.on('error', () => undefined);
  return owner;
}

/** Kills so many of a kind, each after a random pause of up to `pauseMs`. */
export async function killMany(
  { mortals }: ChaosWorld,
  kind: string,
  o: { kills: number; pauseMs: number; random: () => number },
): Promise<void> {
  for (let killed = 0; killed < o.kills;) {
    await sleep(o.random() * o.pauseMs);
    if (await mortals.killOne(kind, o.random)) killed += 1;
  }
}

/** No callback is on its way or waits on a disk, no job waits or runs, and no sync is open. */
export async function whenSettled({ mortals, sandbox, owner, spools }: ChaosWorld): Promise<void> {
  await mortals.whenAllReady();
  await sandbox.control.whenDelivered();
  await eventually(
    () => expect(filesIn(spools).filter((file) => !file.includes('refused'))).toEqual([]),
    SPOOL_MAX_MS,
  );
  await eventually(async () => {
    const { rows } = await owner.query(
      `SELECT t.identifier, j.attempts, j.run_at, j.last_error, j.locked_at, j.locked_by FROM graphile_worker._private_jobs j
         JOIN graphile_worker._private_tasks t ON t.id = j.task_id WHERE (is_available OR locked_at IS NOT NULL)
           AND j.priority < ${BACKGROUND_PRIORITY}
       UNION ALL
       SELECT kind, 0, started_at, state, NULL, NULL FROM platform.operations WHERE state IN ('queued', 'running')`,
    );
    expect(rows).toEqual([]);
  }, SETTLE_MAX_MS);
}

/** By the folder of its process, with the name of the file. */
export function filesIn(spools: readonly string[]): string[] {
  const files = spools.flatMap((spool) => readdirSync(spool, { recursive: true, withFileTypes: true }));
  return files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name));
}

async function startProcesses(
  mortals: Mortals,
  o: ChaosOptions,
  place: { databaseUrl: string; sandboxUrl: string; folder: string },
) {
  const env = {
    DATABASE_URL: place.databaseUrl,
    WECOM_API_BASE_URL: place.sandboxUrl,
    MASTER_KEYS: `test:${randomBytes(32).toString('base64')}`,
    LOG_LEVEL: 'fatal',
  };
  const ports = [await freePort(), await freePort(), await freePort()];
  const roles = ['api', 'all', 'worker'];
  const applications = roles.map((ROLE, n) =>
    mortals.start({
      file: 'test/support/processes/mortal-application.ts',
      env: { ...env, ROLE, PORT: String(ports[n]), DATA_DIR: path.join(place.folder, ROLE) },
      ...(ROLE === 'api' ? { name: 'api', othersMin: 0 } : { name: 'application', othersMin: 1 }),
    }),
  );
  const workers = Array.from({ length: o.workers }, () =>
    mortals.start({
      name: 'worker',
      file: 'test/support/processes/mortal-worker.ts',
      env: { DATABASE_URL: place.databaseUrl },
      othersMin: 1,
    }),
  );
  const [api] = await Promise.all(applications);
  await Promise.all(workers);
  api?.send({ type: 'key' });
  const answer = await api?.message('key');
  return {
    spools: roles.map((role) => path.join(place.folder, role, 'callback-spool')),
    urls: ports.slice(0, 2).map((port) => `http://127.0.0.1:${port}`),
    operatorKey: String(answer?.['key']),
  };
}

async function peopleOf(wecom: SandboxClient): Promise<{ userIds: string[]; tagIds: string[] }> {
  const users = await wecom.get('externalcontact/get_follow_user_list');
  const tags = await wecom.post('externalcontact/get_corp_tag_list', {});
  return {
    userIds: users['follow_user'],
    tagIds: tags['tag_group'].flatMap((group: { tag: { id: string }[] }) => group.tag.map(({ id }) => id)),
  };
}

function keysOf(corp: ConnectedCorp): { corpId: string; corpKey: string } {
  return { corpId: corp.id, corpKey: corp.key };
}
