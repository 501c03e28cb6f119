import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  EnumField,
  ListField,
  MapField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { CUSTOMER_ID_PREFIX } from '../../contacts/http/customers.views.js';
import { IdentifierDto } from '../../identity/http/identifier.dto.js';
import { WRITING_SOURCES, type WritingSource } from '../../profiles/domain/survivorship.js';
import { FIELDS_MAX, IDENTIFIERS_MAX, type UpsertItem, type UpsertOutcome } from '../domain/upsert.js';
import { refusalOf } from './upsert-refusals.js';

export const ITEMS_MAX = 1_000;
/** A key that no field has may be of any length. */
export const FIELD_SHOWN_MAX = 100;
const CODE_MAX = 100;

export class UpsertItemDto implements UpsertItem {
  @ObjectField(() => IdentifierDto, {
    description: 'finds the customer; when nobody holds it, a new customer gets it',
  })
  identifier: IdentifierDto;

  @ListField(() => IdentifierDto, {
    optional: true,
    maxItems: IDENTIFIERS_MAX - 1,
    description: 'further identifiers of the same customer; they may show that customers are one person',
  })
  identifiers?: IdentifierDto[];

  @MapField('any', {
    optional: true,
    example: { name: '陈女士', birthday: '1990-05-20' },
    description: 'values by key of the field; null takes back what this source said',
  })
  fields?: Record<string, unknown>;

  @TimeField({ optional: true, description: 'when the source saw it so; absent: now' })
  observedAt?: Date;
}

const SOURCE_FIELD = { example: 'crm', description: 'who says so; it decides which value is believed' };

export class UpsertDto extends UpsertItemDto {
  @EnumField(WRITING_SOURCES, SOURCE_FIELD)
  source: WritingSource;
}

export class UpsertsDto {
  @EnumField(WRITING_SOURCES, SOURCE_FIELD)
  source: WritingSource;

  @ListField(() => UpsertItemDto, { minItems: 1, maxItems: ITEMS_MAX })
  items: UpsertItemDto[];
}

export class UpsertedView {
  @PublicIdField(CUSTOMER_ID_PREFIX)
  customerId: string;

  @EnumField(['created', 'updated', 'unchanged'], { example: 'created' })
  result: string;
}

class RefusedFieldView {
  @TextField({ max: FIELD_SHOWN_MAX, example: 'birthday' })
  field: string;

  @TextField({ max: CODE_MAX, example: 'date', description: 'as in the errors of a 400' })
  code: string;
}

export class UpsertResultView {
  @EnumField(['created', 'updated', 'unchanged', 'refused'], {
    example: 'created',
    description: 'refused: nothing of the item is written',
  })
  result: string;

  @PublicIdField(CUSTOMER_ID_PREFIX, { optional: true })
  customerId?: string;

  @TextField({
    max: CODE_MAX,
    optional: true,
    example: 'customers.upsert_field_refused',
    description: 'of a refused item, as in docs/errors.md',
  })
  code?: string;

  @ListField(() => RefusedFieldView, { optional: true, maxItems: FIELDS_MAX })
  fields?: RefusedFieldView[];

  static of(this: void, outcome: UpsertOutcome): UpsertResultView {
    if (outcome.result !== 'refused')
      return { result: outcome.result, customerId: toPublicId(CUSTOMER_ID_PREFIX, outcome.customerId) };
    const { refusal, fields } = outcome;
    return {
      result: 'refused',
      code: refusalOf(refusal).code,
      ...(fields.length > 0 && {
        fields: fields.map(({ field, code }) => ({ field: field.slice(0, FIELD_SHOWN_MAX), code })),
      }),
    };
  }
}

export class UpsertResultsView {
  @ListField(() => UpsertResultView, {
    maxItems: ITEMS_MAX,
    description: 'one for each item, in the same order',
  })
  results: UpsertResultView[];
}
