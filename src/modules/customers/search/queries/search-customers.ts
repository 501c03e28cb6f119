import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { ListedCustomer } from '../../contacts/queries/list-customers.js';
import type { CustomerFilter, SearchSort } from '../domain/customer-filter.js';
import type { Condition, Rows } from './condition.js';
import { Conditions } from './conditions.js';
import { Estimates, type IdBounds } from './estimates.js';
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

/** A filter as SQL, and along which of its sources it is read. */
export interface SearchPlan {
  readonly conditions: readonly Condition[];
  readonly params: readonly unknown[];
  readonly by: number;
  readonly between: IdBounds;
}

interface Step {
  readonly sort: SearchSort;
  readonly after: string | undefined;
  readonly limit: number;
  /** So many customers it looks at. */
  readonly scannedMax: number;
}

type ScannedRow = FoundCustomer & { readonly scannedId: string; readonly scanned: number };

/** At first a page looks at so many for each that it shows, then at five times as many, and so on. */
const FIRST_SCANNED = 20;
const GROWTH = 5;
/** What lies in order is read until so many are found, all else as a whole. */
const PAGE_USUAL = 50;

/**
 * Customers in the order of their ids. A page reads along the narrowest of the conditions, by the planner's own statistics,
 * and checks the others customer by customer; so which index is read is decided here and not by the planner, who would
 * count on finding soon what may not exist (docs/adr/0019). In small steps, because the planner reads along an index only
 * when it is asked for few rows.
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
    private readonly estimates: Estimates,
  ) {}

  /**
   * @returns at most `limit` customers. Fewer, or none, do not mean that it is the last page: a page ends after 10,000
   *   customers were looked at.
   * @throws what Conditions throws
   */
  async page(
    filter: CustomerFilter,
    sort: SearchSort,
    key: SearchKey | undefined,
    limit: number,
  ): Promise<SearchPage> {
    const plan = await this.plan(filter, key);
    const { by } = plan;
    const customers: FoundCustomer[] = [];
    let after = key?.id;
    let scannedMax = this.firstStep(plan, limit);
    for (let left = this.scannedMax; left > 0; left -= scannedMax, scannedMax *= GROWTH) {
      scannedMax = Math.min(scannedMax, left);
      const step = { sort, after, limit: limit - customers.length, scannedMax };
      const { text, params } = this.statement(plan, step);
      const rows = await this.database.query<ScannedRow>(text, params);
      customers.push(...rows.filter(({ id }) => id !== null));
      const shown = customers.slice(0, limit);
      const end = shown.at(-1);
      if (customers.length > limit && end) return { customers: shown, next: { id: end.id, by } };
      const last = rows.find(({ scanned }) => scanned === scannedMax);
      if (!last) return { customers };
      after = last.scannedId;
    }
    return { customers, ...(after !== undefined && { next: { id: after, by } }) };
  }

  async plan(filter: CustomerFilter, key: SearchKey | undefined): Promise<SearchPlan> {
    const params: unknown[] = [this.database.corpId];
    const conditions = await this.conditions.of(filter, (value) => `$${params.push(value)}`);
    const by = key?.by ?? (await this.narrowest(conditions, params));
    return { conditions, params, by, between: await this.estimates.boundsOf(conditions, params) };
  }

  /** The first step of a page. */
  firstStatement(plan: SearchPlan, sort: SearchSort, key: SearchKey | undefined, limit: number): Statement {
    return this.statement(plan, { sort, after: key?.id, limit, scannedMax: this.firstStep(plan, limit) });
  }

  private statement({ conditions, params, by, between }: SearchPlan, step: Step): Statement {
    const all = [...params];
    const bind = (value: unknown): string => `$${all.push(value)}`;
    const bindId = (id: string | null | undefined) => (id ? `${bind(id)}::uuid` : undefined);
    const newest = step.sort === 'newest';
    const text = pageStatement(conditions, by, {
      after: bindId((newest ? undefined : step.after) ?? between.after),
      before: bindId((newest ? step.after : undefined) ?? between.before),
      newest,
      limit: bind(step.limit + 1),
      scannedMax: step.scannedMax,
    });
    return withUsedParams(text, all);
  }

  /** What has no order is read as a whole by each step, so there is only one. */
  private firstStep({ conditions, by }: SearchPlan, limit: number): number {
    const along = sourcesOf(conditions)[by];
    const isStepwise = !along || along.inOrder === true;
    return isStepwise ? Math.min(FIRST_SCANNED * (limit + 1), this.scannedMax) : this.scannedMax;
  }

  /** @returns which of all sources. */
  private async narrowest(conditions: readonly Condition[], params: readonly unknown[]): Promise<number> {
    const sources = sourcesOf(conditions);
    const isUsable = ({ inOrder, isFew }: Rows): boolean => inOrder === true || isFew === true;
    if (sources.length <= 1 && sources.every(isUsable)) return sources.length - 1;
    const rows = await this.estimates.rowsOf(sources, params);
    const hits = Math.max(1, Math.min(...rows));
    const usable = sources.flatMap((source, index) => {
      const count = rows[index] ?? Infinity;
      if (!isUsable(source) && count > this.sortedMax) return [];
      return [{ index, cost: source.inOrder ? Math.min(count, (PAGE_USUAL * count) / hits) : count }];
    });
    return usable.sort((a, b) => a.cost - b.cost)[0]?.index ?? WALK;
  }
}

function sourcesOf(conditions: readonly Condition[]): Rows[] {
  return conditions.flatMap(({ sources }) => sources);
}
