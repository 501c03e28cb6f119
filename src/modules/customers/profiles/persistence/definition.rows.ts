import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { FieldChoice, FieldType } from '../domain/field-definition.js';
import type { StageKind, StageReason } from '../domain/stage.js';
import type { FieldSource } from '../domain/survivorship.js';

/** A field that the corp has made. */
@Entity({ schema: 'customers', name: 'field_definitions' })
@Unique('field_definitions_key_key', ['corpId', 'key'])
@Check(
  'field_definitions_type_check',
  `type IN ('text', 'number', 'amount', 'date', 'boolean', 'choice', 'choices', 'multi_level')`,
)
export class FieldDefinitionRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'field_definitions_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'field_definitions_pkey' })
  readonly id: string;
  @Column({ type: 'text' })
  readonly key: string;
  @Column({ type: 'text' })
  readonly type: FieldType;
  @Column({ name: 'label_zh', type: 'text' })
  readonly labelZh: string;
  @Column({ name: 'label_en', type: 'text' })
  readonly labelEn: string;
  @Column({ type: 'boolean' })
  readonly required: boolean;
  @Column({ name: 'is_unique', type: 'boolean' })
  readonly isUnique: boolean;
  @Column({ type: 'boolean' })
  readonly personal: boolean;
  @Column({ name: 'whole_path', type: 'boolean' })
  readonly wholePath: boolean;
  @Column({ name: 'default_value', type: 'jsonb', nullable: true })
  readonly defaultValue: unknown;
  @Column({ type: 'jsonb' })
  readonly choices: FieldChoice[];
  @Column({ type: 'integer' })
  readonly position: number;
  @Column({ type: 'integer' })
  readonly version: number;
  @Column({ name: 'archived_at', type: 'timestamptz', nullable: true })
  readonly archivedAt: Date | null;
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
  @Column({ name: 'updated_at', type: 'timestamptz' })
  readonly updatedAt: Date;
}

@Entity({ schema: 'customers', name: 'stages' })
@Check('stages_kind_check', `kind IN ('open', 'won', 'invalid', 'abandoned')`)
export class StageRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'stages_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'stages_pkey' })
  readonly key: string;
  @Column({ type: 'text' })
  readonly kind: StageKind;
  @Column({ name: 'label_zh', type: 'text' })
  readonly labelZh: string;
  @Column({ name: 'label_en', type: 'text' })
  readonly labelEn: string;
  @Column({ type: 'jsonb' })
  readonly reasons: StageReason[];
  @Column({ type: 'integer' })
  readonly position: number;
  @Column({ name: 'archived_at', type: 'timestamptz', nullable: true })
  readonly archivedAt: Date | null;
  @Column({ name: 'updated_at', type: 'timestamptz' })
  readonly updatedAt: Date;
}

/** Which source was believed from when on; the highest version holds. */
@Entity({ schema: 'customers', name: 'survivorship_rules' })
export class SurvivorshipRulesRow {
  @PrimaryColumn({ name: 'corp_id', type: 'uuid', primaryKeyConstraintName: 'survivorship_rules_pkey' })
  readonly corpId: string;
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'survivorship_rules_pkey' })
  readonly version: number;
  @Column({ type: 'jsonb' })
  readonly ranking: FieldSource[];
  @Column({ name: 'made_by', type: 'text' })
  readonly madeBy: string;
  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt: Date;
}
