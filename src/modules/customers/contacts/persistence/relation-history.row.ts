import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { PastTag, RelationHistoryKind } from '../domain/relation-history.js';
import { FollowRelationRow } from './follow-relation.row.js';

/** What is over, or was different before. What is now stands in the relation itself. */
@Entity({ schema: 'customers', name: 'relation_history' })
@Index('relation_history_customer_idx', ['corpId', 'customerId'])
@Check(
  'relation_history_kind_check',
  `kind IN ('started', 'added', 'ended_by_staff', 'ended_by_customer', 'disappeared', 'noted', 'tags', 'phones')`,
)
export class RelationHistoryRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'relation_history_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { name: 'relation_id', primaryKeyConstraintName: 'relation_history_pkey' })
  relationId: string;

  @ManyToOne(() => FollowRelationRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'relation_history_relation_fkey',
    },
    {
      name: 'relation_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'relation_history_relation_fkey',
    },
  ])
  relation: Relation<FollowRelationRow>;

  /** WeCom's time of a start or an end; ours of a change that a read showed. */
  @PrimaryColumn('timestamptz', { primaryKeyConstraintName: 'relation_history_pkey' })
  at: Date;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'relation_history_pkey' })
  kind: RelationHistoryKind;

  @Column('uuid', { name: 'customer_id' })
  customerId: string;

  @Column('integer', { name: 'add_way', nullable: true })
  addWay: number | null;

  @Column('text', { nullable: true })
  state: string | null;

  @Column('text', { name: 'operator_id', nullable: true })
  operatorId: string | null;

  /** WeCom ended it because the customer was handed over. */
  @Column('boolean', { name: 'by_transfer', default: false })
  byTransfer: boolean;

  @Column('text', { nullable: true })
  remark: string | null;

  @Column('text', { nullable: true })
  description: string | null;

  @Column('text', { name: 'remark_corp_name', nullable: true })
  remarkCorpName: string | null;

  /** Tags, or masked numbers. */
  @Column('jsonb', { nullable: true })
  added: PastTag[] | string[] | null;

  @Column('jsonb', { nullable: true })
  removed: PastTag[] | string[] | null;
}
