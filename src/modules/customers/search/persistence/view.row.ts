import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { CustomerFilter, SearchSort } from '../domain/customer-filter.js';

/** A filter that people of the corp keep under a name. */
@Entity({ schema: 'customers', name: 'views' })
@Unique('views_name_key', ['corpId', 'owner', 'name'])
@Check('views_sort_check', `sort IN ('oldest', 'newest')`)
export class ViewRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'views_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'views_pkey' })
  id: string;

  /** The owner of the API key that made it. */
  @Column('text')
  owner: string;

  @Column('text')
  name: string;

  @Column('jsonb')
  filter: CustomerFilter;

  @Column('text')
  sort: SearchSort;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
