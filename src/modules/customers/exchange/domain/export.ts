import type { OperationId } from '../../../../platform/operations/operation.js';
import { IDENTIFIER_KINDS, type IdentifierKind } from '../../identity/domain/identifier.js';
import type { FieldDefinition, FieldValue } from '../../profiles/domain/field-definition.js';
import { fieldToText } from '../../profiles/domain/field-text.js';
import type { CustomerFilter } from '../../search/domain/customer-filter.js';
import type { SearchKey } from '../../search/queries/search-customers.js';
import type { WrittenCell } from '../formats/written-cell.js';
import type { SheetState } from '../formats/xlsx-text.js';

export const EXPORT_FORMATS = ['ndjson', 'csv', 'xlsx'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
export const EXPORT_STATES = ['running', 'done', 'failed', 'cancelled'] as const;
export type ExportState = (typeof EXPORT_STATES)[number];
export const EXPORT_FILE_HOURS = 24;

/** Customers on their way into a file. */
export interface Export {
  readonly id: string;
  readonly name: string;
  readonly format: ExportFormat;
  readonly state: ExportState;
  /** Of the key that asked for it. */
  readonly owner: string;
  /** Personal data are whole. */
  readonly revealed: boolean;
  readonly columns: readonly string[];
  readonly filter: CustomerFilter;
  readonly operationId: OperationId;
  /** Behind the customers that are written; null before the first. */
  readonly cursor: SearchKey | null;
  /** Number of the last part of the file. */
  readonly part: number;
  /** Of a workbook. */
  readonly sheet: SheetState | null;
  readonly rowsCount: number;
  readonly byteCount: number;
  readonly errorCode: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** What somebody asks for. */
export interface WantedExport {
  readonly name: string;
  readonly format: ExportFormat;
  readonly columns?: readonly string[] | undefined;
  readonly filter?: CustomerFilter | undefined;
  readonly reveal: boolean;
}

interface OwnColumn {
  readonly of: 'id' | 'createdAt' | 'updatedAt';
  readonly name: string;
}
interface IdentifierColumn {
  readonly of: 'identifier';
  readonly name: string;
  readonly kind: IdentifierKind;
  readonly namespace: string;
}
interface FieldColumn {
  readonly of: 'field';
  readonly name: string;
  readonly field: FieldDefinition;
}
export type ExportColumn = OwnColumn | IdentifierColumn | FieldColumn;

/** What an export has when nobody says otherwise, before the fields. */
export const COLUMNS_BEFORE_FIELDS = ['id', 'phone', 'email', 'unionid', 'external_userid'];
export const COLUMNS_MAX = 200;
const OWN = ['id', 'createdAt', 'updatedAt'] as const;

/** `id`, `phone`, `external_id:crm`, `birthday` … @returns undefined when there is no such column. */
export function exportColumn(name: string, fields: readonly FieldDefinition[]): ExportColumn | undefined {
  const own = OWN.find((one) => one === name);
  if (own) return { name, of: own };
  const [word = '', namespace = ''] = name.split(/:(.*)/s, 2);
  const kind = IDENTIFIER_KINDS.find((one) => one === word);
  const needsNamespace = kind === 'openid' || kind === 'external_id';
  if (kind && needsNamespace === (namespace !== '')) return { name, of: 'identifier', kind, namespace };
  const field = fields.find((one) => one.key === name && !one.archived);
  return field && { name, of: 'field', field };
}

/** What is known of one customer: identifiers masked and personal fields left out, unless revealed. */
export interface ExportedCustomer {
  /** Public. */
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly identifiers: readonly {
    readonly kind: string;
    readonly namespace: string;
    readonly value: string;
  }[];
  readonly values: ReadonlyMap<string, FieldValue>;
}

/** As an import reads it: amounts in 元, choices by their key, several identifiers behind each other. */
export function cellOf(column: ExportColumn, customer: ExportedCustomer): WrittenCell {
  if (column.of === 'id') return customer.id;
  if (column.of === 'identifier') return identifiersOf(column, customer).join(';');
  if (column.of !== 'field') return customer[column.of].toISOString();
  const { field } = column;
  const value = customer.values.get(field.key);
  if (value === undefined) return null;
  if (field.type === 'number') return Number(value);
  const text = fieldToText(field, value, 'en');
  return field.type === 'amount' ? Number(text) : text;
}

/** As the API shows it: amounts in 分, lists as lists. */
export function jsonOf(columns: readonly ExportColumn[], customer: ExportedCustomer): string {
  const entries = columns.map((column) => {
    if (column.of === 'identifier') return [column.name, identifiersOf(column, customer)];
    if (column.of === 'field') return [column.name, customer.values.get(column.field.key) ?? null];
    return [column.name, customer[column.of]];
  });
  return `${JSON.stringify(Object.fromEntries(entries))}\n`;
}

function identifiersOf({ kind, namespace }: IdentifierColumn, { identifiers }: ExportedCustomer): string[] {
  const held = identifiers.filter((one) => one.kind === kind && one.namespace === namespace);
  return [...new Set(held.map(({ value }) => value))];
}
