import type { Database } from '../../../../platform/database/database.js';

/**
 * Up to when all times of change are there to read. A transaction that is still open may have written rows with times before
 * those of others that have committed; behind its start nothing is read. The second covers the moment in which a transaction
 * has begun and does not show yet. A statement of its own, before the one that reads the rows: read by the same one, a
 * transaction that commits in between would be neither open nor visible, and its rows would be passed over for ever.
 * @returns the database's own text: a Date would cut the microseconds
 */
export async function settledUntil(database: Database): Promise<string> {
  const { until } = await database.one<{ until: string }>(
    `SELECT (least(min(xact_start), now()) - interval '1 second')::text AS until FROM pg_stat_activity
      WHERE datname = current_database()`,
  );
  return until;
}
