import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Database } from '../../../../platform/database/database.js';
import type { Rows } from './condition.js';
import { withUsedParams } from './used-params.js';

interface PlanNode {
  readonly 'Plan Rows': number;
  readonly Plans?: readonly PlanNode[];
}

interface Remembered {
  readonly rows: number[];
  readonly until: number;
}

/** The planner's statistics change no faster. */
const KEPT_MS = 60_000;
const KEPT_MAX = 1_000;

/**
 * How many rows there are, as the planner believes: one statement, which reads nothing. Remembered for a minute, because
 * people turn pages back, and load the same view again and again.
 */
@Injectable()
export class Estimates {
  private readonly remembered = new Map<string, Remembered>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @returns one for each, in their order. Inside an open unit of work. */
  async of(sources: readonly Rows[], params: readonly unknown[]): Promise<number[]> {
    const counts = sources.map(
      ({ from, where }) =>
        `(SELECT count(*) FROM ${from}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''})`,
    );
    const statement = withUsedParams(`EXPLAIN (FORMAT JSON) SELECT ${counts.join(', ')}`, params);
    const key = JSON.stringify([this.database.corpId, statement]);
    const known = this.remembered.get(key);
    const now = this.clock.now().getTime();
    if (known && known.until > now) return known.rows;
    const { 'QUERY PLAN': plan } = await this.database.one<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      statement.text,
      statement.params,
    );
    const rows = (plan[0].Plan.Plans ?? []).map((count) => count.Plans?.[0]?.['Plan Rows'] ?? Infinity);
    if (this.remembered.size >= KEPT_MAX) this.remembered.clear();
    this.remembered.set(key, { rows, until: now + KEPT_MS });
    return rows;
  }
}
