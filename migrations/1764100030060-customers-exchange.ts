import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tenantTable } from '../src/platform/database/migration-steps.js';

/**
 * Files that come and go in parts, imports with their report, and exports (docs/adr/0020). The parts lie sealed under a key
 * per file: they hold the same telephone numbers that are sealed elsewhere.
 */
export class CustomersExchange1764100030060 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE customers.exchange_files (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        key_sealed text NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT exchange_files_pkey PRIMARY KEY (corp_id, id)
      );
      CREATE INDEX exchange_files_expiry_idx ON customers.exchange_files (corp_id, expires_at);

      CREATE TABLE customers.exchange_file_parts (
        corp_id uuid NOT NULL,
        file_id uuid NOT NULL,
        number integer NOT NULL,
        byte_count bigint NOT NULL,
        bytes bytea NOT NULL,
        CONSTRAINT exchange_file_parts_pkey PRIMARY KEY (corp_id, file_id, number),
        CONSTRAINT exchange_file_parts_file_fkey FOREIGN KEY (corp_id, file_id)
          REFERENCES customers.exchange_files (corp_id, id) ON DELETE CASCADE
      );
      -- sealed bytes cannot be compressed
      ALTER TABLE customers.exchange_file_parts ALTER COLUMN bytes SET STORAGE EXTERNAL;

      CREATE TABLE customers.imports (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        name text NOT NULL,
        format text NOT NULL,
        state text NOT NULL,
        owner text NOT NULL,
        mode text,
        dry_run boolean NOT NULL,
        mapping jsonb,
        operation_id uuid,
        encoding text,
        delimiter text,
        rows_total bigint,
        cursor bigint NOT NULL,
        created_count bigint NOT NULL,
        updated_count bigint NOT NULL,
        broken_count bigint NOT NULL,
        error_code text,
        error_line bigint,
        created_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT imports_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT imports_format_check CHECK (format IN ('csv', 'xlsx')),
        CONSTRAINT imports_mode_check CHECK (mode IN ('create_and_update', 'create_only', 'update_only')),
        CONSTRAINT imports_state_check
          CHECK (state IN ('uploading', 'running', 'checked', 'done', 'failed', 'cancelled'))
      );
      CREATE INDEX imports_operation_idx ON customers.imports (corp_id, operation_id);
      CREATE INDEX imports_created_at_idx ON customers.imports (corp_id, created_at);

      CREATE TABLE customers.import_broken_rows (
        corp_id uuid NOT NULL,
        import_id uuid NOT NULL,
        number bigint NOT NULL,
        problems jsonb NOT NULL,
        CONSTRAINT import_broken_rows_pkey PRIMARY KEY (corp_id, import_id, number),
        CONSTRAINT import_broken_rows_import_fkey FOREIGN KEY (corp_id, import_id)
          REFERENCES customers.imports (corp_id, id) ON DELETE CASCADE
      );

      CREATE TABLE customers.import_dry_keys (
        corp_id uuid NOT NULL,
        import_id uuid NOT NULL,
        key_hash text NOT NULL,
        holder uuid NOT NULL,
        CONSTRAINT import_dry_keys_pkey PRIMARY KEY (corp_id, import_id, key_hash),
        CONSTRAINT import_dry_keys_import_fkey FOREIGN KEY (corp_id, import_id)
          REFERENCES customers.imports (corp_id, id) ON DELETE CASCADE
      );

      CREATE TABLE customers.exports (
        corp_id uuid NOT NULL,
        id uuid NOT NULL,
        name text NOT NULL,
        format text NOT NULL,
        state text NOT NULL,
        owner text NOT NULL,
        revealed boolean NOT NULL,
        columns jsonb NOT NULL,
        filter jsonb NOT NULL,
        operation_id uuid NOT NULL,
        cursor jsonb,
        part integer NOT NULL,
        sheet jsonb,
        rows_count bigint NOT NULL,
        byte_count bigint NOT NULL,
        error_code text,
        created_at timestamptz NOT NULL,
        finished_at timestamptz,
        CONSTRAINT exports_pkey PRIMARY KEY (corp_id, id),
        CONSTRAINT exports_format_check CHECK (format IN ('ndjson', 'csv', 'xlsx')),
        CONSTRAINT exports_state_check CHECK (state IN ('running', 'done', 'failed', 'cancelled'))
      );
      CREATE INDEX exports_operation_idx ON customers.exports (corp_id, operation_id);
      CREATE INDEX exports_created_at_idx ON customers.exports (corp_id, created_at);
    `);
    for (const table of TABLES) await tenantTable(queryRunner, `customers.${table}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE ${TABLES.map((table) => `customers.${table}`).join(', ')}`);
  }
}

const TABLES = [
  'exchange_files',
  'exchange_file_parts',
  'imports',
  'import_broken_rows',
  'import_dry_keys',
  'exports',
];
