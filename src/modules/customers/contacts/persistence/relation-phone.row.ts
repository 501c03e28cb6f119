import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { FollowRelationRow } from './follow-relation.row.js';

/** A phone number that a staff noted for a customer: sealed, found by its blind index, shown masked. */
@Entity({ schema: 'customers', name: 'relation_phones' })
@Index('relation_phones_relation_idx', ['corpId', 'relationId'])
@Index('relation_phones_blind_index_idx', ['corpId', 'numberBlindIndex', 'customerId'])
export class RelationPhoneRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'relation_phones_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'relation_phones_pkey' })
  id: string;

  @Column('uuid', { name: 'relation_id' })
  relationId: string;

  @ManyToOne(() => FollowRelationRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'relation_phones_relation_fkey',
    },
    {
      name: 'relation_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'relation_phones_relation_fkey',
    },
  ])
  relation: Relation<FollowRelationRow>;

  @Column('uuid', { name: 'customer_id' })
  customerId: string;

  @Column('text', { name: 'number_sealed' })
  numberSealed: string;

  @Column('text', { name: 'number_blind_index' })
  numberBlindIndex: string;

  @Column('text', { name: 'number_masked' })
  numberMasked: string;
}
