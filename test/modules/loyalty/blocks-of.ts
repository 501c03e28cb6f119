import { Database } from '../../../src/platform/database/database.js';
import type { LedgerWorld } from './ledger-world.js';

/** How many blocks the last statement of this work touches. */
export async function blocksOf(world: LedgerWorld, work: () => Promise<unknown>): Promise<number> {
  const database = world.http.get(Database);
  const query = database.query.bind(database);
  const asked: unknown[][] = [];
  const spy = (...args: [string, unknown[]]) => (asked.push(args), query(...args));
  return world.run(async () => {
    Object.assign(database, {
      query: spy,
      one: async (...args: [string, unknown[]]) => (await spy(...args))[0],
    });
    await work();
    Object.assign(database, { query, one: Database.prototype.one });
    const [text, params] = asked.at(-1) as [string, unknown[]];
    const [row] = await query<{ 'QUERY PLAN': { Plan: Record<string, number> }[] }>(
      `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${text}`,
      params,
    );
    const plan = row?.['QUERY PLAN'][0]?.Plan ?? {};
    return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
  });
}
