import { randomUUID } from 'node:crypto';
import type { Type } from '@nestjs/common';
import type { CorpId } from '../../src/platform/context/typed-id.js';
import { Envelopes } from '../../src/platform/crypto/envelopes.js';
import { Database } from '../../src/platform/database/database.js';
import { UnitOfWork } from '../../src/platform/database/unit-of-work.js';
import type { EventConsumer, EventDefinition, StoredEvent } from '../../src/platform/events/event.js';
import { EventConsumers, type RegisteredConsumer } from '../../src/platform/events/event-consumers.js';
import { EventsModule } from '../../src/platform/events/events.module.js';
import { JobHandlers } from '../../src/platform/jobs/job-handlers.js';
import type { JobRun } from '../../src/platform/jobs/job.js';
import type { Operation, OperationId } from '../../src/platform/operations/operation.js';
import { OperationAnswers } from '../../src/platform/operations/operation-answers.js';
import { Operations } from '../../src/platform/operations/operations.js';
import { OperationsModule } from '../../src/platform/operations/operations.module.js';
import { SyncModule } from '../../src/platform/sync/sync.module.js';
import { Syncs } from '../../src/platform/sync/syncs.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js';
import { readMessage } from '../../src/wecom/callback/callback-message.js';
import { typedEventsOf } from '../../src/wecom/callback/typed-event.js';
import { WecomModule } from '../../src/wecom/index.js';
import { CallbackReceiver, SandboxClient } from '../sandbox/sandbox-client.js';
import { startTestHttp, type TestHttp } from './http.js';

/** A consumed event between its reading and its storing. */
export type Apply = () => Promise<void>;

/** A module that mirrors something of WeCom, with a sandbox. Jobs run and events arrive when the test says so. */
export interface MirrorWorld {
  http: TestHttp;
  sandbox: Sandbox;
  /** Asks the sandbox without any of our code. */
  wecom: SandboxClient;
  corpId: CorpId;
  unit: UnitOfWork;
  /** The sandbox's clock, in whole seconds as WeCom's times are; it stands still. */
  clock: { seconds: number };
  query<T extends object>(sql: string, params?: unknown[]): Promise<T[]>;
  /** What WeCom has sent since the last call, in our words. */
  newEvents(): { definition: EventDefinition<unknown>; payload: unknown }[];
  /** Reads for the event now, and gives what stores it; one for each consumer. */
  load(event: { definition: EventDefinition<unknown>; payload: unknown }): Promise<Apply[]>;
  deliver(event: { definition: EventDefinition<unknown>; payload: unknown }): Promise<void>;
  startSync(kind: string): Promise<OperationId>;
  /** Works the open pass off until it ends or asks. */
  workSync(kind: string, run?: Partial<JobRun>): Promise<void>;
  sync(kind: string): Promise<Operation>;
  operation(id: OperationId): Promise<Operation>;
  confirm(id: OperationId): Promise<void>;
  cancel(id: OperationId): Promise<void>;
  /** Runs the waiting jobs of this name, whatever their time; `edit` may change what they carry. */
  runJobs(name: string, edit?: (payload: Record<string, unknown>) => void): Promise<number>;
  /** What the daily schedule does for this corp. */
  daily(kind: string): Promise<void>;
  calls(path: string): number;
  close(): Promise<void>;
}

const RUN: JobRun = { attempt: 1, attemptsMax: 8, signal: new AbortController().signal };

export interface MirrorOptions extends SandboxOptions {
  modules: Type[];
  /** Default true. */
  assistant?: boolean;
  /** Default 0.2. */
  syncEndedShareMax?: number;
}

