import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';

/** The open pass of one kind; the row goes when the pass ends, its outcome stands in the operation. */
@Entity({ schema: 'platform', name: 'sync_passes' })
export class SyncPassRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'sync_passes_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'sync_passes_pkey' })
  readonly kind: string;
  @Column({ name: 'operation_id', type: 'uuid' })
  readonly operationId: string;
  @Column({ name: 'started_at', type: 'timestamptz' })
  readonly startedAt: Date;
  @Column({ type: 'integer' })
  readonly done: number;
  @Column({ type: 'integer' })
  readonly total: number;
  @Column({ type: 'integer' })
  readonly inserted: number;
  @Column({ type: 'integer' })
  readonly changed: number;
  @Column({ type: 'integer' })
  readonly ended: number;
  /** When the pass asked whether it may end so many rows. */
  @Column({ name: 'asked_at', type: 'timestamptz', nullable: true })
  readonly askedAt: Date | null;
  @Column({ type: 'boolean' })
  readonly confirmed: boolean;
}

@Entity({ schema: 'platform', name: 'sync_items' })
export class SyncItemRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'sync_items_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'sync_items_pkey' })
  readonly kind: string;
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'sync_items_pkey' })
  readonly stage: number;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'sync_items_pkey' })
  readonly key: string;
  @Column({ type: 'jsonb' })
  readonly args: Record<string, unknown>;
  @ManyToOne(() => SyncPassRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    { name: 'corp_id', referencedColumnName: 'corpId', foreignKeyConstraintName: 'sync_items_pass_fkey' },
    { name: 'kind', referencedColumnName: 'kind', foreignKeyConstraintName: 'sync_items_pass_fkey' },
  ])
  readonly pass: Relation<SyncPassRow>;
}

export const syncRows = [SyncPassRow, SyncItemRow];
