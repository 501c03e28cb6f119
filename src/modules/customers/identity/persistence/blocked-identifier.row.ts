import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { IdentifierKind } from '../domain/identifier.js';

/** A value that links nobody: the corp says that many share it, or that it is made up. */
@Entity({ schema: 'customers', name: 'blocked_identifiers' })
@Unique('blocked_identifiers_value_key', ['corpId', 'valueId'])
@Index('blocked_identifiers_value_hash_idx', ['corpId', 'valueHash'])
export class BlockedIdentifierRow {
  @PrimaryColumn('uuid', { name: 'corp_id', primaryKeyConstraintName: 'blocked_identifiers_pkey' })
  corpId: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'blocked_identifiers_pkey' })
  id: string;

  @Column('text')
  kind: IdentifierKind;

  /** As in customers.identifiers. */
  @Column('uuid', { name: 'value_id' })
  valueId: string;

  @Column('text', { name: 'value_hash' })
  valueHash: string;

  @Column('text', { name: 'value_sealed' })
  valueSealed: string;

  @Column('text', { name: 'value_masked' })
  valueMasked: string;

  @Column('text')
  reason: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
