import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { RelationTagKind } from '../domain/relation-tag.js';
import { FollowRelationRow } from './follow-relation.row.js';

@Entity({ schema: 'customers', name: 'relation_tags' })
@Index('relation_tags_tag_idx', ['corpId', 'tag', 'customerId'])
@Check('relation_tags_kind_check', `kind IN ('corp', 'personal', 'strategy')`)
export class RelationTagRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'relation_tags_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { name: 'relation_id', primaryKeyConstraintName: 'relation_tags_pkey' })
  relationId: string;

  @ManyToOne(() => FollowRelationRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'relation_tags_relation_fkey',
    },
    {
      name: 'relation_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'relation_tags_relation_fkey',
    },
  ])
  relation: Relation<FollowRelationRow>;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'relation_tags_pkey' })
  kind: RelationTagKind;

  /** WeCom's tag id; for a personal tag, which has none, its name. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'relation_tags_pkey' })
  tag: string;

  /** As the last detailed read showed it; corp tags take their current name from module segments. */
  @Column('text', { nullable: true })
  name: string | null;

  @Column('uuid', { name: 'customer_id' })
  customerId: string;
}
