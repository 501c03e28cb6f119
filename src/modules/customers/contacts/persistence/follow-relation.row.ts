import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type Relation,
  Unique,
} from 'typeorm';
import { CustomerRow } from './customer.row.js';

/** One staff following one customer, with who ended it and when. */
@Entity({ schema: 'customers', name: 'follow_relations' })
@Unique('follow_relations_customer_staff_key', ['corpId', 'customerId', 'staffKey'])
@Index('follow_relations_staff_customer_idx', ['corpId', 'staffKey', 'customerId'])
@Index('follow_relations_staff_idx', ['corpId', 'staffKey', 'followedAt', 'customerId'])
@Index('follow_relations_followed_at_idx', ['corpId', 'followedAt', 'customerId'])
@Index('follow_relations_add_way_idx', ['corpId', 'addWay', 'customerId'])
@Index('follow_relations_state_idx', { synchronize: false })
@Index('follow_relations_ended_idx', { synchronize: false })
@Check('follow_relations_staff_key_check', 'staff_key = lower(staff_user_id)')
@Check(
  'follow_relations_ended_at_check',
  'ended_at IS NOT DISTINCT FROM least(deleted_by_staff_at, deleted_by_customer_at, disappeared_at)',
)
export class FollowRelationRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'follow_relations_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'follow_relations_pkey' })
  id: string;

  @Column('uuid', { name: 'customer_id' })
  customerId: string;

  @ManyToOne(() => CustomerRow)
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'follow_relations_customer_fkey',
    },
    {
      name: 'customer_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'follow_relations_customer_fkey',
    },
  ])
  customer: Relation<CustomerRow>;

  /** As WeCom last wrote it. */
  @Column('text', { name: 'staff_user_id' })
  staffUserId: string;

  /** Lower case: WeCom's userid ignores case. */
  @Column('text', { name: 'staff_key' })
  staffKey: string;

  @Column('text', { nullable: true })
  remark: string | null;

  @Column('text', { nullable: true })
  description: string | null;

  /** Null for a relation known only from an event about its deletion. */
  @Column('timestamptz', { name: 'followed_at', nullable: true })
  followedAt: Date | null;

  /**
   * The latest add event. WeCom may keep the old creation time when a customer comes back, so both say that a deletion
   * before them is over.
   */
  @Column('timestamptz', { name: 'added_at', nullable: true })
  addedAt: Date | null;

  /** Unknown values are kept: WeCom adds new ones (page 92114). */
  @Column('integer', { name: 'add_way', nullable: true })
  addWay: number | null;

  /** The corp's own channel parameter. */
  @Column('text', { nullable: true })
  state: string | null;

  @Column('text', { name: 'operator_id', nullable: true })
  operatorId: string | null;

  @Column('text', { name: 'remark_corp_name', nullable: true })
  remarkCorpName: string | null;

  @Column('timestamptz', { name: 'deleted_by_staff_at', nullable: true })
  deletedByStaffAt: Date | null;

  @Column('timestamptz', { name: 'deleted_by_customer_at', nullable: true })
  deletedByCustomerAt: Date | null;

  /** WeCom no longer lists it and no event said why. */
  @Column('timestamptz', { name: 'disappeared_at', nullable: true })
  disappearedAt: Date | null;

  /** The earliest of the three; null while the relation is active. */
  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  /** Database clock before the newest read that says whether WeCom lists the relation. */
  @Column('timestamptz', { name: 'fetched_at' })
  fetchedAt: Date;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
