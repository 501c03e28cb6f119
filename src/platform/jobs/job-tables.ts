import { runMigrations } from 'graphile-worker';
import { withClient } from '../database/with-client.js';
import { APP_ROLE } from '../database/role-names.js';

const LOCK_TIMEOUT = '5s';
const PRIVATE_TABLES = ['_private_jobs', '_private_job_queues', '_private_tasks', '_private_known_crontabs'];

/**
 * Installs graphile-worker's own schema with the owner role. Its tables have row-level security without a policy: with
 * grants alone the app role fails with 42501 or silently finds nothing, so each gets an open policy. Which corp a job
 * belongs to is our code's task: payloads hold ids only.
 *
 * Every start that migrates comes here while others work, so what exists is only looked at: making a policy or an index,
 * even one that "IF NOT EXISTS" then leaves alone, waits for every open writer and holds up all that come after it.
 */
export async function installJobTables(ownerUrl: string): Promise<void> {
  await runMigrations({ connectionString: ownerUrl });
  await withClient(ownerUrl, (client) =>
    client.query(`
      SET lock_timeout = '${LOCK_TIMEOUT}';
      GRANT USAGE ON SCHEMA graphile_worker TO ${APP_ROLE};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA graphile_worker TO ${APP_ROLE};
      GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA graphile_worker TO ${APP_ROLE};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA graphile_worker TO ${APP_ROLE};
      DO $$ BEGIN
        ${PRIVATE_TABLES.map(openPolicy).join('\n')}
        IF to_regclass('graphile_worker.scrm_parked_idx') IS NULL THEN
          -- parked jobs of a corp: few rows, as only running and parked jobs are not available
          CREATE INDEX scrm_parked_idx ON graphile_worker._private_jobs ((payload ->> 'corpId'), id)
            WHERE NOT is_available;
        END IF;
      END $$;
    `),
  );
}

function openPolicy(table: string): string {
  return `
    IF NOT EXISTS (SELECT FROM pg_policies
                    WHERE schemaname = 'graphile_worker' AND tablename = '${table}' AND policyname = 'app_role') THEN
      CREATE POLICY app_role ON graphile_worker.${table} TO ${APP_ROLE} USING (true) WITH CHECK (true);
    END IF;`;
}
