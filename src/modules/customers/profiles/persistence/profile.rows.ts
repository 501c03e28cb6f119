import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { CustomerRow } from '../../contacts/persistence/customer.row.js';

@Entity({ schema: 'customers', name: 'profiles' })
export class ProfileRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'profiles_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ name: 'customer_id', type: 'uuid', primaryKeyConstraintName: 'profiles_pkey' })
  readonly customerId: string;
  @ManyToOne(() => CustomerRow)
  @JoinColumn([
    { name: 'corp_id', referencedColumnName: 'corpId', foreignKeyConstraintName: 'profiles_customer_fkey' },
    { name: 'customer_id', referencedColumnName: 'id', foreignKeyConstraintName: 'profiles_customer_fkey' },
  ])
  readonly customer?: Relation<CustomerRow>;
  /** Counts the changes of what any source says of the customer. */
  @Column({ type: 'integer' })
  readonly version: number;
  /** The customer takes no value any more. */
  @Column({ name: 'erased_at', type: 'timestamptz', nullable: true })
  readonly erasedAt: Date | null;
}

/** What one source says in one field. */
@Entity({ schema: 'customers', name: 'field_values' })
@Check('field_values_wins_check', 'value IS NOT NULL OR NOT wins')
@Index('field_values_text_idx', ['corpId', 'fieldKey', 'textValue', 'customerId'], {
  where: 'wins AND text_value IS NOT NULL',
})
@Index('field_values_number_idx', ['corpId', 'fieldKey', 'numberValue', 'customerId'], {
  where: 'wins AND number_value IS NOT NULL',
})
@Index('field_values_time_idx', ['corpId', 'fieldKey', 'timeValue', 'customerId'], {
  where: 'wins AND time_value IS NOT NULL',
})
@Index('field_values_unique_idx', ['corpId', 'fieldKey', 'uniqueValue'], {
  where: 'unique_value IS NOT NULL',
})
export class FieldValueRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'field_values_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ name: 'customer_id', type: 'uuid', primaryKeyConstraintName: 'field_values_pkey' })
  readonly customerId: string;
  @PrimaryColumn({ name: 'field_key', type: 'text', primaryKeyConstraintName: 'field_values_pkey' })
  readonly fieldKey: string;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'field_values_pkey' })
  readonly source: string;
  /** null: the source took back what it said. */
  @Column({ type: 'jsonb', nullable: true })
  readonly value: unknown;
  @Column({ name: 'text_value', type: 'text', nullable: true })
  readonly textValue: string | null;
  @Column({ name: 'number_value', type: 'double precision', nullable: true })
  readonly numberValue: number | null;
  @Column({ name: 'time_value', type: 'timestamptz', nullable: true })
  readonly timeValue: Date | null;
  /** Of fields where each value is of one person only. */
  @Column({ name: 'unique_value', type: 'text', nullable: true })
  readonly uniqueValue: string | null;
  @Column({ type: 'integer' })
  readonly confidence: number;
  @Column({ name: 'observed_at', type: 'timestamptz' })
  readonly observedAt: Date;
  @Column({ name: 'written_at', type: 'timestamptz' })
  readonly writtenAt: Date;
  @Column({ name: 'written_by', type: 'text' })
  readonly writtenBy: string;
  /** Believed among what is stored of this customer; filters look at these only. */
  @Column({ type: 'boolean' })
  readonly wins: boolean;
}

/** Each of several choices, and each beginning of a path, of values that win. */
@Entity({ schema: 'customers', name: 'field_items' })
@Index('field_items_item_idx', ['corpId', 'fieldKey', 'item', 'customerId'])
export class FieldItemRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'field_items_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ name: 'customer_id', type: 'uuid', primaryKeyConstraintName: 'field_items_pkey' })
  readonly customerId: string;
  @PrimaryColumn({ name: 'field_key', type: 'text', primaryKeyConstraintName: 'field_items_pkey' })
  readonly fieldKey: string;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'field_items_pkey' })
  readonly item: string;
}

/** What a source said before it said something else. */
@Entity({ schema: 'customers', name: 'field_history' })
@Index('field_history_customer_idx', ['corpId', 'customerId', 'id'])
export class FieldHistoryRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'field_history_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'field_history_pkey' })
  readonly id: string;
  @Column({ name: 'customer_id', type: 'uuid' })
  readonly customerId: string;
  @Column({ name: 'field_key', type: 'text' })
  readonly fieldKey: string;
  @Column({ type: 'text' })
  readonly source: string;
  @Column({ type: 'jsonb', nullable: true })
  readonly value: unknown;
  @Column({ type: 'integer' })
  readonly confidence: number;
  @Column({ name: 'observed_at', type: 'timestamptz' })
  readonly observedAt: Date;
  @Column({ name: 'written_at', type: 'timestamptz' })
  readonly writtenAt: Date;
  @Column({ name: 'written_by', type: 'text' })
  readonly writtenBy: string;
  @Column({ name: 'replaced_at', type: 'timestamptz' })
  readonly replacedAt: Date;
  @Column({ name: 'replaced_by', type: 'text' })
  readonly replacedBy: string;
}
