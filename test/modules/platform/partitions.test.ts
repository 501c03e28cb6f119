import { Client } from 'pg';
import { DataSource } from 'typeorm';
import {
  dropMonthlyPartitions,
  monthlyPartitions,
} from '../../../src/platform/partitions/monthly-partitions.js';
import { retentionStart } from '../../../src/platform/partitions/retention-start.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

const KEEP_MONTHS = 2;
let database: TestDatabase;
let owner: DataSource;
let app: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await new DataSource({ type: 'postgres', url: database.ownerUrl }).initialize();
  app = new Client({ connectionString: database.appUrl });
  await app.connect();
  const runner = owner.createQueryRunner();
  await runner.startTransaction();
  await runner.query(`
    CREATE TABLE customers.cut (corp_id uuid NOT NULL, id integer NOT NULL, at timestamptz NOT NULL,
      CONSTRAINT cut_pkey PRIMARY KEY (corp_id, id, at)) PARTITION BY RANGE (at);
    CREATE INDEX cut_at_idx ON customers.cut (corp_id, at)`);
  await monthlyPartitions(runner, 'customers.cut', KEEP_MONTHS);
  await runner.commitTransaction();
  await runner.release();
});

afterAll(async () => {
  await app.end();
  await owner.destroy();
  await database.drop();
});

const CORP = '0190a0a0-0000-7000-8000-000000000001';

async function asCorp<T extends object>(sql: string, params: unknown[] = []): Promise<T[]> {
  await app.query('BEGIN');
  try {
    await app.query(`SELECT set_config('app.corp_id', $1, true)`, [CORP]);
    const { rows } = await app.query<T>(sql, params);
    await app.query('COMMIT');
    return rows;
  } catch (error) {
    await app.query('ROLLBACK');
    throw error;
  }
}

const partitions = async () =>
  (
    await owner.query<{ name: string }[]>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'customers.cut'::regclass ORDER BY 1`,
    )
  ).map(({ name }) => name);

const monthOf = (monthsAhead: number) => {
  const now = new Date();
  const first = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + monthsAhead, 1));
  return `customers.cut_y${first.getUTCFullYear()}m${String(first.getUTCMonth() + 1).padStart(2, '0')}`;
};

/** As if the months had gone by: a partition that ends before its month began. */
const makeOld = (name: string, from: string, to: string) =>
  owner.query(`ALTER TABLE customers.cut DETACH PARTITION customers.cut_past;
    CREATE TABLE ${name} PARTITION OF customers.cut FOR VALUES FROM ('${from}') TO ('${to}')`);

describe('a table cut into months', () => {
  it('has the months up to the third from now, and one for the past', async () => {
    expect(await partitions()).toEqual([...[0, 1, 2, 3].map(monthOf), 'customers.cut_past'].sort());
  });

  it('takes rows of the past and of the months to come, and stays behind the wall', async () => {
    const inThreeMonths = new Date();
    inThreeMonths.setUTCMonth(inThreeMonths.getUTCMonth() + 3, 1);
    for (const [id, at] of [
      [1, new Date('2001-01-01')],
      [2, new Date()],
      [3, inThreeMonths],
    ] as const)
      await asCorp('INSERT INTO customers.cut VALUES ($1, $2, $3)', [CORP, id, at]);
    expect(await asCorp<{ id: number }>('SELECT id FROM customers.cut ORDER BY at')).toEqual([
      { id: 1 },
      { id: 2 },
      { id: 3 },
    ]);
    expect((await app.query('SELECT FROM customers.cut')).rowCount).toBe(0);
    for (const name of await partitions())
      await expect(asCorp(`SELECT FROM ${name}`)).rejects.toMatchObject({ code: '42501' });
  });

  it('is asked in order: the newest rows need the newest month only', async () => {
    const plan = await asCorp<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT id FROM customers.cut WHERE corp_id = '${CORP}' ORDER BY at DESC LIMIT 1`,
    );
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).not.toContain('Merge Append');
  });

  it('may be kept by the application, which can do nothing else to it', async () => {
    const keep = async () =>
      (await app.query<{ changed: number }>('SELECT platform.keep_partitions() AS changed')).rows[0];
    expect(await keep()).toEqual({ changed: 0 });
    await owner.query(`DROP TABLE ${monthOf(3)}`);
    expect(await keep()).toEqual({ changed: 1 });
    expect(await partitions()).toContain(monthOf(3));
    await expect(app.query(`DROP TABLE ${monthOf(3)}`)).rejects.toMatchObject({ code: '42501' });
    await expect(
      app.query(`INSERT INTO platform.partitioned_tables VALUES ('platform.corps', 1)`),
    ).rejects.toMatchObject({ code: '42501' });
  });

  it('loses a month when it has ended so long ago, and not before', async () => {
    const start = retentionStart(new Date(), KEEP_MONTHS);
    const before = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() - 1, 1));
    const after = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1));
    await makeOld('customers.cut_gone', before.toISOString(), start.toISOString());
    await owner.query(`CREATE TABLE customers.cut_kept PARTITION OF customers.cut
      FOR VALUES FROM ('${start.toISOString()}') TO ('${after.toISOString()}')`);
    await app.query('SELECT platform.keep_partitions()');
    expect(await partitions()).toContain('customers.cut_kept');
    expect(await partitions()).not.toContain('customers.cut_gone');
  });

  it('goes with its partitions', async () => {
    const runner = owner.createQueryRunner();
    await dropMonthlyPartitions(runner, 'customers.cut');
    await runner.release();
    expect(
      await owner.query(`SELECT FROM platform.partitioned_tables WHERE table_name = 'customers.cut'`),
    ).toEqual([]);
    expect(await owner.query(`SELECT to_regclass('customers.cut_kept') AS gone`)).toEqual([{ gone: null }]);
  });
});
