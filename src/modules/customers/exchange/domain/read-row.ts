import { parsePublicId } from '../../../../platform/context/typed-id.js';
import { type Identifier, identifierText, parseIdentifier } from '../../identity/domain/identifier.js';
import type { FieldDefinition, FieldValue } from '../../profiles/domain/field-definition.js';
import { fieldFromText } from '../../profiles/domain/field-text.js';
import { uniqueText } from '../../profiles/domain/filter-columns.js';
import { unguard } from './formula-guard.js';
import type { SheetRow } from '../formats/sheet.js';
import type { BoundColumn } from './mapping.js';
import type { BrokenRow, RowProblem } from './row-problems.js';

const CUSTOMER_ID_PREFIX = 'cus';
const SEVERAL = /[;；、\n]/;
/** A cell of more is a mistake in the mapping. */
const IDENTIFIERS_OF_A_CELL_MAX = 10;
/** What stays of a number that a sheet has shortened (1.38E+10) has too few digits, and would be somebody else's. */
const NO_PHONE = /\p{L}/u;
const TIME_OF_DAY = /^(\d{4}-\d{2}-\d{2})[T ].*$/;

export interface ReadIdentifier extends Identifier {
  readonly column: string;
  /** Equal for equal identifiers. */
  readonly text: string;
}

/** A row in which every cell is valid by itself. */
export interface ReadRow {
  readonly number: number;
  /** Our own id, when the file has it. */
  readonly customer: { readonly id: string; readonly column: string } | undefined;
  readonly identifiers: readonly ReadIdentifier[];
  readonly values: readonly ReadValue[];
}

export interface ReadValue {
  readonly column: string;
  readonly field: string;
  readonly value: FieldValue;
  /** What must be of one person only. */
  readonly unique: string | null;
}

/** Empty cells say nothing. @returns every problem of the row, not only the first. */
export function readRow(row: SheetRow, columns: readonly BoundColumn[], width: number): ReadRow | BrokenRow {
  const problems: RowProblem[] = [];
  const identifiers: ReadIdentifier[] = [];
  const values: ReadValue[] = [];
  let customer: ReadRow['customer'];
  for (const bound of columns) {
    const { column, place } = bound;
    const cell = unguard((row.cells[place] ?? '').trim()).trim();
    if (row.damaged?.includes(place)) problems.push({ column, code: 'unreadable' });
    else if (cell === '') continue;
    else if (bound.to === 'customer') {
      const id = parsePublicId(CUSTOMER_ID_PREFIX, cell);
      if (id) customer = { id, column };
      else problems.push({ column, code: 'customer_unknown' });
    } else if (bound.to === 'identifier') readIdentifiers(cell, bound, identifiers, problems);
    else {
      const read = readValue(bound.field, cell);
      if ('value' in read) {
        const { value } = read;
        values.push({ column, field: bound.field.key, value, unique: uniqueText(bound.field, value) });
      } else problems.push({ column, ...read });
    }
  }
  if (row.cells.some((cell, place) => place >= width && cell !== ''))
    problems.push({ column: '', code: 'cells_extra' });
  if (problems.length === 0 && !customer && identifiers.length === 0)
    problems.push({
      column: columns.find(({ to }) => to !== 'field')?.column ?? '',
      code: 'identifier_missing',
    });
  return problems.length > 0
    ? { number: row.number, problems }
    : { number: row.number, customer, identifiers, values };
}

function readIdentifiers(
  cell: string,
  { column, kind, namespace }: Extract<BoundColumn, { to: 'identifier' }>,
  identifiers: ReadIdentifier[],
  problems: RowProblem[],
): void {
  // an id of another system may hold any letter
  const parts =
    kind === 'phone' || kind === 'email' ? cell.split(SEVERAL).filter((part) => part.trim() !== '') : [cell];
  const parsed = parts
    .slice(0, IDENTIFIERS_OF_A_CELL_MAX + 1)
    .map((value) => parseIdentifier({ kind, namespace, value }));
  if (parsed.length > IDENTIFIERS_OF_A_CELL_MAX)
    problems.push({ column, code: 'too_many', limit: IDENTIFIERS_OF_A_CELL_MAX });
  else if (parsed.length === 0 || parsed.includes(undefined) || (kind === 'phone' && NO_PHONE.test(cell)))
    problems.push({ column, code: 'identifier_invalid', limit: kind });
  else {
    for (const one of parsed) if (one) identifiers.push({ ...one, column, text: identifierText(one) });
  }
}

function readValue(field: FieldDefinition, cell: string): { value: FieldValue } | Omit<RowProblem, 'column'> {
  const text = field.type === 'date' ? cell.replace(TIME_OF_DAY, '$1') : cell;
  const parsed = fieldFromText(field, text);
  if (parsed.ok) return { value: parsed.value };
  return field.type === 'amount' && parsed.problem.code === 'integer' ? { code: 'amount' } : parsed.problem;
}
