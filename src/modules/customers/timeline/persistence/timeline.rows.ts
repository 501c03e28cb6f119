import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { CustomerRow } from '../../contacts/persistence/customer.row.js';

/** Something that happened to a customer. Cut into months by `at`. */
@Entity({ schema: 'customers', name: 'timeline_entries' })
export class TimelineEntryRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'timeline_entries_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { name: 'customer_id', primaryKeyConstraintName: 'timeline_entries_pkey' })
  customerId: string;

  /** When it happened. */
  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'timeline_entries_pkey' })
  at: Date;

  /** A hash of what it tells. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'timeline_entries_pkey' })
  id: string;

  @Column('text')
  type: string;

  /** Ids and small facts; no text that a person wrote. */
  @Column('jsonb')
  facts: Record<string, unknown>;
}

/** What other modules announce of a customer, each value with the version that its module gave it. */
@Entity({ schema: 'customers', name: 'announced' })
export class AnnouncedRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'announced_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { name: 'customer_id', primaryKeyConstraintName: 'announced_pkey' })
  customerId: string;

  @Column('text', { nullable: true })
  level: string | null;

  @Column('bigint', { name: 'level_version', nullable: true })
  levelVersion: number | null;

  @Column('bigint', { name: 'points_balance', nullable: true })
  pointsBalance: number | null;

  @Column('bigint', { name: 'points_version', nullable: true })
  pointsVersion: number | null;

  /** The last event that changed the row; null: a reconcile did. */
  @Column('uuid', { name: 'last_event_id', nullable: true })
  lastEventId: string | null;

  @Column('timestamptz', { name: 'last_event_at', nullable: true })
  lastEventAt: Date | null;

  @ManyToOne(() => CustomerRow)
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'announced_customer_fkey',
    },
    { name: 'customer_id', referencedColumnName: 'id', foreignKeyConstraintName: 'announced_customer_fkey' },
  ])
  customer?: Relation<CustomerRow>;
}

export const timelineRows = [TimelineEntryRow, AnnouncedRow];
