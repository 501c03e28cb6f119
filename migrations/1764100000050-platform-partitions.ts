import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APP_ROLE } from '../src/platform/database/role-names.js';

/**
 * Tables cut into months: what is too old goes with its month, which costs nothing, and what is read lies together. The
 * application may make and drop months of the tables that a migration has listed, and nothing else: the function runs as
 * the owner, takes no argument and reads no row. Nobody waits for a lock: `lock_timeout` gives up, the next day tries again.
 */
export class PlatformPartitions1764100000050 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE platform.partitioned_tables (
        table_name text NOT NULL,
        keep_months integer NOT NULL,
        CONSTRAINT partitioned_tables_pkey PRIMARY KEY (table_name),
        CONSTRAINT partitioned_tables_keep_months_check CHECK (keep_months BETWEEN 1 AND 120)
      );
      GRANT SELECT ON platform.partitioned_tables TO ${APP_ROLE};
    `);
    await queryRunner.query(KEEP_PARTITIONS);
    await queryRunner.query(`
      REVOKE ALL ON FUNCTION platform.keep_partitions() FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION platform.keep_partitions() TO ${APP_ROLE};
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP FUNCTION platform.keep_partitions(); DROP TABLE platform.partitioned_tables',
    );
  }
}

/**
 * Months are cut in UTC and named <table>_y2026m11; <table>_past holds all that lay before the first of them. A month is
 * made apart and attached, which locks no writer out. Row-level security without a policy closes the partitions
 * themselves; whoever goes through the table meets the table's policy.
 */
const KEEP_PARTITIONS = `
  CREATE FUNCTION platform.keep_partitions() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' SET timezone = 'UTC' AS $$
  DECLARE
    listed record;
    month date;
    child text;
    changed integer := 0;
    this_month date := date_trunc('month', now());
  BEGIN
    FOR listed IN SELECT table_name, keep_months FROM platform.partitioned_tables LOOP
      FOR month IN SELECT (this_month + make_interval(months => n))::date FROM generate_series(0, 3) AS n LOOP
        child := listed.table_name || to_char(month, '"_y"YYYY"m"MM');
        CONTINUE WHEN to_regclass(child) IS NOT NULL;
        EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', child, listed.table_name);
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', child);
        EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)',
          listed.table_name, child, month, (month + interval '1 month')::date);
        changed := changed + 1;
      END LOOP;
      FOR child IN
        SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
         WHERE inhparent = listed.table_name::regclass
           AND (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \\(''([^'']+)'''))[1]::timestamptz
               <= this_month - make_interval(months => listed.keep_months)
      LOOP
        EXECUTE format('DROP TABLE %s', child);
        changed := changed + 1;
      END LOOP;
    END LOOP;
    RETURN changed;
  END $$`;
