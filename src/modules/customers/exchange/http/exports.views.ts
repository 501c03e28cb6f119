import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  ObjectField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { OPERATION_ID_PREFIX } from '../../../../platform/operations/operation.js';
import { CustomerFilterDto } from '../../search/http/filter.dto.js';
import {
  COLUMNS_MAX,
  type Export,
  EXPORT_FORMATS,
  EXPORT_STATES,
  type ExportFormat,
  type ExportState,
} from '../domain/export.js';

export const EXPORT_ID_PREFIX = 'exp';
const NAME_MAX = 100;
const COLUMN_MAX = 100;
const COUNT_MAX = Number.MAX_SAFE_INTEGER;
const COLUMNS_EXAMPLE = ['id', 'phone', 'external_id:crm', 'name', 'birthday'];

export class ExportDto {
  @TextField({ max: NAME_MAX, example: '本月新客', description: 'of the file' })
  name: string;

  @EnumField(EXPORT_FORMATS, { example: 'xlsx' })
  format: ExportFormat;

  @ListField('text', {
    optional: true,
    minItems: 1,
    maxItems: COLUMNS_MAX,
    maxLength: COLUMN_MAX,
    example: COLUMNS_EXAMPLE,
    description:
      'id, createdAt, updatedAt, phone, email, unionid, external_userid, openid:<appid>, external_id:<system>, keys of fields; absent: id, what leads to the customer, all fields',
  })
  columns?: string[];

  @ObjectField(() => CustomerFilterDto, {
    optional: true,
    description: 'as in a search, without phones, identifiers and personal fields; absent: everybody',
  })
  filter?: CustomerFilterDto;

  @BooleanField({
    optional: true,
    example: false,
    description:
      'true: whole identifiers and personal fields; needs customers:reveal, to make it and to download it, and is audited. Default: identifiers masked, personal fields empty',
  })
  reveal: boolean = false;
}

export class ExportView {
  @PublicIdField(EXPORT_ID_PREFIX)
  id: string;

  @TextField({ max: NAME_MAX, example: '本月新客' })
  name: string;

  @EnumField(EXPORT_FORMATS, { example: 'xlsx' })
  format: ExportFormat;

  @EnumField(EXPORT_STATES, { example: 'done' })
  state: ExportState;

  @TextField({ max: 200, example: 'crm', description: 'owner of the key that asked for it' })
  owner: string;

  @BooleanField({ example: false, description: 'personal data are whole' })
  revealed: boolean;

  @ListField('text', { maxItems: COLUMNS_MAX, maxLength: COLUMN_MAX, example: COLUMNS_EXAMPLE })
  columns: readonly string[];

  @PublicIdField(OPERATION_ID_PREFIX, { description: 'progress, and where it is cancelled' })
  operationId: string;

  @IntegerField({ min: 0, max: COUNT_MAX, example: 12_000, description: 'customers so far' })
  rows: number;

  @IntegerField({ min: 0, max: COUNT_MAX, example: 843_120 })
  bytes: number;

  @TextField({ max: 100, nullable: true, example: null, description: 'a code of the error list' })
  errorCode: string | null;

  @TimeField()
  createdAt: string;

  @TimeField({ nullable: true })
  finishedAt: string | null;

  static of(this: void, one: Export): ExportView {
    return {
      id: toPublicId(EXPORT_ID_PREFIX, one.id),
      name: one.name,
      format: one.format,
      state: one.state,
      owner: one.owner,
      revealed: one.revealed,
      columns: one.columns,
      operationId: toPublicId(OPERATION_ID_PREFIX, one.operationId),
      rows: one.rowsCount,
      bytes: one.byteCount,
      errorCode: one.errorCode,
      createdAt: one.createdAt.toISOString(),
      finishedAt: one.finishedAt?.toISOString() ?? null,
    };
  }
}
