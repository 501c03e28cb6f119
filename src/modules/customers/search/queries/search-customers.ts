import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { ListedCustomer } from '../../contacts/queries/list-customers.js';
import type { CustomerFilter, SearchSort } from '../domain/customer-filter.js';
import type { Condition, Rows } from './condition.js';
import { CommonStatements } from './common-statements.js';
import { Conditions } from './conditions.js';
import { Estimates, type IdBounds } from './estimates.js';
import { EVERYBODY, pageStatement, WALK } from './page-statement.js';
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

/** The customer is null where a page ends without finding one. */
type ScannedRow = FoundCustomer & { readonly scannedId: string; readonly scanned?: number };

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
    private readonly common: CommonStatements,
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
      const statement = isPlannedOnce(plan) ? this.common.of(text) : text;
      const rows = await this.database.query<ScannedRow>(statement, params);
      customers.push(...rows.filter(({ id }) => id !== null));
      const shown = customers.slice(0, limit);
      const end = shown.at(-1);
      if (customers.length > limit && end) return { customers: shown, next: { id: end.id, by } };
      const last = rows.at(-1);
      if (!last || (rows.length <= step.limit && last.scanned !== scannedMax)) return { customers };
      after = last.scannedId;
    }
    return { customers, ...(after !== undefined && { next: { id: after, by } }) };
  }

  async plan(filter: CustomerFilter, key: SearchKey | undefined): Promise<SearchPlan> {
    const params: unknown[] = [this.database.corpId];
    const conditions = await this.conditions.of(filter, (value) => `$${params.push(value)}`);
    const between = await this.estimates.boundsOf(conditions, params);
    const by = key?.by ?? (await this.narrowest(conditions, params, between));
    return { conditions, params, by, between };
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
      limit: step.limit + 1,
      scannedMax: step.scannedMax,
    });
    return withUsedParams(text, all);
  }

  /** What has no order is read as a whole by each step, so there is only one. */
  private firstStep(plan: SearchPlan, limit: number): number {
    return alongOf(plan).inOrder ? Math.min(FIRST_SCANNED * (limit + 1), this.scannedMax) : this.scannedMax;
  }

  /** @returns which of all sources. */
  private async narrowest(
    conditions: readonly Condition[],
    params: readonly unknown[],
    between: IdBounds,
  ): Promise<number> {
    const sources = sourcesOf(conditions);
    if (sources.length <= 1 && sources.every(isUsable)) return sources.length - 1;
    const everybody = everybodyIn(between, params.length);
    const rows = await this.estimates.rowsOf([...sources, everybody.rows], [...params, ...everybody.ids]);
    const all = rows.pop() ?? Infinity;
    const hits = Math.max(1, Math.min(...rows));
    const inOrder = (count: number): number => Math.min(count, (PAGE_USUAL * count) / hits);
    const usable = sources.flatMap((source, index) => {
      const count = rows[index] ?? Infinity;
      if (!isUsable(source) && count > this.sortedMax) return [];
      return [{ index, cost: source.inOrder ? inOrder(count) : count }];
    });
    usable.push({ index: WALK, cost: inOrder(all) });
    return usable.sort((a, b) => a.cost - b.cost)[0]?.index ?? WALK;
  }
}

/** All customers of a range of creation lie close together: there nearly everybody is a hit. */
function everybodyIn({ after, before }: IdBounds, paramsCount: number): { rows: Rows; ids: string[] } {
  const ids = [after, before].flatMap((id) => id ?? []);
  const bounds = [...(after ? ['>'] : []), ...(before ? ['<'] : [])].map(
    (operator, index) => `${EVERYBODY.id} ${operator} $${paramsCount + index + 1}::uuid`,
  );
  return { rows: { ...EVERYBODY, where: [...EVERYBODY.where, ...bounds] }, ids };
}

function alongOf({ conditions, by }: SearchPlan): Rows {
  return sourcesOf(conditions)[by] ?? EVERYBODY;
}

/** Of other rows the number decides how they are best read, and that differs with the values. */
export function isPlannedOnce(plan: SearchPlan): boolean {
  return isUsable(alongOf(plan));
}

function isUsable({ inOrder, isFew }: Rows): boolean {
  return inOrder === true || isFew === true;
}

function sourcesOf(conditions: readonly Condition[]): Rows[] {
  return conditions.flatMap(({ sources }) => sources);
}
