import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  AnyValueField,
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { CUSTOMER_ID_PREFIX } from '../../contacts/http/customers.views.js';
import {
  FIELD_TYPES,
  type FieldDefinition,
  type FieldType,
  type FieldValue,
} from '../domain/field-definition.js';
import type { Candidate, GoldenField, ToldValue } from '../domain/golden-record.js';
import { DECIDERS, FIELD_SOURCES, type FieldSource } from '../domain/survivorship.js';
import type { ExplainedField } from '../queries/explain-field.js';
import type { ReplacedValue } from '../queries/list-history.js';
import type { ShownProfile } from '../queries/show-profile.js';
import { FIELD_KEY_MAX, LABEL_MAX } from './field.dto.js';
import { CONFIDENCE_MAX } from './profile.dto.js';
import { BlacklistEntryView, ConsentView } from './record.views.js';

const BY_MAX = 200;
const VERSION_MAX = 2_147_483_647;
const FIELDS_MAX = 300;
const MEMBERS_MAX = 1_000;
const LOST_BY = [...DECIDERS, 'withdrawn'] as const;

/** Who said a value, when, and how sure he is. */
export class OriginView {
  @EnumField(FIELD_SOURCES, { example: 'staff' })
  source: FieldSource;

  @PublicIdField(CUSTOMER_ID_PREFIX, { description: 'of the customers that are one person' })
  customerId: string;

  @IntegerField({ min: 0, max: CONFIDENCE_MAX, example: 100 })
  confidence: number;

  @TimeField({ description: 'when the source saw it so' })
  observedAt: string;

  @TimeField()
  writtenAt: string;

  @TextField({ max: BY_MAX, example: 'crm-integration' })
  writtenBy: string;

  static of(this: void, told: ToldValue): OriginView {
    return {
      source: told.source,
      customerId: toPublicId(CUSTOMER_ID_PREFIX, told.customerId),
      confidence: told.confidence,
      observedAt: new Date(told.observedAtMs).toISOString(),
      writtenAt: new Date(told.writtenAtMs).toISOString(),
      writtenBy: told.writtenBy,
    };
  }
}

export class ProfileFieldView {
  @TextField({ max: FIELD_KEY_MAX, example: 'region' })
  key: string;

  @EnumField(FIELD_TYPES, { example: 'multi_level' })
  type: FieldType;

  @TextField({ max: LABEL_MAX, example: '地区' })
  labelZh: string;

  @TextField({ max: LABEL_MAX, example: 'Region' })
  labelEn: string;

  @AnyValueField({ nullable: true, example: ['广东省', '深圳市'] })
  value: FieldValue | null;

  @BooleanField({ example: false, description: 'true: there is a value that this answer does not show' })
  masked: boolean;

  @ObjectField(() => OriginView, {
    nullable: true,
    description: 'null: the default of the field, or nothing',
  })
  origin: OriginView | null;

  @IntegerField({
    min: 0,
    max: VERSION_MAX,
    example: 0,
    description: 'of the rules that say which source is believed',
  })
  ruleVersion: number;

  static of(this: void, field: GoldenField, reveals: boolean): ProfileFieldView {
    const { definition, survivor, ruleVersion } = field;
    return {
      key: definition.key,
      type: definition.type,
      labelZh: definition.zh,
      labelEn: definition.en,
      ...maskedValue(definition, field.value, reveals),
      origin: survivor && OriginView.of(survivor),
      ruleVersion,
    };
  }
}

export class ProfileView {
  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @ListField(
    { publicId: CUSTOMER_ID_PREFIX },
    {
      maxItems: MEMBERS_MAX,
      example: ['cus_01jd3q4mfaeq6v5c0qd8y3y5za'],
      description: 'the customers that are one person',
    },
  )
  customerIds: string[];

  @IntegerField({ min: 0, max: VERSION_MAX, example: 3, description: 'counts the changes of own fields' })
  version: number;

  @ListField(() => ProfileFieldView, { maxItems: FIELDS_MAX, description: 'in the order of their positions' })
  fields: ProfileFieldView[];

  @ListField('text', {
    maxItems: FIELDS_MAX,
    example: ['birthday'],
    description: 'required fields without a value',
  })
  missing: string[];

  @ListField(() => BlacklistEntryView, {
    maxItems: MEMBERS_MAX,
    description: 'what stands; empty: not on the blacklist',
  })
  blacklist: BlacklistEntryView[];

  @ListField(() => ConsentView, { maxItems: MEMBERS_MAX, description: 'what holds for each purpose' })
  consents: ConsentView[];

  static of(this: void, profile: ShownProfile, reveals = false): ProfileView {
    return {
      customerId: toPublicId(CUSTOMER_ID_PREFIX, profile.customerId),
      customerIds: profile.customerIds.map((id) => toPublicId(CUSTOMER_ID_PREFIX, id)),
      version: profile.version,
      fields: profile.fields.map((field) => ProfileFieldView.of(field, reveals)),
      missing: [...profile.missing],
      blacklist: profile.open.map(BlacklistEntryView.of),
      consents: profile.consents.map(ConsentView.of),
    };
  }
}

export class CandidateView extends OriginView {
  @AnyValueField({
    nullable: true,
    example: ['广东省'],
    description: 'null: the source took it back, or it is masked',
  })
  value: FieldValue | null;

  @EnumField(LOST_BY, {
    nullable: true,
    example: 'source',
    description:
      'null: this one is believed; else what decided: the rank of the source, confidence, the time, the name at the end',
  })
  lostBy: (typeof LOST_BY)[number] | null;

  static ofCandidate(this: void, definition: FieldDefinition, { said, lostBy }: Candidate): CandidateView {
    return { ...OriginView.of(said), value: maskedValue(definition, said.value, false).value, lostBy };
  }
}

export class ExplainedFieldView extends ProfileFieldView {
  @ListField(() => CandidateView, {
    maxItems: MEMBERS_MAX,
    description: 'what every source says, the believed one first',
  })
  candidates: CandidateView[];

  static ofExplained(this: void, field: ExplainedField): ExplainedFieldView {
    return {
      ...ProfileFieldView.of(field, false),
      candidates: field.candidates.map((candidate) => CandidateView.ofCandidate(field.definition, candidate)),
    };
  }
}

export class ReplacedValueView extends OriginView {
  @TextField({ max: FIELD_KEY_MAX, example: 'region' })
  field: string;

  @AnyValueField({ nullable: true, example: ['广东省'], description: 'null: taken back, or masked' })
  value: FieldValue | null;

  @TimeField()
  replacedAt: string;

  @TextField({ max: BY_MAX, example: 'crm-integration' })
  replacedBy: string;

  static ofReplaced(this: void, row: ReplacedValue, personal: ReadonlySet<string>): ReplacedValueView {
    const { field, value, replacedAt, replacedBy, observedAt, writtenAt } = row;
    const told = { ...row, observedAtMs: observedAt.getTime(), writtenAtMs: writtenAt.getTime() };
    return {
      ...OriginView.of(told),
      field,
      value: personal.has(field) ? null : value,
      replacedAt: replacedAt.toISOString(),
      replacedBy,
    };
  }
}

function maskedValue(
  { personal }: FieldDefinition,
  value: FieldValue | null,
  reveals: boolean,
): { value: FieldValue | null; masked: boolean } {
  const masked = personal && !reveals && value !== null;
  return { value: masked ? null : value, masked };
}
