import { Client } from 'pg';
import { isUnavailable } from './unavailable.js';

const PATIENCE_MS = 3_000;

/** Whether the database answers. @throws what would be the same at any time: a wrong password, no such database. */
export async function isReachable(url: string): Promise<boolean> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  });
  client.on('error', () => undefined); // the statement fails on it too
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch (error) {
    if (isUnavailable(error)) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined); // what came before tells the story
  }
}
