import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { customersErrors } from '../../customers.errors.js';
import { Persons } from '../../identity/queries/persons.js';
import type { EntryType } from '../domain/entry-types.js';

export interface TimelineFilter {
  readonly types?: readonly EntryType[];
  readonly from?: Date;
  readonly to?: Date;
}

export interface ListedEntry {
  readonly id: string;
  readonly customerId: string;
  readonly type: string;
  /** As PostgreSQL writes it: a Date would cut the microseconds and repeat rows. */
  readonly at: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The place of the last entry of a page. */
export type EntryKey = Pick<ListedEntry, 'at' | 'id'>;

/** What happened to the person that a customer belongs to, the newest first. Inside an open unit of work. */
@Injectable()
export class ReadTimeline {
  constructor(
    private readonly database: Database,
    private readonly persons: Persons,
  ) {}

  /** @throws customers.not_found */
  async read(
    customerId: string,
    filter: TimelineFilter,
    after: EntryKey | undefined,
    limit: number,
  ): Promise<ListedEntry[]> {
    const customerIds = await this.persons.customersOf(customerId);
    const { text, params } = statement(this.database.corpId, customerIds, { filter, after, limit });
    const entries = await this.database.query<ListedEntry>(text, params);
    if (entries.length === 0) await this.expectCustomer(customerId);
    return entries;
  }

  private async expectCustomer(customerId: string): Promise<void> {
    const known = await this.database.maybeOne(
      'SELECT id FROM customers.customers WHERE corp_id = $1 AND id = $2',
      [this.database.corpId, customerId],
    );
    if (!known) throw customersErrors.not_found();
  }
}

/**
 * The newest of each customer along the primary key, which merges the months, and of these the newest: a person of few
 * customers reads no more than a few pages, however long it has been here.
 */
function statement(
  corpId: string,
  customerIds: readonly string[],
  { filter, after, limit }: { filter: TimelineFilter; after: EntryKey | undefined; limit: number },
): { text: string; params: unknown[] } {
  const params: unknown[] = [corpId, customerIds, limit];
  const bind = (value: unknown): string => `$${params.push(value)}`;
  const conditions: string[] = [];
  if (filter.types) conditions.push(`t.type = ANY(${bind(filter.types)}::text[])`);
  if (filter.from) conditions.push(`t.at >= ${bind(filter.from)}`);
  if (filter.to) conditions.push(`t.at < ${bind(filter.to)}`);
  if (after) {
    const at = `${bind(after.at)}::timestamptz`; // alone, too: a pair of columns chooses no month
    conditions.push(`t.at <= ${at}`, `(t.at, t.id) < (${at}, ${bind(after.id)}::uuid)`);
  }
  return { text: newestSql('$2::uuid[]', '$3', conditions), params };
}

/** @param customerIds an array in SQL. */
export function newestSql(customerIds: string, limit: string, conditions: readonly string[] = []): string {
  return `
    SELECT e.id, e.customer_id AS "customerId", e.type, e.at::text, e.facts
      FROM unnest(${customerIds}) AS of(customer_id)
     CROSS JOIN LATERAL (
       SELECT t.* FROM customers.timeline_entries t
        WHERE t.corp_id = $1 AND t.customer_id = of.customer_id ${conditions.map((one) => `AND ${one}`).join(' ')}
        ORDER BY t.at DESC, t.id DESC LIMIT ${limit}) e
     ORDER BY e.at DESC, e.id DESC LIMIT ${limit}`;
}
