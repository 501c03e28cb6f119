import { toPublicId } from '../../../../platform/context/typed-id.js';
import {
  BooleanField,
  EnumField,
  IntegerField,
  ListField,
  PublicIdField,
  TextField,
  TimeField,
} from '../../../../platform/http/fields.js';
import { PageQuery } from '../../../../platform/http/page.js';
import { OPERATION_ID_PREFIX } from '../../../../platform/operations/operation.js';
import { IDENTIFIER_KINDS, type IdentifierKind, NAMESPACE_MAX } from '../../identity/domain/identifier.js';
import { IMPORT_MODES, type ImportMode } from '../domain/find-customers.js';
import { type Import, IMPORT_STATES, type ImportState } from '../domain/import.js';
import {
  COLUMN_NAME_MAX,
  type ColumnMapping,
  MAPPING_MAX,
  MAPPING_TARGETS,
  type MappingTarget,
} from '../domain/mapping.js';
import type { BrokenRow } from '../domain/row-problems.js';
import { type ProblemLanguage, problemText } from '../formats/problem-text.js';
import { CELL_LENGTH_MAX, COLUMNS_MAX, FILE_FORMATS, type FileFormat } from '../formats/sheet.js';
import type { UploadedRows } from '../queries/uploaded-rows.js';

export const IMPORT_ID_PREFIX = 'imp';
export const PREVIEW_ROWS = 10;
const NAME_MAX = 100;
const FIELD_KEY_MAX = 64;
const COUNT_MAX = Number.MAX_SAFE_INTEGER;
const PROBLEMS_MAX = 1_000;

export class ImportDto {
  @TextField({
    max: NAME_MAX,
    example: '3月展会名单',
    description: 'for people; stands with each value that it brings',
  })
  name: string;

  @EnumField(FILE_FORMATS, { example: 'csv' })
  format: FileFormat;
}

export class ColumnMappingDto implements ColumnMapping {
  @TextField({ max: COLUMN_NAME_MAX, example: '手机号', description: 'as the header row has it' })
  column: string;

  @EnumField(MAPPING_TARGETS, {
    example: 'identifier',
    description: 'customer: our id (cus_…); identifier: leads to a customer; field: a field of the profile',
  })
  to: MappingTarget;

  @EnumField(IDENTIFIER_KINDS, { optional: true, example: 'phone', description: 'of an identifier' })
  kind?: IdentifierKind;

  @TextField({
    max: NAMESPACE_MAX,
    optional: true,
    example: 'crm',
    description: 'openid: the appid; external_id: the system',
  })
  namespace?: string;

  @TextField({ max: FIELD_KEY_MAX, optional: true, example: 'birthday', description: 'key of a field' })
  field?: string;
}

const MAPPING_EXAMPLE = [
  { column: '手机号', to: 'identifier', kind: 'phone' },
  { column: '姓名', to: 'field', field: 'name' },
];

export class ImportStartDto {
  @BooleanField({
    example: true,
    description: 'true: finds everything a real run would find, and writes nothing',
  })
  dryRun: boolean;

  @EnumField(IMPORT_MODES, { example: 'create_and_update' })
  mode: ImportMode;

  @ListField(() => ColumnMappingDto, {
    minItems: 1,
    maxItems: MAPPING_MAX,
    example: MAPPING_EXAMPLE,
    description:
      'the first identifier (or customer) of a row, in this order, that anybody holds decides whom the row is about',
  })
  mapping: ColumnMappingDto[];
}

export class ImportView {
  @PublicIdField(IMPORT_ID_PREFIX)
  id: string;

  @TextField({ max: NAME_MAX, example: '3月展会名单' })
  name: string;

  @EnumField(FILE_FORMATS, { example: 'csv' })
  format: FileFormat;

  @EnumField(IMPORT_STATES, {
    example: 'checked',
    description: 'uploading → running → checked (dry run) or done, failed, cancelled',
  })
  state: ImportState;

  @TextField({ max: 200, example: 'crm', description: 'owner of the key that made it' })
  owner: string;

  @BooleanField({ example: true, description: 'of the last run' })
  dryRun: boolean;

  @EnumField(IMPORT_MODES, { nullable: true, example: 'create_and_update' })
  mode: ImportMode | null;

  @ListField(() => ColumnMappingDto, { maxItems: MAPPING_MAX, nullable: true, example: MAPPING_EXAMPLE })
  mapping: readonly ColumnMapping[] | null;

  @PublicIdField(OPERATION_ID_PREFIX, { nullable: true, description: 'progress, and where it is cancelled' })
  operationId: string | null;

  @IntegerField({
    min: 0,
    max: COUNT_MAX,
    nullable: true,
    example: 10_000,
    description: 'null: not counted yet',
  })
  rowsTotal: number | null;

