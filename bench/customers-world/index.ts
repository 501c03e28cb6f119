import { Client } from 'pg';
import { CORP_WORLD, WORLD_PARTS } from './parts.js';
import { WORLD_CORP_ID } from './sql.js';

/** So many customers at once: a statement of a million rows would keep all their foreign keys to check in memory. */
const CHUNK = 50_000;
/** What the issue promises its figures for; `CUSTOMERS=50000` makes a smaller world. */
const CUSTOMERS_DEFAULT = 1_000_000;

export function worldSize(): number {
  return Number(process.env['CUSTOMERS'] ?? CUSTOMERS_DEFAULT);
}

/**
 * Fills a migrated, empty database with one corp and its customers, as the role that owns the tables.
 * @param ownerUrl of that role.
 */
export async function fillCustomersWorld(ownerUrl: string, customers = worldSize()): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`SET app.corp_id = '${WORLD_CORP_ID}'; SET synchronous_commit = off`);
    await client.query(CORP_WORLD);
    for (const { table, before, fill, note } of WORLD_PARTS) {
      if (before) await client.query(before);
      if (note) process.stdout.write(`${table}: ${note}\n`);
      for (let from = 1; from <= customers; from += CHUNK) {
        await client.query(fill(from, Math.min(customers, from + CHUNK - 1)));
      }
    }
    // VACUUM as a living database would have had: otherwise no index-only scan, and the first reads write hint bits
    await client.query('VACUUM (ANALYZE)');
  } finally {
    await client.end();
  }
}

/** The id of customer n, 1 to the size of the world, as the statements make it. */
export function worldCustomerId(number: number): string {
  return `01930000-0000-7000-8001-${number.toString(16).padStart(12, '0')}`;
}

export { WORLD_CORP_ID } from './sql.js';
