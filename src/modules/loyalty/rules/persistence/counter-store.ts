import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { type Counter, overAt } from '../domain/caps.js';

/** One guarded change of a counter. */
export interface CounterChange {
  readonly counter: Counter;
  readonly points: number;
  /** What it must not pass when points are added. */
  readonly max: number;
}

export interface StoredCounter {
  readonly id: number;
  readonly counter: Counter;
  readonly used: number;
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
    const sorted = [...new Set(counters)].sort();
    const rows = await this.database.query<{ counter: Counter; used: number }>(LOCK, [
      this.database.corpId,
      ...columnsOf(sorted),
      sorted.map(overAt),
    ]);
    return new Map(rows.map(({ counter, used }) => [counter, used]));
  }

  /**
   * What is given back to a counter that is long over, and gone, is given back to nobody.
   * @throws when a counter would pass its limit, which whoever locked them has excluded
   */
  async change(changes: readonly CounterChange[]): Promise<void> {
    if (changes.length === 0) return;
    const changed = await this.database.execute(CHANGE, [
      this.database.corpId,
      ...columnsOf(changes.map(({ counter }) => counter)),
      changes.map(({ points }) => points),
      changes.map(({ max }) => max),
    ]);
    const growing = changes.filter(({ points }) => points > 0);
    if (changed < growing.length) throw new Error('a cap would be passed');
  }

  /** Of these owners, the newest first: along rule_counters_newest, of each owner no more than a page. */
  list(ownerIds: readonly string[], before: number | undefined, limit: number): Promise<StoredCounter[]> {
    return this.database.query<StoredCounter>(
      `SELECT c.id, c.owner_id || '/' || c.counter AS counter, c.used
         FROM unnest($2::uuid[]) AS o(id)
        CROSS JOIN LATERAL (
               SELECT * FROM loyalty.rule_counters c
                WHERE c.corp_id = $1 AND c.owner_id = o.id AND ($3::bigint IS NULL OR c.id < $3)
                ORDER BY c.id DESC LIMIT $4) AS c
        ORDER BY c.id DESC LIMIT $4`,
      [this.database.corpId, ownerIds, before ?? null, limit],
    );
  }

  /** @returns how many, at most so many. */
  forgetOver(before: Date, limit: number): Promise<number> {
    return this.database.execute(
      `DELETE FROM loyalty.rule_counters c USING (
         SELECT o.owner_id, o.counter FROM loyalty.rule_counters o
          WHERE o.corp_id = $1 AND o.over_at < $2 ORDER BY o.over_at LIMIT $3 FOR UPDATE SKIP LOCKED) AS gone
        WHERE c.corp_id = $1 AND c.owner_id = gone.owner_id AND c.counter = gone.counter`,
      [this.database.corpId, before, limit],
    );
  }
}

/** The update that changes nothing takes the lock and returns what was committed last. */
const LOCK = `
  INSERT INTO loyalty.rule_counters AS c (corp_id, owner_id, counter, used, over_at)
  SELECT $1, n.owner_id, n.counter, 0, n.over_at
    FROM unnest($2::uuid[], $3::text[], $4::timestamptz[]) AS n(owner_id, counter, over_at)
  ON CONFLICT ON CONSTRAINT rule_counters_pkey DO UPDATE SET used = c.used
  RETURNING owner_id || '/' || counter AS counter, used`;

const CHANGE = `
  UPDATE loyalty.rule_counters c SET used = greatest(0, c.used + d.points)
    FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[]) AS d(owner_id, counter, points, max)
   WHERE c.corp_id = $1 AND c.owner_id = d.owner_id AND c.counter = d.counter
     AND (d.points <= 0 OR c.used + d.points <= d.max)`;

function columnsOf(counters: readonly Counter[]): [string[], string[]] {
  return [
    counters.map((counter) => counter.slice(0, OWNER_LENGTH)),
    counters.map((counter) => counter.slice(OWNER_LENGTH + 1)),
  ];
}
