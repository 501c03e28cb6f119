import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation, Unique } from 'typeorm';
import { CustomerRow } from '../../contacts/persistence/customer.row.js';
import type { IdentifierKind } from '../domain/identifier.js';

/** One source says that this value leads to this customer. Sealed, found by its blind index, shown masked. */
@Entity({ schema: 'customers', name: 'identifiers' })
@Unique('identifiers_holder_key', ['corpId', 'valueId', 'customerId', 'source'])
@Index('identifiers_value_hash_idx', ['corpId', 'valueHash', 'customerId'])
@Index('identifiers_customer_idx', ['corpId', 'customerId'])
export class IdentifierRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'identifiers_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'identifiers_pkey' })
  id: string;

  @Column('uuid', { name: 'customer_id' })
  customerId: string;

  @ManyToOne(() => CustomerRow)
  @JoinColumn([
    {
      name: 'corp_id',
      referencedColumnName: 'corpId',
      foreignKeyConstraintName: 'identifiers_customer_fkey',
    },
    {
      name: 'customer_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'identifiers_customer_fkey',
    },
  ])
  customer: Relation<CustomerRow>;

  @Column('text')
  kind: IdentifierKind;

  /** The appid of an openid, the system of an external id; empty for the others. */
  @Column('text')
  namespace: string;

  /** The same for all rows of one value, also while keys are rotated. */
  @Column('uuid', { name: 'value_id' })
  valueId: string;

  @Column('text', { name: 'value_hash' })
  valueHash: string;

  @Column('text', { name: 'value_sealed' })
  valueSealed: string;

  @Column('text', { name: 'value_masked' })
  valueMasked: string;

  /** Nobody's: such a value never leads from one customer to another. */
  @Column('boolean')
  placeholder: boolean;

  /** wecom, remark (a staff noted it), crm, shop, import, api …: who says so. */
  @Column('text')
  source: string;

  @Column('timestamptz', { name: 'observed_at' })
  observedAt: Date;
}
