import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/**
 * One customer of the corp: an external contact of WeCom, or known from other systems only. What WeCom tells is null for
 * the latter and for a stub, known only from an event about its deletion.
 */
@Entity({ schema: 'customers', name: 'customers' })
@Unique('customers_external_user_id_key', ['corpId', 'externalUserId'])
@Index('customers_union_id_idx', ['corpId', 'unionId', 'id'])
@Index('customers_updated_at_idx', ['corpId', 'updatedAt', 'id'])
@Index('customers_created_at_idx', ['corpId', 'createdAt', 'id'])
@Index('customers_detail_walk_idx', { synchronize: false })
export class CustomerRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'customers_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'customers_pkey' })
  id: string;

  /** null: known from other systems only, no contact of any staff. */
  @Column('text', { name: 'external_user_id', nullable: true })
  externalUserId: string | null;

  @Column('text', { nullable: true })
  name: string | null;

  /** 1 WeChat user, 2 WeCom user of another corp. */
  @Column('integer', { nullable: true })
  type: number | null;

  @Column('integer', { nullable: true })
  gender: number | null;

  @Column('text', { name: 'avatar_url', nullable: true })
  avatarUrl: string | null;

  @Column('text', { name: 'union_id', nullable: true })
  unionId: string | null;

  @Column('text', { nullable: true })
  position: string | null;

  @Column('text', { name: 'corp_name', nullable: true })
  corpName: string | null;

  @Column('text', { name: 'corp_full_name', nullable: true })
  corpFullName: string | null;

  /** Database clock before the read that the profile comes from. */
  @Column('timestamptz', { name: 'fetched_at', nullable: true })
  fetchedAt: Date | null;

  /** The same of the last read that also shows personal tags. */
  @Column('timestamptz', { name: 'detail_fetched_at', nullable: true })
  detailFetchedAt: Date | null;

  /** Since when no follow relation is active; null also for those who never had one. */
  @Column('timestamptz', { name: 'lost_at', nullable: true })
  lostAt: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  /** Moves when anything changes that the API shows of this customer, relations and tags included. */
  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
