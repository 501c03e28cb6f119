import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Database } from '../../../../platform/database/database.js';
import type { Condition, Rows } from './condition.js';
import { withUsedParams } from './used-params.js';

/** Ids that all hits lie between; null or absent: no such bound. */
export interface IdBounds {
  readonly after?: string | null;
  readonly before?: string | null;
}

interface PlanNode {
  readonly 'Plan Rows': number;
  readonly Plans?: readonly PlanNode[];
}

interface Remembered {
  readonly row: object;
  readonly until: number;
}

/** The planner's statistics change no faster, and a bound only gets closer. */
const KEPT_MS = 60_000;
const KEPT_MAX = 1_000;

/**
 * What is to be known of conditions before they are read. Remembered for a minute, because people turn pages back, and load
 * the same view again and again. Inside an open unit of work.
 */
@Injectable()
export class Estimates {
  private readonly remembered = new Map<string, Remembered>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * How many rows the planner believes in; nothing is read. As arrays, because a count of many rows is planned in parts that
   * say nothing of the whole. @returns one for each source, in their order.
   */
  async rowsOf(sources: readonly Rows[], params: readonly unknown[]): Promise<number[]> {
    const rows = sources.map(
      ({ from, where }) =>
        `ARRAY(SELECT 1 FROM ${from}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''})`,
    );
    const { 'QUERY PLAN': plan } = await this.ask<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `EXPLAIN (FORMAT JSON) SELECT ${rows.join(', ')}`,
      params,
    );
    return (plan[0].Plan.Plans ?? []).map((source) => source['Plan Rows']);
  }

  /** Looks the bounds up: as values they tell the planner how many lie between. */
  async boundsOf(conditions: readonly Condition[], params: readonly unknown[]): Promise<IdBounds> {
    const [between] = conditions.flatMap((condition) => condition.between ?? []);
    if (!between) return {};
    const { after = 'NULL', before = 'NULL' } = between;
    return this.ask<IdBounds>(`SELECT ${after} AS after, ${before} AS before`, params);
  }

  private async ask<T extends object>(text: string, params: readonly unknown[]): Promise<T> {
    const statement = withUsedParams(text, params);
    const key = createHash('sha256') // a statement may be a megabyte long
      .update(JSON.stringify([this.database.corpId, statement]))
      .digest('base64');
    const known = this.remembered.get(key);
    const now = this.clock.now().getTime();
    if (known && known.until > now) return known.row as T; // reason: the same statement gave it
    const row = await this.database.one<T>(statement.text, statement.params);
    if (this.remembered.size >= KEPT_MAX) this.remembered.clear();
    this.remembered.set(key, { row, until: now + KEPT_MS });
    return row;
  }
}
