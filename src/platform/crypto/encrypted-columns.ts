/** A column that holds envelopes of `Envelopes.seal`, in a table behind the tenant wall. */
export interface EncryptedColumn {
  /** With its schema: `wecom.apps`. The same text stands in the place of each envelope, as does `column`. */
  readonly table: string;
  readonly column: string;
  /** The column whose text form is the `rowId` of each envelope; uuid, text or bigint, indexed after `corp_id`. */
  readonly rowId: string;
  /** The column that `BlindIndex` finds the value by, and how the value is normalised for it. */
  readonly blindIndex?: { readonly column: string; readonly normalise: (value: string) => string };
}

const TABLE = /^[a-z_]+\.[a-z_]+$/;
const COLUMN = /^[a-z_]+$/;
const registered = new Map<string, EncryptedColumn>();

/**
 * Says that a column holds envelopes, so that the rotation of keys and the check at start know it. Called at the top
 * level of the module's persistence file; a contract test compares the list with the columns named `…_sealed`.
 * @throws when the column is registered twice
 */
export function registerEncryptedColumn(column: EncryptedColumn): void {
  const names = [column.column, column.rowId, ...(column.blindIndex ? [column.blindIndex.column] : [])];
  // The names become part of SQL text, where no parameter can stand.
  if (!TABLE.test(column.table) || !names.every((name) => COLUMN.test(name))) {
    throw new Error(`not a name of a column: ${column.table} ${names.join(' ')}`);
  }
  const key = `${column.table}.${column.column}`;
  if (registered.has(key)) throw new Error(`encrypted column ${key} is registered twice`);
  registered.set(key, column);
}

export function encryptedColumns(): readonly EncryptedColumn[] {
  return [...registered.values()];
}
