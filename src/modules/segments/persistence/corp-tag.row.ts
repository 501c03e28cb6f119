import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';

/** What a tag and a tag group have in common. */
abstract class MirroredTag {
  @Column({ type: 'text' })
  readonly name: string;
  @Column({ name: 'sort_order', type: 'bigint' })
  readonly sortOrder: number;
  @Column({ name: 'strategy_id', type: 'text', nullable: true })
  readonly strategyId: string | null;
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
  @Column({ name: 'deleted_at', type: 'timestamptz', nullable: true })
  readonly deletedAt: Date | null;
  /** The database's clock before the call whose answer this is. */
  @Column({ name: 'fetched_at', type: 'timestamptz' })
  readonly fetchedAt: Date;
}

@Entity({ schema: 'segments', name: 'corp_tag_groups' })
@Unique('corp_tag_groups_wecom_group_id_key', ['corpId', 'wecomGroupId'])
export class CorpTagGroupRow extends MirroredTag {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'corp_tag_groups_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'corp_tag_groups_pkey' })
  readonly id: string;
  @Column({ name: 'wecom_group_id', type: 'text' })
  readonly wecomGroupId: string;
}

@Entity({ schema: 'segments', name: 'corp_tags' })
@Unique('corp_tags_wecom_tag_id_key', ['corpId', 'wecomTagId'])
@Index('corp_tags_group', ['corpId', 'groupId'])
export class CorpTagRow extends MirroredTag {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'corp_tags_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'corp_tags_pkey' })
  readonly id: string;
  @Column({ name: 'group_id', type: 'uuid' })
  readonly groupId: string;
  @Column({ name: 'wecom_tag_id', type: 'text' })
  readonly wecomTagId: string;
  @ManyToOne(() => CorpTagGroupRow)
  @JoinColumn([
    { name: 'corp_id', referencedColumnName: 'corpId', foreignKeyConstraintName: 'corp_tags_group_fkey' },
    { name: 'group_id', referencedColumnName: 'id', foreignKeyConstraintName: 'corp_tags_group_fkey' },
  ])
  readonly group: Relation<CorpTagGroupRow>;
}

export const segmentsRows = [CorpTagGroupRow, CorpTagRow];
