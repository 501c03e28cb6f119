import type { ReadRow } from './read-row.js';
import type { BrokenRow, RowProblem } from './row-problems.js';

export const IMPORT_MODES = ['create_and_update', 'create_only', 'update_only'] as const;
export type ImportMode = (typeof IMPORT_MODES)[number];

/** What is known of the identifiers of some rows. */
export interface KnownCustomers {
  /** Which of the given ids exist. */
  readonly ids: ReadonlySet<string>;
  /** Who holds an identifier, by its text; smallest id first. */
  readonly holders: ReadonlyMap<string, readonly string[]>;
  /** The person of each holder. */
  readonly personOf: ReadonlyMap<string, string>;
}

/** A row and whom it is about. */
export interface PlannedRow {
  readonly row: ReadRow;
  /** The customer's id, or `new <n>`: the same n is the same new customer. */
  readonly customer: string;
  readonly isNew: boolean;
  /** Made by this row, so that it counts as created; a later row about the same customer counts as an update. */
  readonly creates: boolean;
}

export interface Plan {
  readonly rows: readonly PlannedRow[];
  readonly broken: readonly BrokenRow[];
  readonly newCount: number;
}

const NEW = 'new ';

/**
 * Whom each row is about: the first of its identifiers, in the order of the mapping, that anybody holds decides. An earlier
 * row counts like what is stored, so that a file with a customer twice makes one.
 */
export function findCustomers(rows: readonly ReadRow[], known: KnownCustomers, mode: ImportMode): Plan {
  const planned: PlannedRow[] = [];
  const broken: BrokenRow[] = [];
  const seen = new Map<string, string>();
  let newCount = 0;
  for (const row of rows) {
    const found = findCustomer(row, known, seen);
    const problem = 'code' in found ? found : refusedBy(mode, found, row);
    if (problem || 'code' in found) {
      broken.push({ number: row.number, problems: problem ? [problem] : [] });
      continue;
    }
    const creates = found.customer === undefined;
    const customer = found.customer ?? `${NEW}${newCount++}`;
    for (const { text } of row.identifiers) if (!seen.has(text)) seen.set(text, customer);
    planned.push({ row, customer, isNew: customer.startsWith(NEW), creates });
  }
  return { rows: planned, broken, newCount };
}

interface Found {
  readonly customer: string | undefined;
  /** The column that led there. */
  readonly column: string;
}

function findCustomer(
  row: ReadRow,
  known: KnownCustomers,
  seen: ReadonlyMap<string, string>,
): Found | RowProblem {
  if (row.customer) {
    const { id, column } = row.customer;
    return known.ids.has(id) ? { customer: id, column } : { column, code: 'customer_unknown' };
  }
  for (const { text, column } of row.identifiers) {
    const holders = known.holders.get(text) ?? [];
    const persons = new Set(holders.map((id) => known.personOf.get(id) ?? id));
    if (persons.size > 1) return { column, code: 'customer_ambiguous' };
    const customer = holders[0] ?? seen.get(text);
    if (customer !== undefined) return { customer, column };
  }
  return { customer: undefined, column: row.identifiers[0]?.column ?? '' };
}

function refusedBy(mode: ImportMode, { customer, column }: Found, row: ReadRow): RowProblem | undefined {
  if (mode === 'update_only' && customer === undefined) return { column, code: 'customer_unknown' };
  if (mode === 'create_only' && customer !== undefined)
    return { column: row.customer?.column ?? column, code: 'customer_exists' };
  return undefined;
}
