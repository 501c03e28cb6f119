import { runMigrations } from 'graphile-worker';
import { Client } from 'pg';
import { APP_ROLE } from '../database/role-names.js';

const PRIVATE_TABLES = ['_private_jobs', '_private_job_queues', '_private_tasks', '_private_known_crontabs'];

/**
 * Installs graphile-worker's own schema with the owner role. Its tables have row-level security without a policy: with
 * grants alone the app role fails with 42501 or silently finds nothing, so each gets an open policy. Which corp a job
 * belongs to is our code's task: payloads hold ids only.
 */
export async function installJobTables(ownerUrl: string): Promise<void> {
  await runMigrations({ connectionString: ownerUrl });
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(`
      GRANT USAGE ON SCHEMA graphile_worker TO ${APP_ROLE};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA graphile_worker TO ${APP_ROLE};
      GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA graphile_worker TO ${APP_ROLE};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA graphile_worker TO ${APP_ROLE};
      ${PRIVATE_TABLES.map(openPolicy).join('\n')}
      -- parked jobs of a corp: few rows, as only running and parked jobs are not available
      CREATE INDEX IF NOT EXISTS scrm_parked_idx ON graphile_worker._private_jobs ((payload ->> 'corpId'), id)
        WHERE NOT is_available;
    `);
  } finally {
    await client.end();
  }
}

function openPolicy(table: string): string {
  return `
    DROP POLICY IF EXISTS app_role ON graphile_worker.${table};
    CREATE POLICY app_role ON graphile_worker.${table} TO ${APP_ROLE} USING (true) WITH CHECK (true);`;
}
