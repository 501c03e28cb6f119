import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { CustomerRow } from '../../contacts/persistence/customer.row.js';

const PRIMARY_KEY = 'person_decisions_pkey';

/** A human's last word on two customers, the smaller id first. */
@Entity({ schema: 'customers', name: 'person_decisions' })
@Check('person_decisions_order_check', 'customer_a < customer_b')
@Index('person_decisions_b_idx', ['corpId', 'customerB'])
export class PersonDecisionRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: PRIMARY_KEY })
  corpId: string;

  @PrimaryColumn('uuid', { name: 'customer_a', primaryKeyConstraintName: PRIMARY_KEY })
  customerA: string;

  @ManyToOne(() => CustomerRow)
  @JoinColumn([
    { name: 'corp_id', referencedColumnName: 'corpId', foreignKeyConstraintName: 'person_decisions_a_fkey' },
    { name: 'customer_a', referencedColumnName: 'id', foreignKeyConstraintName: 'person_decisions_a_fkey' },
  ])
  a: Relation<CustomerRow>;

  @PrimaryColumn('uuid', { name: 'customer_b', primaryKeyConstraintName: PRIMARY_KEY })
  customerB: string;

  @ManyToOne(() => CustomerRow)
  @JoinColumn([
    { name: 'corp_id', referencedColumnName: 'corpId', foreignKeyConstraintName: 'person_decisions_b_fkey' },
    { name: 'customer_b', referencedColumnName: 'id', foreignKeyConstraintName: 'person_decisions_b_fkey' },
  ])
  b: Relation<CustomerRow>;

  /** false: never together. */
  @Column('boolean')
  together: boolean;

  @Column('timestamptz', { name: 'decided_at' })
  decidedAt: Date;
}
