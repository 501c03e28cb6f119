import type { IdentifierKind } from '../../identity/domain/identifier.js';
import type { FieldDefinition } from '../../profiles/domain/field-definition.js';
import { exchangeErrors } from '../exchange.errors.js';

export const MAPPING_TARGETS = ['customer', 'identifier', 'field'] as const;
export type MappingTarget = (typeof MAPPING_TARGETS)[number];
export const MAPPING_MAX = 200;
export const COLUMN_NAME_MAX = 200;

/** What a column of the file says. Columns that no mapping names are left alone. */
export interface ColumnMapping {
  /** As the header row has it. */
  readonly column: string;
  /** `customer`: our own id of the customer. */
  readonly to: MappingTarget;
  /** Of an identifier. */
  readonly kind?: IdentifierKind | undefined;
  readonly namespace?: string | undefined;
  /** Key of a field. */
  readonly field?: string | undefined;
}

/** A mapping that fits the file. */
export type BoundColumn = { readonly column: string; readonly place: number } & (
  | { readonly to: 'customer' }
  | { readonly to: 'identifier'; readonly kind: IdentifierKind; readonly namespace: string | undefined }
  | { readonly to: 'field'; readonly field: FieldDefinition }
);

export function headerOf(cells: readonly string[]): string[] {
  return cells.map((cell) => cell.trim());
}

/**
 * In the order of the mapping: the first column that leads to a customer decides which one a row is about.
 * @throws customers.import_mapping_invalid with the `column` and why
 */
export function bindMapping(
  mapping: readonly ColumnMapping[],
  header: readonly string[],
  fields: readonly FieldDefinition[],
): BoundColumn[] {
  const targets = new Set<string>();
  const bound = mapping.map((one) => {
    const column = bindColumn(one, header, fields);
    const target = column.to === 'field' ? column.field.key : undefined;
    // two columns of one kind of identifier are fine: a customer has several phones
    if (column.to !== 'identifier' && targets.size === targets.add(`${column.to} ${target}`).size)
      throw invalid(one.column, 'target_twice');
    return column;
  });
  if (!bound.some(({ to }) => to !== 'field')) throw invalid('', 'no_identifier');
  return bound;
}

function bindColumn(
  { column, to, kind, namespace, field: key }: ColumnMapping,
  header: readonly string[],
  fields: readonly FieldDefinition[],
): BoundColumn {
  const place = header.indexOf(column.trim());
  if (place < 0) throw invalid(column, 'column_missing');
  if (header.includes(column.trim(), place + 1)) throw invalid(column, 'column_twice');
  if (to === 'customer') return { column, place, to };
  if (to === 'identifier') {
    const needsNamespace = kind === 'openid' || kind === 'external_id';
    if (!kind || needsNamespace !== (namespace !== undefined)) throw invalid(column, 'identifier_incomplete');
    return { column, place, to, kind, namespace };
  }
  const field = fields.find((one) => one.key === key);
  if (!field || field.archived) throw invalid(column, 'field_unknown');
  if (field.readOnly) throw invalid(column, 'field_read_only');
  return { column, place, to, field };
}

function invalid(column: string, reason: string): Error {
  return exchangeErrors.import_mapping_invalid({ column, reason });
}

const IDENTIFIER_WORDS: readonly (readonly [IdentifierKind, RegExp])[] = [
  ['phone', /^(手机|手机号|手机号码|电话|联系电话|phone|mobile|tel)$/i],
  ['email', /^(邮箱|电子邮箱|邮件|e-?mail)$/i],
  ['unionid', /^union_?id$/i],
  ['external_userid', /^external_?user_?id$/i],
];

/** What the names in the header are likely to mean: a start for the person who maps. */
export function suggestMapping(
  header: readonly string[],
  fields: readonly FieldDefinition[],
): ColumnMapping[] {
  const seen = new Set<string>();
  return header.flatMap((column): ColumnMapping[] => {
    if (column === '' || column.length > COLUMN_NAME_MAX || seen.has(column)) return [];
    seen.add(column);
    return suggestColumn(column, fields);
  });
}

function suggestColumn(column: string, fields: readonly FieldDefinition[]): ColumnMapping[] {
  if (column === 'id') return [{ column, to: 'customer' }];
  const [kind = '', namespace] = column.split(':', 2);
  if ((kind === 'openid' || kind === 'external_id') && namespace)
    return [{ column, to: 'identifier', kind, namespace }];
  const identifier = IDENTIFIER_WORDS.find(([, words]) => words.test(column));
  if (identifier) return [{ column, to: 'identifier', kind: identifier[0] }];
  const writable = fields.filter(({ readOnly, archived }) => !readOnly && !archived);
  const names = (field: FieldDefinition): string[] => [field.key, field.zh, field.en.toLowerCase()];
  const field = writable.find((one) =>
    names(one).some((name) => name === column || name === column.toLowerCase()),
  );
  return field ? [{ column, to: 'field', field: field.key }] : [];
}
