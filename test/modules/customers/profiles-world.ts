import type { InjectOptions } from 'fastify';
import { CustomerStore } from '../../../src/modules/customers/contacts/persistence/customer-store.js';
import { ProfilesModule } from '../../../src/modules/customers/profiles/profiles.module.js';
import type { WritingSource } from '../../../src/modules/customers/profiles/domain/survivorship.js';
import {
  type FieldChange,
  WriteFields,
} from '../../../src/modules/customers/profiles/use-cases/write-fields.js';
import { type CorpId, toPublicId } from '../../../src/platform/context/typed-id.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { EventsModule } from '../../../src/platform/events/events.module.js';
import { OperationsModule } from '../../../src/platform/operations/operations.module.js';
import { SyncModule } from '../../../src/platform/sync/sync.module.js';
import { WecomModule } from '../../../src/wecom/index.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';

/** Module customers with one corp, whose customers come from other systems. */
export class ProfilesWorld {
  private constructor(
    readonly http: TestHttp,
    readonly corpId: CorpId,
    readonly key: string,
  ) {}

  static async start(): Promise<ProfilesWorld> {
    const http = await startTestHttp([
      EventsModule,
      OperationsModule,
      SyncModule,
      WecomModule,
      ProfilesModule,
    ]);
    const { id } = await http.addCorp();
    await http.sql(`SELECT set_config('app.corp_id', $1, false)`, [id]);
    const key = await http.corpKey(id, ['customers:read', 'customers:write'], 'desk');
    return new ProfilesWorld(http, id, key);
  }

  inUnit<T>(work: () => Promise<T>): Promise<T> {
    return this.http.get(UnitOfWork).run(this.corpId, work);
  }

  customers(count: number): Promise<string[]> {
    return this.inUnit(() => this.http.get(CustomerStore).addOfOtherSystems(count));
  }

  write(changes: FieldChange[], source: WritingSource = 'staff', confidence = 100) {
    return this.inUnit(() => this.http.get(WriteFields).write(changes, { source, confidence, by: 'test' }));
  }

  /** One person from now on; other rooms prove how that comes about. */
  async link(customerIds: readonly string[]): Promise<void> {
    const [personId] = [...customerIds].sort();
    for (const id of customerIds) {
      await this.http.sql(
        `INSERT INTO customers.person_links (corp_id, customer_id, person_id) VALUES ($1, $2, $3)`,
        [this.corpId, id, personId],
      );
    }
  }

  async call(
    method: string,
    url: string,
    body?: object,
    headers: Record<string, string> = {},
    key = this.key,
  ) {
    const options = { method, url, headers, ...(body && { payload: body }) } as InjectOptions;
    const answer = await this.http.call(key, options as never);
    return {
      status: answer.statusCode,
      etag: String(answer.headers.etag),
      body: answer.body === '' ? undefined : answer.json(),
    };
  }

  pathOf(customerId: string): string {
    return `/v1/customers/${toPublicId('cus', customerId)}`;
  }

  sql<T extends object>(text: string, params: unknown[] = []): Promise<T[]> {
    return this.http.sql<T>(text, params);
  }

  close(): Promise<void> {
    return this.http.close();
  }
}
