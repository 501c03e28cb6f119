import { randomUUID } from 'node:crypto';
import { CustomersModule } from '../../../src/modules/customers/index.js';
import { CUSTOMERS_SYNC } from '../../../src/modules/customers/contacts/use-cases/customers-sync.js';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { Envelopes } from '../../../src/platform/crypto/envelopes.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { EventConsumers } from '../../../src/platform/events/event-consumers.js';
import type { EventDefinition } from '../../../src/platform/events/event.js';
import { EventsModule } from '../../../src/platform/events/events.module.js';
import { JobHandlers } from '../../../src/platform/jobs/job-handlers.js';
import type { Operation, OperationId } from '../../../src/platform/operations/operation.js';
import { OperationAnswers } from '../../../src/platform/operations/operation-answers.js';
import { Operations } from '../../../src/platform/operations/operations.js';
import { OperationsModule } from '../../../src/platform/operations/operations.module.js';
import { SyncModule } from '../../../src/platform/sync/sync.module.js';
import { Syncs } from '../../../src/platform/sync/syncs.js';
import { type Sandbox, startSandbox, type WorldSize } from '../../../src/sandbox/index.js';
import { ContactsGateway, WecomModule } from '../../../src/wecom/index.js';
import { type ContactChanged, contactChanged } from '../../../src/wecom/wecom.events.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';

const RUN = { attempt: 1, attemptsMax: 8, signal: new AbortController().signal };

/** Module customers with a WeCom sandbox. Jobs run when the test says so. */
export class CustomersWorld {
  private constructor(
    readonly http: TestHttp,
    readonly sandbox: Sandbox,
    /** The sandbox's clock in whole seconds, as WeCom's times are. It stands still. */
    readonly clock: { seconds: number },
  ) {}

  static async start(): Promise<CustomersWorld> {
    const clock = { seconds: 1_790_000_000 };
    const size = { staff: 1, customers: 0, groupChats: 0 };
    const sandbox = await startSandbox({ clock: () => clock.seconds * 1000, size });
    const http = await startTestHttp(
      [EventsModule, OperationsModule, SyncModule, WecomModule, CustomersModule],
      { settings: { wecomApiBaseUrl: sandbox.url } },
    );
    return new CustomersWorld(http, sandbox, clock);
  }

  /** A fresh corp of this size, connected. */
  async corp(size: WorldSize, seed?: string): Promise<TestCorp> {
    const {
      corpId: wecomCorpId,
      agentId,
      appSecret,
    } = this.sandbox.control.addCorp({
      size: { groupChats: 0, ...size },
      ...(seed && { seed }),
    });
    const { id } = await this.http.addCorp();
    const appId = randomUUID();
    const place = { corpId: id, table: 'wecom.apps', column: 'secret_sealed', rowId: appId };
    await this.http.sql('UPDATE platform.corps SET wecom_corp_id = $2 WHERE id = $1', [id, wecomCorpId]);
    await this.http.sql(`SELECT set_config('app.corp_id', $1, false)`, [id]);
    await this.http.sql(
      `INSERT INTO wecom.apps (corp_id, id, kind, agent_id, name, secret_sealed, secret_version, state, created_at, updated_at)
       VALUES ($1, $2, 'self_built', $3, 'test', $4, 1, 'unverified', now(), now())`,
      [id, appId, agentId, this.http.get(Envelopes).seal(appSecret, place)],
    );
    return new TestCorp(this, id, wecomCorpId);
  }

  async close(): Promise<void> {
    await this.http.close();
    await this.sandbox.close();
  }
}

export class TestCorp {
  readonly unit: UnitOfWork;
  readonly contacts: ContactsGateway;

  constructor(
    readonly world: CustomersWorld,
    readonly id: CorpId,
    /** For the sandbox's control calls. */
    readonly wecomCorpId: string,
  ) {
    this.unit = world.http.get(UnitOfWork);
    this.contacts = world.http.get(ContactsGateway);
  }

  get events() {
    return this.world.sandbox.control.events;
  }

  /** WeCom's time as an event tells it. */
  get happenedAt(): string {
    return new Date(this.world.clock.seconds * 1000).toISOString();
  }

  tick(seconds = 1): void {
    this.world.clock.seconds += seconds;
  }

  followUsers(): Promise<string[]> {
    return this.contacts.listFollowUserIds(this.id);
  }

  customersOf(userId: string): Promise<string[]> {
    return this.contacts.listExternalUserIds(this.id, userId);
  }

  /** Past the tenant wall of the application, but only of this corp. */
  async sql<T extends object>(text: string, params: unknown[] = []): Promise<T[]> {
    await this.world.http.sql(`SELECT set_config('app.corp_id', $1, false)`, [this.id]);
    return this.world.http.sql<T>(text, params);
  }

  startSync(kind = CUSTOMERS_SYNC): Promise<OperationId> {
    return this.unit.run(this.id, () => this.world.http.get(Syncs).start(kind));
  }

  /** Works the open pass off until it ends, asks or fails. */
  async workSync(kind = CUSTOMERS_SYNC): Promise<void> {
    const job = this.world.http
      .get(JobHandlers)
      .all()
      .find(({ name }) => name === 'sync.step');
    await job?.handle({ corpId: this.id, kind }, RUN);
  }

  async sync(): Promise<Operation> {
    const id = await this.startSync();
    await this.workSync();
    return this.operation(id);
  }

  operation(id: OperationId): Promise<Operation> {
    return this.unit.read(this.id, () => this.world.http.get(Operations).get(id));
  }

  async answer(id: OperationId, answer: 'confirm' | 'cancel'): Promise<void> {
    await this.unit.run(this.id, async () => void (await this.world.http.get(OperationAnswers)[answer](id)));
  }

  /** What all consumers do with one event. */
  async deliver<P>(definition: EventDefinition<P>, payload: P): Promise<void> {
    for (const { consumer } of this.world.http.get(EventConsumers).of(definition)) {
      if (consumer.name.startsWith('customers.'))
        await (
          await this.load(consumer.name, definition, payload)
        )();
    }
  }

  /** Reads for an event now, and gives what stores it later. */
  async load<P>(consumerName: string, { name, version }: EventDefinition<P>, payload: P) {
    const { consumer } = this.world.http.get(EventConsumers).get(consumerName);
    const event = { id: randomUUID(), corpId: this.id, name, version, at: new Date(), payload };
    if (!('apply' in consumer)) throw new Error(`${consumerName} applies nothing`);
    const loaded = await consumer.load?.(event);
    return () => this.unit.run(this.id, () => consumer.apply(event, loaded));
  }

  loadContactEvent(payload: ContactChanged) {
    return this.load('customers.refresh_contact', contactChanged, payload);
  }

  contactEvent(
    changeType: ContactChanged['changeType'],
    userId: string,
    externalUserId: string,
  ): ContactChanged {
    return { changeType, userId, externalUserId, happenedAt: this.happenedAt };
  }

  /** Names and payloads of the events that module customers has published. */
  published(): Promise<{ name: string; payload: Record<string, unknown> }[]> {
    return this.sql(`SELECT name, payload FROM platform.events WHERE corp_id = $1 ORDER BY id`, [this.id]);
  }
}
