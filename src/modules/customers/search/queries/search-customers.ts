import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { ListedCustomer } from '../../contacts/queries/list-customers.js';
import type { CustomerFilter, SearchSort } from '../domain/customer-filter.js';
import type { Condition, Rows } from './condition.js';
import { Conditions } from './conditions.js';
import { pageStatement, WALK } from './page-statement.js';
import { type Statement, withUsedParams } from './used-params.js';

/** Where the page before ended, and which rows it was read along: so that all pages read along the same. */
export interface SearchKey {
  readonly id: string;
  readonly by: number;
}

export type FoundCustomer = Omit<ListedCustomer, 'sortedAt'>;

export interface SearchPage {
  readonly customers: readonly FoundCustomer[];
  /** Absent on the last page. */
  readonly next?: SearchKey;
}

type ScannedRow = FoundCustomer & { readonly scannedId: string; readonly scanned: number };

/**
 * Customers in the order of their ids. A page reads along the narrowest of the conditions, by the planner's own statistics,
 * and checks the others customer by customer; so which index is read is decided here and not by the planner, who would
 * count on finding soon what may not exist (docs/adr/0019).
 */
@Injectable()
export class SearchCustomers {
  /** So many customers a page looks at: 1 % of a million. */
  readonly scannedMax: number = 10_000;
  /** Rows in no order are all read and sorted for each page; more than these are not. */
  readonly sortedMax: number = 10_000;

  constructor(
    private readonly database: Database,
    private readonly conditions: Conditions,
  ) {}

  /**
   * @returns at most `limit` customers. Fewer, or none, do not mean that it is the last page: a page ends after 10,000
   *   customers were looked at.
   * @throws what Conditions throws
   */
  async page(
    filter: CustomerFilter,
    sort: SearchSort,
    after: SearchKey | undefined,
    limit: number,
  ): Promise<SearchPage> {
    const { text, params, by } = await this.statement(filter, sort, after, limit);
    const rows = await this.database.query<ScannedRow>(text, params);
    const found = rows.filter((row) => row.id !== null);
    const customers = found.slice(0, limit);
    const last = found.length > limit ? customers.at(-1)?.id : lastScanned(rows, this.scannedMax);
    return { customers, ...(last !== undefined && { next: { id: last, by } }) };
  }

  async statement(
    filter: CustomerFilter,
    sort: SearchSort,
    after: SearchKey | undefined,
    limit: number,
  ): Promise<Statement & { by: number }> {
    const params: unknown[] = [this.database.corpId];
    const conditions = await this.conditions.of(filter, (value) => `$${params.push(value)}`);
    const by = after?.by ?? (await this.narrowest(conditions, params));
    const text = pageStatement(conditions, by, {
      after: after && `$${params.push(after.id)}::uuid`,
      newest: sort === 'newest',
      limit: `$${params.push(limit + 1)}`,
      scannedMax: this.scannedMax,
    });
    return { ...withUsedParams(text, params), by };
  }

  /** @returns which of all sources. */
  private async narrowest(conditions: readonly Condition[], params: readonly unknown[]): Promise<number> {
    const sources = conditions.flatMap((condition) => condition.sources);
    const few = sources.findIndex(({ from }) => from.startsWith('unnest('));
    if (few >= 0) return few;
    if (sources.length <= 1 && sources.every(({ inOrder }) => inOrder)) return sources.length - 1;
    const estimates = await this.estimate(sources, params);
    const usable = sources.flatMap(({ inOrder }, index) => {
      const rows = estimates[index] ?? Infinity;
      return inOrder || rows <= this.sortedMax ? [{ index, rows }] : [];
    });
    return usable.sort((a, b) => a.rows - b.rows)[0]?.index ?? WALK;
  }

  /** How many rows each source has, as the planner believes: one statement, which reads nothing. */
  private async estimate(sources: readonly Rows[], params: readonly unknown[]): Promise<number[]> {
    const counts = sources.map(
      ({ from, where }) => `(SELECT count(*) FROM ${from} WHERE ${where.join(' AND ')})`,
    );
    const used = withUsedParams(`EXPLAIN (FORMAT JSON) SELECT ${counts.join(', ')}`, params);
    const { 'QUERY PLAN': plan } = await this.database.one<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      used.text,
      used.params,
    );
    return (plan[0].Plan.Plans ?? []).map((count) => count.Plans?.[0]?.['Plan Rows'] ?? Infinity);
  }
}

interface PlanNode {
  readonly 'Plan Rows': number;
  readonly Plans?: readonly PlanNode[];
}

function lastScanned(rows: readonly ScannedRow[], scannedMax: number): string | undefined {
  return rows.find(({ scanned }) => scanned === scannedMax)?.scannedId;
}
