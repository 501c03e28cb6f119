import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { CustomerRow } from '../../contacts/persistence/customer.row.js';

/** A customer said yes to a purpose, or took it back. */
@Entity({ schema: 'customers', name: 'consents' })
@Check('consents_state_check', `state IN ('granted', 'withdrawn')`)
@Index('consents_customer_idx', ['corpId', 'customerId', 'id'])
export class ConsentRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'consents_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'consents_pkey' })
  readonly id: string;
  @Column({ name: 'customer_id', type: 'uuid' })
  readonly customerId: string;
  @ManyToOne(() => CustomerRow)
  @JoinColumn([
    { name: 'corp_id', referencedColumnName: 'corpId', foreignKeyConstraintName: 'consents_customer_fkey' },
    { name: 'customer_id', referencedColumnName: 'id', foreignKeyConstraintName: 'consents_customer_fkey' },
  ])
  readonly customer?: Relation<CustomerRow>;
  @Column({ type: 'text' })
  readonly purpose: string;
  @Column({ type: 'text' })
  readonly state: 'granted' | 'withdrawn';
  @Column({ type: 'text' })
  readonly evidence: string;
  @Column({ name: 'happened_at', type: 'timestamptz' })
  readonly happenedAt: Date;
  @Column({ name: 'recorded_at', type: 'timestamptz' })
  readonly recordedAt: Date;
  @Column({ name: 'recorded_by', type: 'text' })
  readonly recordedBy: string;
}

/** A customer stands on the blacklist until the entry is lifted. */
@Entity({ schema: 'customers', name: 'blacklist_entries' })
@Check('blacklist_entries_lift_check', '(lifted_at IS NULL) = (lifted_by IS NULL)')
@Index('blacklist_entries_customer_idx', ['corpId', 'customerId', 'id'])
@Index('blacklist_entries_open_key', ['corpId', 'customerId'], { unique: true, where: 'lifted_at IS NULL' })
export class BlacklistEntryRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'blacklist_entries_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'blacklist_entries_pkey' })
  readonly id: string;
  @Column({ name: 'customer_id', type: 'uuid' })
  readonly customerId: string;
  @ManyToOne(() => CustomerRow)
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'blacklist_entries_customer_fkey',
    },
    {
      name: 'customer_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'blacklist_entries_customer_fkey',
    },
  ])
  readonly customer?: Relation<CustomerRow>;
  @Column({ type: 'text' })
  readonly reason: string;
  @Column({ name: 'placed_at', type: 'timestamptz' })
  readonly placedAt: Date;
  @Column({ name: 'placed_by', type: 'text' })
  readonly placedBy: string;
  @Column({ name: 'lift_reason', type: 'text', nullable: true })
  readonly liftReason: string | null;
  @Column({ name: 'lifted_at', type: 'timestamptz', nullable: true })
  readonly liftedAt: Date | null;
  @Column({ name: 'lifted_by', type: 'text', nullable: true })
  readonly liftedBy: string | null;
}
