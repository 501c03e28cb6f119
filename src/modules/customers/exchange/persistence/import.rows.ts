import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ImportMode } from '../domain/find-customers.js';
import type { ImportState } from '../domain/import.js';
import type { ColumnMapping } from '../domain/mapping.js';
import type { RowProblem } from '../domain/row-problems.js';
import type { FileFormat } from '../formats/sheet.js';

@Entity({ schema: 'customers', name: 'imports' })
@Index('imports_operation_idx', ['corpId', 'operationId'])
@Index('imports_created_at_idx', ['corpId', 'createdAt'])
@Check('imports_format_check', `format IN ('csv', 'xlsx')`)
@Check('imports_mode_check', `mode IN ('create_and_update', 'create_only', 'update_only')`)
@Check('imports_state_check', `state IN ('uploading', 'running', 'checked', 'done', 'failed', 'cancelled')`)
export class ImportRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'imports_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'imports_pkey' })
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  format: FileFormat;

  @Column('text')
  state: ImportState;

  @Column('text')
  owner: string;

  @Column('text', { nullable: true })
  mode: ImportMode | null;

  @Column('boolean', { name: 'dry_run' })
  dryRun: boolean;

  @Column('jsonb', { nullable: true })
  mapping: readonly ColumnMapping[] | null;

  @Column('uuid', { name: 'operation_id', nullable: true })
  operationId: string | null;

  @Column('text', { nullable: true })
  encoding: string | null;

  @Column('text', { nullable: true })
  delimiter: string | null;

  @Column('bigint', { name: 'rows_total', nullable: true })
  rowsTotal: number | null;

  @Column('bigint')
  cursor: number;

  @Column('bigint', { name: 'created_count' })
  createdCount: number;

  @Column('bigint', { name: 'updated_count' })
  updatedCount: number;

  @Column('bigint', { name: 'broken_count' })
  brokenCount: number;

  @Column('text', { name: 'error_code', nullable: true })
  errorCode: string | null;

  @Column('bigint', { name: 'error_line', nullable: true })
  errorLine: number | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}

/** Why rows of a file were not imported: names of columns and codes, never what stands in the cells. */
@Entity({ schema: 'customers', name: 'import_broken_rows' })
export class ImportBrokenRowRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'import_broken_rows_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { name: 'import_id', primaryKeyConstraintName: 'import_broken_rows_pkey' })
  importId: string;

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'import_broken_rows_pkey' })
  number: number;

  @Column('jsonb')
  problems: readonly RowProblem[];

  @ManyToOne(() => ImportRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'import_broken_rows_import_fkey',
    },
    {
      name: 'import_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'import_broken_rows_import_fkey',
    },
  ])
  import: Relation<ImportRow>;
}

/** Whom a dry run would have made by now, by the hash of what leads to him; gone when it ends. */
@Entity({ schema: 'customers', name: 'import_dry_keys' })
export class ImportDryKeyRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'import_dry_keys_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { name: 'import_id', primaryKeyConstraintName: 'import_dry_keys_pkey' })
  importId: string;

  @PrimaryColumn('text', { name: 'key_hash', primaryKeyConstraintName: 'import_dry_keys_pkey' })
  keyHash: string;

  @Column('uuid')
  holder: string;

  @ManyToOne(() => ImportRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'import_dry_keys_import_fkey',
    },
    {
      name: 'import_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'import_dry_keys_import_fkey',
    },
  ])
  import: Relation<ImportRow>;
}
