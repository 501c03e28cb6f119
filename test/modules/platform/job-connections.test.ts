import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { Pool } from 'pg';
import pg from 'pg';
import { endConnections, jobConnections } from '../../../src/platform/jobs/job-connections.js';
import { testClusterUrl } from '../../support/cluster.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';

/** graphile-worker 0.17.3 repeats the statements that end a job on these two codes, soon and later, and dies of others. */
const SOON = { code: '40001' };
const LATER = { code: '57P03' };

let database: TestDatabase;
let admin: pg.Client;
let pool: Pool;

beforeEach(async () => {
  database = await createTestDatabase({ empty: true });
  admin = new pg.Client({ connectionString: await testClusterUrl() });
  await admin.connect();
  pool = jobConnections(database.appUrl, 2);
});

afterEach(async () => {
  jest.restoreAllMocks();
  if (!pool.ending) await pool.end();
  await admin.end();
  await database.drop();
});

async function query(sql: string): Promise<unknown[]> {
  const client = await pool.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    client.release();
  }
}

const accept = (yes: boolean) => admin.query(`ALTER DATABASE ${database.name} ALLOW_CONNECTIONS ${yes}`);

/** Ends every connection of the database. @returns how many there were. */
async function terminate(): Promise<number> {
  const { rowCount } = await admin.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1',
    [database.name],
  );
  return rowCount ?? 0;
}

describe('connections of the job queue', () => {
  it('say of a database that is gone what graphile-worker repeats soon, and after a minute later', async () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(1_000_000);
    await accept(false);
    await expect(query('SELECT 1')).rejects.toMatchObject(SOON);
    now.mockReturnValue(1_000_000 + 60_000);
    await expect(query('SELECT 1')).rejects.toMatchObject(SOON);
    now.mockReturnValue(1_000_000 + 60_001);
    await expect(query('SELECT 1')).rejects.toMatchObject(LATER);
    await accept(true);
    expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await accept(false);
    await terminate();
    await eventually(() => expect(pool.totalCount).toBe(0));
    await expect(query('SELECT 1')).rejects.toMatchObject(SOON); // the minute begins again
  });

  it('say the same of a port where nobody listens', async () => {
    const nobody = jobConnections('postgres://nobody@127.0.0.1:1/nothing', 1);
    await expect(nobody.connect()).rejects.toMatchObject({ ...SOON, syscall: 'connect' });
    await nobody.end();
  });

  it('say the same of a statement that dies with its connection', async () => {
    const failed = query('SELECT pg_sleep(30)').catch((error: unknown) => error);
    await eventually(async () => expect(await terminate()).toBe(1));
    expect(await failed).toMatchObject(SOON);
    await eventually(() => expect(pool.totalCount).toBe(0));
    expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('replace an idle connection that ended', async () => {
    await query('SELECT 1');
    expect(await terminate()).toBe(1);
    await eventually(() => expect(pool.totalCount).toBe(0));
    expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('leave the code of a statement that is wrong, which no repetition mends', async () => {
    await expect(query('SELECT 1 / 0')).rejects.toMatchObject({ code: '22012' });
  });

  it('serve statements that come just after the pool was told to end, and then nobody any more', async () => {
    const ended = endConnections(pool);
    expect(await query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await ended;
    const answer = await Promise.race([pool.connect().catch(() => 'refused'), sleep(200, 'none')]);
    expect(answer).toBe('none');
  });
});
