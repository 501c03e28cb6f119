import type { InjectOptions } from 'fastify';
import { RunImport } from '../../../src/modules/customers/exchange/use-cases/run-import.js';
import { CustomersModule } from '../../../src/modules/customers/index.js';
import type { Scope } from '../../../src/platform/auth/scopes.js';
import { type CorpId, parsePublicId } from '../../../src/platform/context/typed-id.js';
import { EventsModule } from '../../../src/platform/events/events.module.js';
import {
  OperationsHttpModule,
  OperationsModule,
} from '../../../src/platform/operations/operations.module.js';
import { SyncModule } from '../../../src/platform/sync/sync.module.js';
import { WecomModule } from '../../../src/wecom/index.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';

export interface ColumnTarget {
  column: string;
  to: string;
  kind?: string;
  namespace?: string;
  field?: string;
}

/** Module customers with one corp, without a worker: tests run the jobs of an exchange themselves. */
export class ExchangeWorld {
  private constructor(
    readonly http: TestHttp,
    readonly corpId: CorpId,
    readonly key: string,
  ) {}

  static async start(): Promise<ExchangeWorld> {
    const http = await startTestHttp([
      EventsModule,
      OperationsModule,
      OperationsHttpModule,
      SyncModule,
      WecomModule,
      CustomersModule,
    ]);
    const { id } = await http.addCorp();
    return new ExchangeWorld(http, id, await http.corpKey(id, SCOPES, 'desk'));
  }

  async newCorp(): Promise<ExchangeWorld> {
    const { id } = await this.http.addCorp();
    return new ExchangeWorld(this.http, id, await this.http.corpKey(id, SCOPES, 'desk'));
  }

  keyOf(owner: string, more: Scope[] = []): Promise<string> {
    return this.http.corpKey(this.corpId, [...SCOPES, ...more], owner);
  }

  async call(method: string, url: string, body?: object | Buffer, key = this.key) {
    const headers = Buffer.isBuffer(body) ? { 'content-type': 'application/octet-stream' } : {};
    const options = { method, url, headers, ...(body && { payload: body }) } as InjectOptions;
    const answer = await this.http.call(key, options as never);
    const isJson = /[/+]json/.test(String(answer.headers['content-type']));
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      bytes: answer.rawPayload,
      body: isJson && answer.body !== '' ? answer.json() : undefined,
    };
  }

  /** @returns the import's id, with its file in parts of so many bytes. */
  async upload(bytes: Buffer, format = 'csv', partBytes = 1_000_000): Promise<string> {
    const made = await this.call('POST', '/v1/customer-imports', { name: '名单', format });
    const { id } = made.body;
    for (let part = 0; part * partBytes < bytes.length; part++) {
      const piece = bytes.subarray(part * partBytes, (part + 1) * partBytes);
      const put = await this.call('PUT', `/v1/customer-imports/${id}/parts/${part + 1}`, piece);
      if (put.status !== 200) throw new Error(put.text);
    }
    return id;
  }

  start(id: string, mapping: ColumnTarget[], more: { dryRun?: boolean; mode?: string } = {}) {
    const body = { dryRun: false, mode: 'create_and_update', ...more, mapping };
    return this.call('POST', `/v1/customer-imports/${id}/start`, body);
  }

  run(id: string, signal = new AbortController().signal): Promise<void> {
    const importId = parsePublicId('imp', id) ?? '';
    const run = { attempt: 1, attemptsMax: 2, signal };
    return this.http.get(RunImport).run({ corpId: this.corpId, importId }, run);
  }

  /** The whole way. @returns the import as it ended. */
  async import(
    bytes: Buffer | string,
    mapping: ColumnTarget[],
    more: { dryRun?: boolean; mode?: string; format?: string } = {},
  ) {
    const { format, ...start } = more;
    const id = await this.upload(Buffer.from(bytes), format);
    const started = await this.start(id, mapping, start);
    if (started.status !== 202) throw new Error(started.text);
    await this.run(id);
    return this.get(id);
  }

  async get(id: string) {
    return (await this.call('GET', `/v1/customer-imports/${id}`)).body;
  }

  async errors(
    id: string,
  ): Promise<{ row: number; problems: { column: string; code: string; text: string }[] }[]> {
    const all = [];
    for (let cursor: string | undefined, first = true; first || cursor; first = false) {
      const at: string = cursor ? `&cursor=${cursor}` : '';
      const { body } = await this.call('GET', `/v1/customer-imports/${id}/errors?limit=200&language=en${at}`);
      all.push(...body.items);
      cursor = body.nextCursor;
    }
    return all;
  }

  /** What rows of the corp lie in a table, without what differs from run to run. */
  async content(): Promise<string[]> {
    await this.http.sql(`SELECT set_config('app.corp_id', $1, false)`, [this.corpId]);
    const rows = await this.http.sql<{ line: string }>(
      `SELECT concat_ws(' ', v.field_key, v.value::text, (SELECT string_agg(i.kind || i.namespace || i.value_masked, ',' ORDER BY 1)
                FROM customers.identifiers i WHERE i.corp_id = v.corp_id AND i.customer_id = v.customer_id)) AS line
         FROM customers.field_values v WHERE v.corp_id = $1
       UNION ALL SELECT 'customers ' || count(*) FROM customers.customers WHERE corp_id = $1
       UNION ALL SELECT 'identifiers ' || count(*) FROM customers.identifiers WHERE corp_id = $1
       UNION ALL SELECT 'history ' || count(*) FROM customers.field_history WHERE corp_id = $1
       UNION ALL SELECT 'profiles ' || count(*) || ' ' || coalesce(sum(version), 0) FROM customers.profiles WHERE corp_id = $1
       ORDER BY 1`,
      [this.corpId],
    );
    return rows.map(({ line }) => line);
  }

  async sql<T extends object>(text: string, params: unknown[] = []): Promise<T[]> {
    await this.http.sql(`SELECT set_config('app.corp_id', $1, false)`, [this.corpId]);
    return this.http.sql<T>(text, params);
  }

  close(): Promise<void> {
    return this.http.close();
  }
}

const SCOPES: Scope[] = ['customers:read', 'customers:write', 'operations:read', 'operations:write'];
