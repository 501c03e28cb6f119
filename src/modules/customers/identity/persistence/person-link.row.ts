import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { CustomerRow } from '../../contacts/persistence/customer.row.js';

/** A customer of a person of several customers. Whoever has no row is a person alone. */
@Entity({ schema: 'customers', name: 'person_links' })
@Index('person_links_person_idx', ['corpId', 'personId', 'customerId'])
export class PersonLinkRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'person_links_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { name: 'customer_id', primaryKeyConstraintName: 'person_links_pkey' })
  customerId: string;

  @ManyToOne(() => CustomerRow)
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'person_links_customer_fkey',
    },
    {
      name: 'customer_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'person_links_customer_fkey',
    },
  ])
  customer: Relation<CustomerRow>;

  /** The smallest customer id of the set. */
  @Column('uuid', { name: 'person_id' })
  personId: string;
}
