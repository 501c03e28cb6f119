import type { QueryRunner } from 'typeorm';
import { APP_ROLE } from './role-names.js';

/**
 * Puts a table behind the tenant wall and lets the application use it. Call it at the end of the migration that
 * creates the table, whose first column is `corp_id uuid NOT NULL`.
 */
export async function tenantTable(
  queryRunner: QueryRunner,
  table: string,
  grants = 'SELECT, INSERT, UPDATE, DELETE',
): Promise<void> {
  await queryRunner.query(`
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY corp_wall ON ${table}
      USING (corp_id = nullif(current_setting('app.corp_id', true), '')::uuid)
      WITH CHECK (corp_id = nullif(current_setting('app.corp_id', true), '')::uuid);
  `);
  await grantApp(queryRunner, table, grants);
}

export async function grantApp(queryRunner: QueryRunner, table: string, grants: string): Promise<void> {
  await queryRunner.query(`GRANT ${grants} ON ${table} TO ${APP_ROLE}`);
}

/** A schema of its own for each module; the application may use it and create nothing in it. */
export async function moduleSchema(queryRunner: QueryRunner, schema: string): Promise<void> {
  await queryRunner.query(
    `CREATE SCHEMA IF NOT EXISTS ${schema}; GRANT USAGE ON SCHEMA ${schema} TO ${APP_ROLE}`,
  );
}

/** A second wall around an append-only table: grants stop the application, this stops everybody else. */
export async function refuseChanges(queryRunner: QueryRunner, table: string): Promise<void> {
  await queryRunner.query(`
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ${table}
      FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
    CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
  `);
}
