import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { CustomerFilter } from '../../search/domain/customer-filter.js';
import type { SearchKey } from '../../search/queries/search-customers.js';
import type { ExportFormat, ExportState } from '../domain/export.js';
import type { SheetState } from '../formats/xlsx-text.js';

@Entity({ schema: 'customers', name: 'exports' })
@Index('exports_operation_idx', ['corpId', 'operationId'])
@Index('exports_created_at_idx', ['corpId', 'createdAt'])
@Check('exports_format_check', `format IN ('ndjson', 'csv', 'xlsx')`)
@Check('exports_state_check', `state IN ('running', 'done', 'failed', 'cancelled')`)
export class ExportRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'exports_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'exports_pkey' })
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  format: ExportFormat;

  @Column('text')
  state: ExportState;

  @Column('text')
  owner: string;

  @Column('boolean')
  revealed: boolean;

  @Column('jsonb')
  columns: readonly string[];

  @Column('jsonb')
  filter: CustomerFilter;

  @Column('uuid', { name: 'operation_id' })
  operationId: string;

  @Column('jsonb', { nullable: true })
  cursor: SearchKey | null;

  @Column('integer')
  part: number;

  @Column('jsonb', { nullable: true })
  sheet: SheetState | null;

  @Column('bigint', { name: 'rows_count' })
  rowsCount: number;

  @Column('bigint', { name: 'byte_count' })
  byteCount: number;

  @Column('text', { name: 'error_code', nullable: true })
  errorCode: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}