  @IntegerField({ min: 0, max: COUNT_MAX, example: 9_000, description: 'rows that made a customer' })
  created: number;

  @IntegerField({ min: 0, max: COUNT_MAX, example: 988, description: 'rows about a customer that was there' })
  updated: number;

  @IntegerField({ min: 0, max: COUNT_MAX, example: 12, description: 'rows of which nothing was imported' })
  broken: number;

  @TextField({
    max: 100,
    nullable: true,
    example: null,
    description: 'why the file could not be read; a code of the error list',
  })
  errorCode: string | null;

  @IntegerField({
    min: 0,
    max: COUNT_MAX,
    nullable: true,
    example: null,
    description: 'where, if that can be told',
  })
  errorLine: number | null;

  @TimeField()
  createdAt: string;

  @TimeField({ nullable: true })
  finishedAt: string | null;

  static of(this: void, one: Import): ImportView {
    return {
      id: toPublicId(IMPORT_ID_PREFIX, one.id),
      name: one.name,
      format: one.format,
      state: one.state,
      owner: one.owner,
      dryRun: one.dryRun,
      mode: one.mode,
      mapping: one.mapping,
      operationId: one.operationId && toPublicId(OPERATION_ID_PREFIX, one.operationId),
      rowsTotal: one.rowsTotal,
      created: one.createdCount,
      updated: one.updatedCount,
      broken: one.brokenCount,
      errorCode: one.errorCode,
      errorLine: one.errorLine,
      createdAt: one.createdAt.toISOString(),
      finishedAt: one.finishedAt?.toISOString() ?? null,
    };
  }
}

export class PreviewRowView {
  @IntegerField({ min: 1, max: COUNT_MAX, example: 2, description: 'as Excel counts' })
  number: number;

  @ListField('text', { maxItems: COLUMNS_MAX, maxLength: CELL_LENGTH_MAX, example: ['13800001234', '张三'] })
  cells: readonly string[];
}

export class ImportPreviewView {
  @TextField({ max: 20, nullable: true, example: 'gb18030', description: 'null of a workbook' })
  encoding: string | null;

  @TextField({ max: 1, nullable: true, example: ',', description: 'null of a workbook' })
  delimiter: string | null;

  @ListField('text', { maxItems: COLUMNS_MAX, maxLength: CELL_LENGTH_MAX, example: ['手机号', '姓名'] })
  columns: readonly string[];

  @ListField(() => PreviewRowView, { maxItems: PREVIEW_ROWS })
  rows: PreviewRowView[];

  @ListField(() => ColumnMappingDto, {
    maxItems: MAPPING_MAX,
    example: MAPPING_EXAMPLE,
    description: 'what the names of the columns are likely to mean',
  })
  suggestedMapping: readonly ColumnMapping[];

  static of(
    this: void,
    { encoding, delimiter, header, first }: Awaited<ReturnType<UploadedRows['preview']>>,
    suggested: readonly ColumnMapping[],
  ): ImportPreviewView {
    return {
      encoding,
      delimiter,
      columns: header,
      rows: first.map(({ number, cells }) => ({ number, cells })),
      suggestedMapping: suggested.slice(0, MAPPING_MAX),
    };
  }
}

const LANGUAGES = ['zh', 'en'] as const;

export class ErrorFileQuery {
  @EnumField(LANGUAGES, {
    optional: true,
    example: 'zh',
    description: 'of the column with the errors; default zh',
  })
  language: ProblemLanguage = 'zh';
}

export class BrokenRowsQuery extends PageQuery {
  @EnumField(LANGUAGES, { optional: true, example: 'zh', description: 'of the texts; default zh' })
  language: ProblemLanguage = 'zh';
}

export class RowProblemView {
  @TextField({ max: COLUMN_NAME_MAX, min: 0, example: '手机号', description: 'empty: the row as a whole' })
  column: string;

  @TextField({ max: 50, example: 'identifier_invalid', description: 'stays the same in every language' })
  code: string;

  @TextField({ max: 2_000, example: '手机号：不是有效的 phone' })
  text: string;
}

export class BrokenRowView {
  @IntegerField({ min: 1, max: COUNT_MAX, example: 17, description: 'as Excel counts: the header is row 1' })
  row: number;

  @ListField(() => RowProblemView, { maxItems: PROBLEMS_MAX })
  problems: RowProblemView[];

  static of(this: void, { number, problems }: BrokenRow, language: ProblemLanguage): BrokenRowView {
    return {
      row: number,
      problems: problems.map((problem) => ({
        column: problem.column,
        code: problem.code,
        text: problemText(problem, language),
      })),
    };
  }
}
