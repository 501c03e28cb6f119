import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { RemarkWriteState } from '../domain/remark-write.js';
import { FollowRelationRow } from './follow-relation.row.js';

/** The newest wish for a relation's remark, and what became of it. */
@Entity({ schema: 'customers', name: 'remark_writes' })
@Check('remark_writes_state_check', `state IN ('waiting', 'calling', 'accepted', 'done', 'refused')`)
@Check('remark_writes_settled_check', `(settled_at IS NOT NULL) = (state IN ('done', 'refused'))`)
export class RemarkWriteRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'remark_writes_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { name: 'relation_id', primaryKeyConstraintName: 'remark_writes_pkey' })
  relationId: string;

  @ManyToOne(() => FollowRelationRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'remark_writes_relation_fkey',
    },
    {
      name: 'relation_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'remark_writes_relation_fkey',
    },
  ])
  relation: Relation<FollowRelationRow>;

  /** Grows with each wish: what became of an older one says nothing any more. */
  @Column('integer')
  version: number;

  @Column('text')
  state: RemarkWriteState;

  /** Null: stays as it is. */
  @Column('text', { nullable: true })
  remark: string | null;

  @Column('text', { nullable: true })
  description: string | null;

  @Column('text', { name: 'remark_corp_name', nullable: true })
  remarkCorpName: string | null;

  /** A JSON list; gone once the write is settled. */
  @Column('text', { name: 'phones_sealed', nullable: true })
  phonesSealed: string | null;

  @Column('text', { name: 'phones_masked', array: true, nullable: true })
  phonesMasked: string[] | null;

  @Column('timestamptz', { name: 'requested_at' })
  requestedAt: Date;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt: Date | null;

  /** WeCom's; 0 when it was not asked. */
  @Column('integer', { nullable: true })
  errcode: number | null;

  /** A code of the error list. */
  @Column('text', { nullable: true })
  problem: string | null;
}
