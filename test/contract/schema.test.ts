import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';
import { DataSource, getMetadataArgsStorage, type QueryRunner } from 'typeorm';
import { type EncryptedColumn, encryptedColumns } from '../../src/platform/crypto/encrypted-columns.js';
import { refuseChanges } from '../../src/platform/database/migration-steps.js';
import { APP_ROLE } from '../../src/platform/database/role-names.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  findAppendOnlyFaults,
  findRoleFaults,
  findSealedColumnFaults,
  findWallFaults,
  listFunctions,
  listTriggers,
} from './schema-catalogue.js';
import { functions, tablesWithoutRowClass, triggers } from './schema-expected.js';

const SRC = path.join(import.meta.dirname, '../../src');

let database: TestDatabase;
let client: Client;

/** Row classes declare tables and sealed columns when they are imported, as they are when the application starts. */
async function importDeclarations(): Promise<void> {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  for (const file of files) {
    const declares = /^(@Entity\(|registerEncryptedColumn\()/m.test(
      readFileSync(path.join(SRC, file), 'utf8'),
    );
    if (declares && !file.endsWith('.spec.ts')) await import(pathToFileURL(path.join(SRC, file)).href);
  }
}

async function connect(url: string): Promise<Client> {
  const connected = new Client({ connectionString: url });
  await connected.connect();
  return connected;
}

beforeAll(async () => {
  await importDeclarations();
  database = await createTestDatabase();
  client = await connect(database.ownerUrl);
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** What a check finds in a schema with the given defect, which is undone at once. */
async function faultsWith(defect: string, check: (client: Client) => Promise<string[]>): Promise<string[]> {
  await client.query('BEGIN');
  try {
    await client.query(defect);
    return await check(client);
  } finally {
    await client.query('ROLLBACK');
  }
}

/** For defects that another connection must see: what the owner and then the application did to the database. */
async function onSpoiltDatabase(
  byOwner: string,
  byApp: string,
  check: (spoilt: TestDatabase) => Promise<void>,
): Promise<void> {
  const spoilt = await createTestDatabase();
  try {
    for (const [url, sql] of [
      [spoilt.ownerUrl, byOwner],
      [spoilt.appUrl, byApp],
    ] as const) {
      const connected = await connect(url);
      await connected.query(sql).finally(() => connected.end());
    }
    await check(spoilt);
  } finally {
    await spoilt.drop();
  }
}

/** A table as it should be, to be spoilt in one point. */
const goodTable = `
  CREATE TABLE staff.probe (corp_id uuid NOT NULL, id uuid NOT NULL, PRIMARY KEY (corp_id, id));
  ALTER TABLE staff.probe ENABLE ROW LEVEL SECURITY;
  ALTER TABLE staff.probe FORCE ROW LEVEL SECURITY;
  CREATE POLICY corp_wall ON staff.probe
    USING (corp_id = nullif(current_setting('app.corp_id', true), '')::uuid)
    WITH CHECK (corp_id = nullif(current_setting('app.corp_id', true), '')::uuid);
  GRANT SELECT, INSERT, UPDATE, DELETE ON staff.probe TO ${APP_ROLE};`;

describe('tenant wall in the database', () => {
  it('stands around every table that is not listed as tenantless', async () => {
    expect(await findWallFaults(client)).toEqual([]);
    expect(await faultsWith(goodTable, findWallFaults)).toEqual([]);
  });

  it.each([
    [
      'a table without corp_id',
      'CREATE TABLE staff.probe (id uuid PRIMARY KEY)',
      /no corp_id, and not listed/,
    ],
    [
      'a nullable corp_id',
      'CREATE TABLE staff.probe (corp_id uuid, id uuid PRIMARY KEY)',
      /corp_id is uuid null/,
    ],
    ['a corp_id of another type', 'CREATE TABLE staff.probe (corp_id text NOT NULL)', /corp_id is text/],
    [
      'no row-level security',
      `${goodTable} ALTER TABLE staff.probe DISABLE ROW LEVEL SECURITY`,
      /not enabled/,
    ],
    [
      'a wall that is not forced',
      `${goodTable} ALTER TABLE staff.probe NO FORCE ROW LEVEL SECURITY`,
      /not forced/,
    ],
    ['no policy', `${goodTable} DROP POLICY corp_wall ON staff.probe`, /no policy/],
    [
      'a second policy',
      `${goodTable} CREATE POLICY door ON staff.probe USING (true)`,
      /more than one policy/,
    ],
    ['an open policy', `${goodTable} ALTER POLICY corp_wall ON staff.probe USING (true)`, /USING is true/],
    [
      'an open check',
      `${goodTable} ALTER POLICY corp_wall ON staff.probe WITH CHECK (true)`,
      /WITH CHECK is true/,
    ],
    [
      'a policy for reading only',
      `${goodTable} DROP POLICY corp_wall ON staff.probe; CREATE POLICY corp_wall ON staff.probe FOR SELECT USING (true)`,
      /does not guard every command/,
    ],
    ['no primary key', `${goodTable} ALTER TABLE staff.probe DROP CONSTRAINT probe_pkey`, /no primary key/],
    [
      'a unique key over all corps',
      `${goodTable} CREATE UNIQUE INDEX probe_id ON staff.probe (id)`,
      /probe_id does not start/,
    ],
    [
      'a listed table that is gone',
      'DROP TABLE platform.key_checks',
      /listed as tenantless but does not exist/,
    ],
  ])('is missed with %s', async (_what, defect, fault) => {
    expect(await faultsWith(defect, findWallFaults)).toContainEqual(expect.stringMatching(fault));
  });
});

describe('roles and grants', () => {
  it('let the application do what is listed and nothing else', async () => {
    expect(await findRoleFaults(client)).toEqual([]);
  });

  it.each([
    ['a table without grants', 'CREATE TABLE staff.probe (id int)', /staff\.probe: granted nothing/],
    ['TRUNCATE', `GRANT TRUNCATE ON platform.corps TO ${APP_ROLE}`, /platform\.corps: granted .*TRUNCATE/],
    [
      'a grant too many',
      `GRANT UPDATE ON platform.audit_entries TO ${APP_ROLE}`,
      /audit_entries: granted SELECT, INSERT, UPDATE/,
    ],
    ['a grant to everybody', 'GRANT SELECT ON platform.corps TO PUBLIC', /corps: granted .*by everybody/],
    ['a schema to create in', `GRANT CREATE ON SCHEMA staff TO ${APP_ROLE}`, /may create in schema staff/],
    ['a view', 'CREATE VIEW staff.probe AS SELECT 1', /a view without security_invoker/],
    [
      'a materialized view',
      'CREATE MATERIALIZED VIEW staff.probe AS SELECT 1',
      /a view without security_invoker/,
    ],
    [
      'a function with the rights of its owner',
      `CREATE FUNCTION staff.probe() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'`,
      /SECURITY DEFINER/,
    ],
    [
      'a foreign key from schema to schema',
      'CREATE TABLE staff.probe (corp_id uuid CONSTRAINT across REFERENCES platform.corps (id))',
      /across: a foreign key/,
    ],
  ])('are found wrong with %s', async (_what, defect, fault) => {
    expect(await faultsWith(defect, findRoleFaults)).toContainEqual(expect.stringMatching(fault));
  });

  it('find a table that the application owns', async () => {
    await onSpoiltDatabase(
      `CREATE SCHEMA probe; GRANT ALL ON SCHEMA probe TO ${APP_ROLE}`,
      'CREATE TABLE probe.probe (id int)',
      async (spoilt) => {
        const owner = await connect(spoilt.ownerUrl);
        expect(await findRoleFaults(owner).finally(() => owner.end())).toContain(
          'the app role owns probe.probe',
        );
      },
    );
  });
});

describe('functions and triggers', () => {
  it('are the listed ones', async () => {
    expect(await listFunctions(client)).toEqual(functions);
    expect(await listTriggers(client)).toEqual(triggers);
    expect(await findAppendOnlyFaults(client)).toEqual([]);
  });

  it('are found wrong when one is missing, switched off or unknown', async () => {
    const drop = 'DROP TRIGGER append_only_truncate ON platform.audit_entries';
    expect(await faultsWith(drop, findAppendOnlyFaults)).toHaveLength(1);
    const off = 'ALTER TABLE platform.audit_entries DISABLE TRIGGER append_only';
    expect(await faultsWith(off, findAppendOnlyFaults)).toHaveLength(1);
    const more = `CREATE FUNCTION staff.probe() RETURNS int LANGUAGE sql AS 'SELECT 1'`;
    expect(await faultsWith(more, listFunctions)).toContain('staff.probe()');
  });

  it.each(['UPDATE staff.probe SET id = 2', 'DELETE FROM staff.probe', 'TRUNCATE staff.probe'])(
    'stop even the owner of an append-only table: %s',
    async (statement) => {
      await client.query('BEGIN');
      try {
        await client.query('CREATE TABLE staff.probe (id int); INSERT INTO staff.probe VALUES (1)');
        await refuseChanges(
          { query: (sql: string) => client.query(sql) } as unknown as QueryRunner,
          'staff.probe',
        );
        await expect(client.query(statement)).rejects.toMatchObject({ code: '23001' });
      } finally {
        await client.query('ROLLBACK');
      }
    },
  );
});

describe('sealed columns', () => {
  const faultsOf = (columns: readonly EncryptedColumn[]) => (on: Client) =>
    findSealedColumnFaults(on, columns);

  it('are all known to the rotation of keys', async () => {
    expect(encryptedColumns().length).toBeGreaterThan(0);
    expect(await findSealedColumnFaults(client, encryptedColumns())).toEqual([]);
  });

  it('are found wrong when not registered, without an index on the row id, or with a unique blind index', async () => {
    const defect = `CREATE TABLE staff.probe (corp_id uuid NOT NULL, id uuid NOT NULL, phone_sealed text, phone_index text);
      CREATE UNIQUE INDEX ON staff.probe (corp_id, phone_index)`;
    expect(await faultsWith(defect, faultsOf(encryptedColumns()))).toEqual([
      'staff.probe.phone_sealed: not registered',
    ]);
    const probe = {
      table: 'staff.probe',
      column: 'phone_sealed',
      rowId: 'id',
      blindIndex: { column: 'phone_index', normalise: String },
    };
    expect(await faultsWith(defect, faultsOf([...encryptedColumns(), probe]))).toEqual([
      'staff.probe.phone_sealed: no index starts with (corp_id, id)',
      expect.stringContaining('unique index'),
    ]);
    expect(await faultsOf([...encryptedColumns(), probe])(client)).toContain(
      'staff.probe.phone_sealed: registered, but there is no such text column',
    );
  });
});

describe('row classes', () => {
  const rowClasses = () => getMetadataArgsStorage().tables.map((table) => table.target);

  /** What TypeORM would change to make the database fit the row classes. */
  async function findDrift(on: TestDatabase): Promise<string[]> {
    const dataSource = new DataSource({
      type: 'postgres',
      url: on.ownerUrl,
      entities: rowClasses() as never[],
    });
    await dataSource.initialize();
    try {
      const log = await dataSource.driver.createSchemaBuilder().log();
      return log.upQueries.map((query) => query.query);
    } finally {
      await dataSource.destroy();
    }
  }

  it('describe the migrated schema exactly', async () => {
    expect(rowClasses().length).toBeGreaterThan(0);
    expect(await findDrift(database)).toEqual([]);
  });

  it('exist for every table', async () => {
    const described = new Set(
      getMetadataArgsStorage().tables.map((table) => `${table.schema}.${table.name}`),
    );
    const { rows } = await client.query<{ name: string }>(
      `SELECT schemaname || '.' || tablename AS name FROM pg_tables
        WHERE NOT (SELECT relispartition FROM pg_class WHERE oid = format('%I.%I', schemaname, tablename)::regclass)
          AND schemaname NOT IN ('pg_catalog', 'information_schema', 'graphile_worker') ORDER BY 1`,
    );
    const missing = rows.map((row) => row.name).filter((name) => !described.has(name));
    expect(missing).toEqual(Object.keys(tablesWithoutRowClass).sort());
  });

  it.each([
    ['another type', 'ALTER TABLE staff.staff ALTER COLUMN alias TYPE varchar(10)', 'alias'],
    ['a column too many', 'ALTER TABLE staff.staff ADD COLUMN probe text', 'probe'],
    ['a nullable column', 'ALTER TABLE staff.staff ALTER COLUMN status DROP NOT NULL', 'status'],
    ['an unknown index', 'CREATE INDEX probe ON staff.staff (corp_id, name)', 'probe'],
    [
      'a missing constraint',
      'ALTER TABLE staff.staff DROP CONSTRAINT staff_status_check',
      'staff_status_check',
    ],
  ])('differ from a table with %s', async (_what, defect, word) => {
    await onSpoiltDatabase(defect, 'SELECT 1', async (spoilt) => {
      expect(await findDrift(spoilt)).toContainEqual(expect.stringContaining(word));
    });
  });
});
