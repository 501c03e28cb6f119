import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** Any number nobody else uses as an advisory lock in this database. */
const DEMO_LOCK = 7_231_003;
const RETRY_MS = 200;
/** The server notices within moments that a demo was killed. */
const TRIES_MAX = 10;

/**
 * One demo for each folder: two would give each other's key away and write the same world. The lock goes with the process,
 * however it ends.
 * @returns what ends the claim. @throws a message for the user when another demo runs.
 */
export async function claimDemo(databaseUrl: string): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: databaseUrl });
  client.on('error', () => undefined); // the server ended: the application says so
  await client.connect();
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      DEMO_LOCK,
    ]);
    if (rows[0]?.taken) return () => client.end();
    await sleep(RETRY_MS);
  }
  await client.end();
  throw new Error(
    'The demo already runs in this folder. End it, or set DATA_DIR and PORT for a second one. ' +
      '该目录的演示已在运行：请先结束它，或为第二个演示设置 DATA_DIR 和 PORT。',
  );
}
