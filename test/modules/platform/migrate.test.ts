import { Client } from 'pg';
import { shippedMigrations } from '../../../src/platform/database/migrate.js';
import { runCli } from '../../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
const migrate = (...args: string[]) =>
  runCli('cli/migrate', args, { DATABASE_MIGRATION_URL: database.ownerUrl });

beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
}, 120_000);

afterAll(async () => database.drop());

describe('npm run migrate', () => {
  it('says what is pending without changing anything, and says so by its exit code', async () => {
    const { length } = await shippedMigrations();
    const check = await migrate('--check');
    expect(check).toMatchObject({ code: 1, stdout: expect.stringContaining(`${length} migrations pending`) });
    const client = new Client({ connectionString: database.ownerUrl });
    await client.connect();
    const { rows } = await client.query(
      `SELECT FROM pg_namespace WHERE nspname IN ('platform', 'graphile_worker')`,
    );
    await client.end();
    expect(rows).toHaveLength(0);
  }, 120_000);

  it('lets one of three processes migrate an empty database, and none crash', async () => {
    const { length } = await shippedMigrations();
    const results = await Promise.all([migrate(), migrate(), migrate()]);
    expect(results.map((result) => result.code)).toEqual([0, 0, 0]);
    const ran = results.map((result) => /^(\d+) migrations ran/m.exec(result.stdout)?.[1]).sort();
    expect(ran).toEqual(['0', '0', String(length)].sort());
    expect(await migrate('--check')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('0 migrations pending'),
    });
  }, 120_000);

  it('waits for nobody and holds nobody up when there is nothing to do', async () => {
    const writer = new Client({ connectionString: database.appUrl });
    await writer.connect();
    await writer.query('BEGIN');
    await writer.query(`SELECT graphile_worker.add_job('stays_open', '{}'::json)`);
    expect(await migrate()).toMatchObject({ code: 0, stdout: expect.stringMatching(/^0 migrations ran/m) });
    await writer.end();
  }, 60_000);

  it('refuses to start without the owner role, and does not show a password when the database is away', async () => {
    expect(await runCli('cli/migrate', [], {})).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/DATABASE_MIGRATION_URL is not set[^]*未设置/),
    });
    const away = await runCli('cli/migrate', [], {
      DATABASE_MIGRATION_URL: 'postgres://somebody:canary-password@127.0.0.1:1/nowhere',
    });
    expect(away.code).toBe(1);
    expect(away.stdout + away.stderr).not.toContain('canary-password');
  }, 60_000);
});
