import type { QueryRunner } from 'typeorm';
import { tenantTable } from '../database/migration-steps.js';

/**
 * For a migration, instead of `tenantTable`: puts a table that it has created with `PARTITION BY RANGE (…)` over a
 * timestamptz behind the tenant wall and cuts it into months. The primary key holds that column; what must be unique
 * over all time needs a table of its own. Rows may lie up to the end of the third month after this one and back to
 * `retentionStart`; refuse others before they are written.
 * @param table `schema.table`.
 * @param keepMonths a month goes when it ended this long before the first of the current month.
 */
export async function monthlyPartitions(
  queryRunner: QueryRunner,
  table: string,
  keepMonths: number,
  grants?: string,
): Promise<void> {
  await tenantTable(queryRunner, table, grants);
  await queryRunner.query(
    `INSERT INTO platform.partitioned_tables (table_name, keep_months) VALUES ($1, $2)`,
    [table, keepMonths],
  );
  await queryRunner.query(`
    SET LOCAL timezone = 'UTC';
    DO $$ BEGIN
      EXECUTE format('CREATE TABLE ${table}_past PARTITION OF ${table} FOR VALUES FROM (MINVALUE) TO (%L)',
        date_trunc('month', now())::date);
    END $$;
    ALTER TABLE ${table}_past ENABLE ROW LEVEL SECURITY;
    SELECT platform.keep_partitions();
  `);
}

/** For the `down` of that migration. */
export async function dropMonthlyPartitions(queryRunner: QueryRunner, table: string): Promise<void> {
  await queryRunner.query(`DROP TABLE ${table}`);
  await queryRunner.query('DELETE FROM platform.partitioned_tables WHERE table_name = $1', [table]);
}
