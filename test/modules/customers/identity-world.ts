import { IdentityModule } from '../../../src/modules/customers/identity/identity.module.js';
import { partitionOf } from '../../../src/modules/customers/identity/domain/partition.js';
import type { Holding, IdentityFacts, Pair } from '../../../src/modules/customers/identity/domain/facts.js';
import type { IdentifierKind } from '../../../src/modules/customers/identity/domain/identifier.js';
import { BlockIdentifiers } from '../../../src/modules/customers/identity/use-cases/block-identifiers.js';
import { Identifiers } from '../../../src/modules/customers/identity/use-cases/identifiers.js';
import { MergePersons } from '../../../src/modules/customers/identity/use-cases/merge-persons.js';
import { Persons } from '../../../src/modules/customers/identity/queries/persons.js';
import type { CorpId } from '../../../src/platform/context/typed-id.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { EventsModule } from '../../../src/platform/events/events.module.js';
import { OperationsModule } from '../../../src/platform/operations/operations.module.js';
import { SyncModule } from '../../../src/platform/sync/sync.module.js';
import { WecomModule } from '../../../src/wecom/index.js';
import { startTestHttp, type TestHttp } from '../../support/http.js';

/** The room alone. */
export function startIdentityHttp(): Promise<TestHttp> {
  return startTestHttp([EventsModule, OperationsModule, SyncModule, WecomModule, IdentityModule]);
}

/** The same customers in every corp, so that runs can be compared. */
export function customerId(at: number): string {
  return `0190a0b0-0000-7000-8000-${String(at).padStart(12, '0')}`;
}

export interface Given {
  kind: IdentifierKind;
  namespace?: string;
  value: string;
}

export class IdentityCorp {
  private readonly unit: UnitOfWork;

  private constructor(
    readonly http: TestHttp,
    readonly id: CorpId,
  ) {
    this.unit = http.get(UnitOfWork);
  }

  static async of(http: TestHttp, customers: number): Promise<IdentityCorp> {
    const corp = new IdentityCorp(http, (await http.addCorp()).id);
    const ids = Array.from({ length: customers }, (_, at) => customerId(at));
    await corp.sql(
      `INSERT INTO customers.customers (corp_id, id, created_at, updated_at)
       SELECT $1, id, now(), now() FROM unnest($2::uuid[]) AS id`,
      [corp.id, ids],
    );
    return corp;
  }

  /** Past the tenant wall of the application, but only of this corp. */
  async sql<T extends object>(text: string, params: unknown[] = []): Promise<T[]> {
    await this.http.sql(`SELECT set_config('app.corp_id', $1, false)`, [this.id]);
    return this.http.sql<T>(text, params);
  }

  add(items: readonly (Given & { customerId: string })[], source = 'test'): Promise<void> {
    return this.unit.run(this.id, () => this.http.get(Identifiers).add(items, source));
  }

  remove(customer: string, identifierId: string): Promise<void> {
    return this.unit.run(this.id, () => this.http.get(Identifiers).remove(customer, identifierId));
  }

  block(given: Given) {
    return this.unit.run(this.id, () => this.http.get(BlockIdentifiers).block(given, 'test'));
  }

  unblock(id: string): Promise<void> {
    return this.unit.run(this.id, () => this.http.get(BlockIdentifiers).unblock(id));
  }

  merge(customerIds: readonly string[]): Promise<void> {
    return this.unit.run(this.id, () => this.http.get(MergePersons).merge(customerIds));
  }

  unmerge(customer: string, splitOff: readonly string[]): Promise<string[]> {
    return this.unit.run(this.id, () => this.http.get(MergePersons).unmerge(customer, splitOff));
  }

  /** Many decisions in one transaction. */
  inUnit(work: (merging: MergePersons, persons: Persons) => Promise<void>): Promise<void> {
    return this.unit.run(this.id, () => work(this.http.get(MergePersons), this.http.get(Persons)));
  }

  /** Who is one person, as stored: sets of two or more. */
  async persons(): Promise<string[][]> {
    const rows = await this.sql<{ personId: string; ids: string[] }>(
      `SELECT person_id AS "personId", array_agg(customer_id ORDER BY customer_id) AS ids FROM customers.person_links
        WHERE corp_id = $1 GROUP BY person_id ORDER BY person_id`,
      [this.id],
    );
    for (const { personId, ids } of rows) expect(ids[0]).toBe(personId); // the smallest one names the person
    return rows.map(({ ids }) => ids);
  }

  async cases(): Promise<Pair[]> {
    const rows = await this.sql<{ a: string; b: string }>(
      `SELECT customer_a AS a, customer_b AS b FROM customers.identity_cases WHERE corp_id = $1 ORDER BY 1, 2`,
      [this.id],
    );
    return rows.map(({ a, b }) => [a, b]);
  }

  /** What the pure function says of all facts of the corp at once. */
  async expected(): Promise<{ persons: readonly (readonly string[])[]; cases: Pair[] }> {
    const { persons, doubtful } = partitionOf(await this.facts());
    return { persons, cases: doubtful.map(({ customers }) => customers) };
  }

  private async facts(): Promise<IdentityFacts> {
    const holdings = await this.sql<Holding & { placeholder: boolean }>(
      `SELECT customer_id AS "customerId", kind, namespace, value_id AS "valueId", placeholder
         FROM customers.identifiers WHERE corp_id = $1`,
      [this.id],
    );
    const blocked = await this.sql<{ id: string }>(
      `SELECT value_id AS id FROM customers.blocked_identifiers WHERE corp_id = $1`,
      [this.id],
    );
    const decisions = await this.sql<{ a: string; b: string; together: boolean }>(
      `SELECT customer_a AS a, customer_b AS b, together FROM customers.person_decisions WHERE corp_id = $1`,
      [this.id],
    );
    const pairs = (together: boolean): Pair[] =>
      decisions.filter((one) => one.together === together).map(({ a, b }) => [a, b]);
    return {
      holdings: holdings.filter((one) => !one.placeholder),
      blocked: new Set(blocked.map(({ id }) => id)),
      together: pairs(true),
      apart: pairs(false),
    };
  }
}
