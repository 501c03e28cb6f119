import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { CustomerRow } from '../../contacts/persistence/customer.row.js';

/** What a customer is found by: name, remarks and their initials as they are compared, one a line. */
@Entity({ schema: 'customers', name: 'search_names' })
export class SearchNameRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'search_names_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { name: 'customer_id', primaryKeyConstraintName: 'search_names_pkey' })
  customerId: string;

  @ManyToOne(() => CustomerRow, { onDelete: 'CASCADE' })
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'search_names_customer_fkey',
    },
    {
      name: 'customer_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'search_names_customer_fkey',
    },
  ])
  customer: Relation<CustomerRow>;

  @Column('text')
  names: string;
}

/** One or two letters that stand beside each other in what the customer is found by. Always `gramsOf(search_names.names)`. */
@Entity({ schema: 'customers', name: 'name_grams' })
export class NameGramRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'name_grams_pkey' })
  corpId: string;

  @PrimaryColumn('text', { collation: 'C', primaryKeyConstraintName: 'name_grams_pkey' })
  gram: string;

  @PrimaryColumn('uuid', { name: 'customer_id', primaryKeyConstraintName: 'name_grams_pkey' })
  customerId: string;
}

/** How far the names of a corp are read, along customers_updated_at_idx. */
@Entity({ schema: 'customers', name: 'name_positions' })
export class NamePositionRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'name_positions_pkey' })
  corpId: string;

  /** Of the way that names are read; another one begins again. */
  @Column('integer')
  version: number;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  @Column('uuid', { name: 'customer_id' })
  customerId: string;
}
