import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';

/** A file of an import or an export, under whose id it stands. */
@Entity({ schema: 'customers', name: 'exchange_files' })
@Index('exchange_files_expiry_idx', ['corpId', 'expiresAt'])
export class ExchangeFileRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'exchange_files_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'exchange_files_pkey' })
  id: string;

  /** What the parts are sealed with. */
  @Column('text', { name: 'key_sealed' })
  keySealed: string;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}

@Entity({ schema: 'customers', name: 'exchange_file_parts' })
export class ExchangeFilePartRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'exchange_file_parts_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { name: 'file_id', primaryKeyConstraintName: 'exchange_file_parts_pkey' })
  fileId: string;

  /** From 1. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'exchange_file_parts_pkey' })
  number: number;

  /** Before they were sealed. */
  @Column('bigint', { name: 'byte_count' })
  byteCount: number;

  @Column('bytea', { select: false })
  bytes: Buffer;

  @ManyToOne(() => ExchangeFileRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'exchange_file_parts_file_fkey',
    },
    {
      name: 'file_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'exchange_file_parts_file_fkey',
    },
  ])
  file: Relation<ExchangeFileRow>;
}
