import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { Counter } from '../domain/caps.js';

/** One guarded change of a counter. */
export interface CounterChange {
  readonly counter: Counter;
  readonly points: number;
  /** What it must not pass when points are added. */
  readonly max: number;
}

/** The id of the rule or program that a counter belongs to. */
const OWNER_LENGTH = 36;

/** What caps have counted. Inside an open unit of work. */
@Injectable()
export class CounterStore {
  constructor(private readonly database: Database) {}

  /**
   * Locks the counters, in one order so that two batches do not wait for each other in a circle, and reads them in the same
   * statement: nobody who asks later sees an older figure.
   */
  async lock(counters: readonly Counter[]): Promise<Map<Counter, number>> {
    if (counters.length === 0) return new Map();
    const rows = await this.database.query<{ counter: Counter; used: number }>(LOCK, [
      this.database.corpId,
      ...columnsOf([...new Set(counters)].sort()),
    ]);
    return new Map(rows.map(({ counter, used }) => [counter, used]));
  }

  /** @throws when a counter would pass its limit, which whoever locked them has excluded */
  async change(changes: readonly CounterChange[]): Promise<void> {
    if (changes.length === 0) return;
    const changed = await this.database.execute(CHANGE, [
      this.database.corpId,
      ...columnsOf(changes.map(({ counter }) => counter)),
      changes.map(({ points }) => points),
      changes.map(({ max }) => max),
    ]);
    if (changed !== changes.length) throw new Error('a cap would be passed');
  }

  /** Those of a rule that count anything, or of its program; the fullest first. */
  async list(ownerIds: readonly string[], limit: number): Promise<{ counter: Counter; used: number }[]> {
    return this.database.query(
      `SELECT owner_id || '/' || counter AS counter, used FROM loyalty.rule_counters
        WHERE corp_id = $1 AND owner_id = ANY($2::uuid[]) ORDER BY used DESC, owner_id, counter LIMIT $3`,
      [this.database.corpId, ownerIds, limit],
    );
  }
}

/** The update that changes nothing takes the lock and returns what was committed last. */
const LOCK = `
  INSERT INTO loyalty.rule_counters AS c (corp_id, owner_id, counter, used)
  SELECT $1, * FROM unnest($2::uuid[], $3::text[], array_fill(0::bigint, ARRAY[cardinality($2::uuid[])]))
  ON CONFLICT ON CONSTRAINT rule_counters_pkey DO UPDATE SET used = c.used
  RETURNING owner_id || '/' || counter AS counter, used`;

const CHANGE = `
  UPDATE loyalty.rule_counters c SET used = c.used + d.points
    FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[]) AS d(owner_id, counter, points, max)
   WHERE c.corp_id = $1 AND c.owner_id = d.owner_id AND c.counter = d.counter
     AND (d.points <= 0 OR c.used + d.points <= d.max)`;

function columnsOf(counters: readonly Counter[]): [string[], string[]] {
  return [
    counters.map((counter) => counter.slice(0, OWNER_LENGTH)),
    counters.map((counter) => counter.slice(OWNER_LENGTH + 1)),
  ];
}
