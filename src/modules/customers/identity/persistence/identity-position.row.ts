import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far what WeCom tells of a corp's customers has become identifiers. */
@Entity({ schema: 'customers', name: 'identity_positions' })
export class IdentityPositionRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'identity_positions_pkey' })
  corpId: string;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  @Column('uuid', { name: 'customer_id' })
  customerId: string;
}