export async function startMirrorWorld(options: MirrorOptions): Promise<MirrorWorld> {
  const clock = { seconds: 1_790_000_000 };
  const { modules, assistant = true, syncEndedShareMax = 0.2, ...sandboxOptions } = options;
  const sandbox = await startSandbox({ clock: () => clock.seconds * 1000, ...sandboxOptions });
  await saveCallbacks(sandbox);
  const http = await startTestHttp([EventsModule, OperationsModule, SyncModule, WecomModule, ...modules], {
    settings: { wecomApiBaseUrl: sandbox.url, syncEndedShareMax },
  });
  const corpId = await connectCorp(http, sandbox, assistant);
  const unit = http.get(UnitOfWork);
  let seen = 0;
  const handle = (name: string, payload: unknown, run: Partial<JobRun> = {}): Promise<void> => {
    const job = http
      .get(JobHandlers)
      .all()
      .find((registered) => registered.name === name);
    if (!job) throw new Error(`no job ${name}`);
    return job.handle(payload, { ...RUN, ...run });
  };
  const world: MirrorWorld = {
    http,
    sandbox,
    wecom: new SandboxClient(sandbox),
    corpId,
    unit,
    clock,
    query: (sql, params = []) => unit.read(corpId, () => http.get(Database).query(sql, params)),
    newEvents: () => {
      const all = sandbox.control.deliveries().filter((delivery) => delivery.id > seen);
      seen = all.at(-1)?.id ?? seen;
      return all.flatMap(({ xml }) => {
        const message = readMessage(xml);
        const happenedAt = message.happenedAt?.toISOString() ?? '';
        const events = typedEventsOf(message, { happenedAt, receivedAt: happenedAt });
        return events as { definition: EventDefinition<unknown>; payload: unknown }[];
      });
    },
    load: async ({ definition, payload }) => {
      const { name, version } = definition;
      const event = { id: randomUUID(), corpId, name, version, at: new Date(), payload };
      const delayOf = ({ consumer }: RegisteredConsumer): number => consumer.delayMs ?? 0;
      const consumers = http
        .get(EventConsumers)
        .of(definition)
        .toSorted((a, b) => delayOf(a) - delayOf(b));
      return Promise.all(consumers.map(({ consumer }) => loadFor(consumer, event, unit)));
    },
    deliver: async (event) => {
      for (const apply of await world.load(event)) await apply();
    },
    startSync: (kind) => unit.run(corpId, () => http.get(Syncs).start(kind)),
    workSync: (kind, run) => handle('sync.step', { corpId, kind }, run),
    sync: async (kind) => {
      const id = await world.startSync(kind);
      await world.workSync(kind);
      return world.operation(id);
    },
    operation: (id) => unit.read(corpId, () => http.get(Operations).get(id)),
    confirm: (id) => unit.run(corpId, async () => void (await http.get(OperationAnswers).confirm(id))),
    cancel: (id) => unit.run(corpId, async () => void (await http.get(OperationAnswers).cancel(id))),
    runJobs: async (name, edit) => {
      const jobs = await http.sql<{ payload: Record<string, unknown> }>(
        `DELETE FROM graphile_worker._private_jobs j USING graphile_worker._private_tasks t
          WHERE t.id = j.task_id AND t.identifier = $1 RETURNING j.payload`,
        [name],
      );
      for (const { payload } of jobs) {
        edit?.(payload);
        await handle(name, payload);
      }
      return jobs.length;
    },
    daily: (kind) => handle('sync.start_daily', { corpId, kind }),
    calls: (path) => sandbox.control.callCounts()[path] ?? 0,
    close: async () => {
      await http.close();
      await sandbox.close();
    },
  };
  return world;
}

/** Callbacks are made and never sent: `deliveries()` tells what they were. */
async function saveCallbacks(sandbox: Sandbox): Promise<void> {
  const receiver = await CallbackReceiver.start();
  for (const place of ['app', 'assistant'] as const) {
    const saved = await sandbox.control.saveCallback({ place, ...receiver.form });
    if (!saved.saved) throw new Error(saved.reason.en);
  }
  await receiver.stop();
  sandbox.control.setSwitches({ callbackFaults: { drop: 1 } });
}

/** As connecting does it: corp, apps, sealed secrets. */
async function connectCorp(http: TestHttp, sandbox: Sandbox, assistant: boolean): Promise<CorpId> {
  const { corpId: wecomId, agentId, appSecret, assistantSecret } = sandbox.control.corp();
  const { id } = await http.addCorp();
  await http.sql('UPDATE platform.corps SET wecom_corp_id = $2 WHERE id = $1', [id, wecomId]);
  await http.sql(`SELECT set_config('app.corp_id', $1, false)`, [id]);
  const apps: [string, number | null, string][] = [['self_built', agentId, appSecret]];
  if (assistant) apps.push(['directory_assistant', null, assistantSecret]);
  for (const [kind, agent, secret] of apps) {
    const appId = randomUUID();
    const place = { corpId: id, table: 'wecom.apps', column: 'secret_sealed', rowId: appId };
    await http.sql(
      `INSERT INTO wecom.apps (corp_id, id, kind, agent_id, name, secret_sealed, secret_version, state, created_at, updated_at)
       VALUES ($1, $2, $3, $4, 'test', $5, 1, 'unverified', now(), now())`,
      [id, appId, kind, agent, http.get(Envelopes).seal(secret, place)],
    );
  }
  return id;
}

/** What a consumer does with one event, but for the mark that it had it. @returns what stores it. */
export async function loadFor(
  consumer: EventConsumer<unknown, unknown>,
  event: StoredEvent<unknown>,
  unit: UnitOfWork,
): Promise<Apply> {
  const loaded = await consumer.load?.(event);
  if ('apply' in consumer) return () => unit.run(event.corpId, () => consumer.apply(event, loaded));
  const effect = consumer.effect(event, loaded);
  if (!effect) return async () => undefined;
  const statement = { ...effect, text: `WITH mark AS (SELECT $2::uuid, $3::text) ${effect.text}` };
  return async () => {
    await unit.write(event.corpId, statement, [event.corpId, event.id, consumer.name, ...effect.params]);
    effect.afterCommit?.();
  };
}
