import { randomUUID } from 'node:crypto';
import { CustomersModule } from '../../../src/modules/customers/index.js';
import { CustomersSync, CUSTOMERS_SYNC } from '../../../src/modules/customers/use-cases/customers-sync.js';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { Envelopes } from '../../../src/platform/crypto/envelopes.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import type { EventDefinition } from '../../../src/platform/events/event.js';
import { EventsModule } from '../../../src/platform/events/events.module.js';
import { JobHandlers } from '../../../src/platform/jobs/job-handlers.js';
import { JobsModule } from '../../../src/platform/jobs/jobs.module.js';
import type { Operation, OperationId } from '../../../src/platform/operations/operation.js';
import { Operations } from '../../../src/platform/operations/operations.js';
import { OperationsModule } from '../../../src/platform/operations/operations.module.js';
import { SyncModule } from '../../../src/platform/sync/sync.module.js';
import { Syncs } from '../../../src/platform/sync/syncs.js';
import { ContactsGateway, WecomModule } from '../../../src/wecom/index.js';
import { type ContactChanged, contactChanged } from '../../../src/wecom/wecom.events.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../../src/sandbox/index.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';

/** Module customers with a WeCom sandbox. Jobs run when the test says so. */
export interface CustomersWorld {
  http: TestHttp;
  sandbox: Sandbox;
  unit: UnitOfWork;
  contacts: ContactsGateway;
  corpId: CorpId;
  /** The sandbox's clock; it stands still. Whole seconds, as WeCom's times are. */
  clock: { seconds: number };
  /** Connects another corp of the sandbox. */
  connect(wecomCorpId?: string): Promise<CorpId>;
  get: TestHttp['get'];
  sql: TestHttp['sql'];
  startSync(): Promise<OperationId>;
  /** Works the open pass off until it ends or asks. */
  workSync(signal?: AbortSignal): Promise<void>;
  sync(): Promise<Operation>;
  operation(id: OperationId): Promise<Operation>;
  /** What a consumer does with one event; `load` may be given the state of an earlier moment. */
  deliver<P>(definition: EventDefinition<P>, payload: P): Promise<void>;
  /** Reads for the event now and gives what stores it. */
  loadContactEvent(payload: ContactChanged): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const RUN = { attempt: 1, attemptsMax: 8, signal: new AbortController().signal };

export async function startCustomersWorld(options: SandboxOptions = {}): Promise<CustomersWorld> {
  const clock = { seconds: 1_790_000_000 };
  const sandbox = await startSandbox({ clock: () => clock.seconds * 1000, ...options });
  const http = await startTestHttp(
    [
      JobsModule.register({ databaseUrl: 'unused', runWorker: false, concurrency: 1 }),
      EventsModule,
      OperationsModule,
      SyncModule,
      WecomModule,
      CustomersModule,
    ],
    { settings: { wecomApiBaseUrl: sandbox.url } },
  );
  const unit = http.get(UnitOfWork);
  const connect = (wecomCorpId?: string) => connectCorp(http, sandbox, wecomCorpId);
  const corpId = await connect();
  const stepOf = (name: string) => {
    const job = http
      .get(JobHandlers)
      .all()
      .find((registered) => registered.name === name);
    if (!job) throw new Error(`no job ${name}`);
    return job.handle;
  };
  const world: CustomersWorld = {
    http,
    sandbox,
    unit,
    contacts: http.get(ContactsGateway),
    corpId,
    clock,
    connect,
    get: http.get,
    sql: http.sql,
    startSync: () => unit.run(corpId, () => http.get(Syncs).start(CUSTOMERS_SYNC)),
    workSync: async (signal = RUN.signal) => {
      await stepOf('sync.step')({ corpId, kind: CUSTOMERS_SYNC }, { ...RUN, signal });
    },
    sync: async () => {
      const id = await world.startSync();
      await world.workSync();
      return world.operation(id);
    },
    operation: (id) => unit.read(corpId, () => http.get(Operations).get(id)),
    deliver: async (definition, payload) => {
      for (const { consumer } of http.get(EventConsumers).of(definition)) {
        const { name, version } = definition;
        const event = { id: randomUUID(), corpId, name, version, at: new Date(), payload };
        const loaded = await consumer.load?.(event);
        await unit.run(corpId, () => consumer.apply(event, loaded));
      }
    },
    loadContactEvent: async (payload) => {
      const { consumer } = http.get(EventConsumers).get('customers.refresh_contact');
      const { name, version } = contactChanged;
      const event = { id: randomUUID(), corpId, name, version, at: new Date(), payload };
      const loaded = await consumer.load?.(event);
      return () => unit.run(corpId, () => consumer.apply(event, loaded));
    },
    close: async () => {
      await http.close();
      await sandbox.close();
    },
  };
  http.get(CustomersSync); // fails here, not later, when the module is wired wrongly
  return world;
}

/** As connecting does it: corp, self-built app, sealed secret. */
async function connectCorp(http: TestHttp, sandbox: Sandbox, wecomCorpId?: string): Promise<CorpId> {
  const { corpId: wecomId, agentId, appSecret } = sandbox.control.corp(wecomCorpId);
  const { id } = await http.addCorp();
  const appId = randomUUID();
  const place = { corpId: id, table: 'wecom.apps', column: 'secret_sealed', rowId: appId };
  await http.sql('UPDATE platform.corps SET wecom_corp_id = $2 WHERE id = $1', [id, wecomId]);
  await http.sql(`SELECT set_config('app.corp_id', $1, false)`, [id]);
  await http.sql(
    `INSERT INTO wecom.apps (corp_id, id, kind, agent_id, name, secret_sealed, secret_version, state, created_at, updated_at)
     VALUES ($1, $2, 'self_built', $3, 'test', $4, 1, 'unverified', now(), now())`,
    [id, appId, agentId, http.get(Envelopes).seal(appSecret, place)],
  );
  return id;
}
