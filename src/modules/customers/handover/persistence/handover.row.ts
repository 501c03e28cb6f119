import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { HandoverKind, HandoverState, HandoverSubject } from '../domain/handover.js';

/** One request to hand over; its id is that of its operation. */
@Entity({ schema: 'customers', name: 'handovers' })
@Check('handovers_kind_check', `kind IN ('in_service', 'resigned')`)
@Check('handovers_from_key_check', 'from_key = lower(from_user_id)')
export class HandoverRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'handovers_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'handovers_pkey' })
  id: string;

  @Column('text')
  kind: HandoverKind;

  @Column('text', { name: 'from_user_id' })
  fromUserId: string;

  /** Lower case: WeCom's userid ignores case. */
  @Column('text', { name: 'from_key' })
  fromKey: string;

  @Column('text', { name: 'to_user_id' })
  toUserId: string;

  @Column('text', { nullable: true })
  message: string | null;

  /** All customers of the former member are still to be listed. */
  @Column('boolean', { name: 'is_listing' })
  isListing: boolean;

  /** WeCom is asked for nothing more from then on. */
  @Column('timestamptz', { name: 'cancelled_at', nullable: true })
  cancelledAt: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}

@Entity({ schema: 'customers', name: 'handover_items' })
@Index('handover_items_state_idx', ['corpId', 'handoverId', 'state', 'subject', 'wecomId'])
@Index('handover_items_open_idx', { synchronize: false })
@Index('handover_items_groups_idx', { synchronize: false })
@Check('handover_items_subject_check', `subject IN ('customer', 'group')`)
@Check(
  'handover_items_state_check',
  `state IN ('waiting', 'calling', 'accepted', 'done', 'refused_by_customer', 'taker_full', 'too_often',
    'not_a_customer', 'failed', 'unknown', 'cancelled')`,
)
@Check('handover_items_settled_check', `(settled_at IS NULL) = (state IN ('waiting', 'calling', 'accepted'))`)
export class HandoverItemRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'handover_items_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { name: 'handover_id', primaryKeyConstraintName: 'handover_items_pkey' })
  handoverId: string;

  @ManyToOne(() => HandoverRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'handover_items_handover_fkey',
    },
    {
      name: 'handover_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'handover_items_handover_fkey',
    },
  ])
  handover: Relation<HandoverRow>;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'handover_items_pkey' })
  subject: HandoverSubject;

  /** external_userid or chat_id. */
  @PrimaryColumn('text', { name: 'wecom_id', primaryKeyConstraintName: 'handover_items_pkey' })
  wecomId: string;

  @Column('text')
  state: HandoverState;

  /** WeCom's, where it refused. */
  @Column('integer', { nullable: true })
  errcode: number | null;

  @Column('timestamptz', { name: 'not_before', nullable: true })
  notBefore: Date | null;

  @Column('timestamptz', { name: 'called_at', nullable: true })
  calledAt: Date | null;

  /** When it takes or took effect, by WeCom's clock. */
  @Column('timestamptz', { name: 'takeover_at', nullable: true })
  takeoverAt: Date | null;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt: Date | null;
}
