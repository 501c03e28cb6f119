import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { CustomerRow } from '../../contacts/persistence/customer.row.js';
import type { IdentifierKind } from '../domain/identifier.js';
import type { Doubt } from '../domain/partition.js';

/** Two customers that share a value and were not put together. The row goes when the doubt does. */
@Entity({ schema: 'customers', name: 'identity_cases' })
@Unique('identity_cases_customers_key', ['corpId', 'customerA', 'customerB'])
@Index('identity_cases_b_idx', ['corpId', 'customerB'])
export class IdentityCaseRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'identity_cases_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'identity_cases_pkey' })
  id: string;

  @Column('uuid', { name: 'customer_a' })
  customerA: string;

  @ManyToOne(() => CustomerRow)
  @JoinColumn([
    { name: 'corp_id', referencedColumnName: 'corpId', foreignKeyConstraintName: 'identity_cases_a_fkey' },
    { name: 'customer_a', referencedColumnName: 'id', foreignKeyConstraintName: 'identity_cases_a_fkey' },
  ])
  a: Relation<CustomerRow>;

  @Column('uuid', { name: 'customer_b' })
  customerB: string;

  @ManyToOne(() => CustomerRow)
  @JoinColumn([
    { name: 'corp_id', referencedColumnName: 'corpId', foreignKeyConstraintName: 'identity_cases_b_fkey' },
    { name: 'customer_b', referencedColumnName: 'id', foreignKeyConstraintName: 'identity_cases_b_fkey' },
  ])
  b: Relation<CustomerRow>;

  /** What they share. */
  @Column('text')
  kind: IdentifierKind;

  @Column('text')
  doubt: Doubt;

  @Column('timestamptz', { name: 'found_at' })
  foundAt: Date;
}
