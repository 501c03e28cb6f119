import type { SheetRow } from '../formats/sheet.js';
import type { BoundColumn } from './mapping.js';
import { type ReadRow, readRow } from './read-row.js';
import type { BrokenRow } from './row-problems.js';

/** A transaction of some 100 ms: large enough for one statement to carry many rows, small enough to hold nobody up. */
const ROWS_OF_A_STEP_MAX = 500;
/** What may be written at once, see `Identifiers.add`. */
const IDENTIFIERS_OF_A_STEP_MAX = 1_000;

export interface ReadStep {
  readonly last: number;
  readonly valid: readonly ReadRow[];
  readonly broken: readonly BrokenRow[];
  /** Of all rows from the beginning of the file. */
  readonly rowsDone: number;
}

/** Cuts the rows behind `after` into steps. */
export async function* stepsOf(
  rows: AsyncIterable<SheetRow>,
  { columns, width, after }: { columns: readonly BoundColumn[]; width: number; after: number },
): AsyncGenerator<ReadStep> {
  let valid: ReadRow[] = [];
  let broken: BrokenRow[] = [];
  let identifiers = 0;
  let rowsDone = 0;
  let last = 0;
  const take = (): ReadStep => {
    const step = { last, valid, broken, rowsDone };
    [valid, broken, identifiers] = [[], [], 0];
    return step;
  };
  for await (const row of rows) {
    if (row.number <= after) {
      rowsDone++;
      continue;
    }
    const read = readRow(row, columns, width);
    const more = 'problems' in read ? 0 : read.identifiers.length;
    const isFull =
      valid.length + broken.length === ROWS_OF_A_STEP_MAX || identifiers + more > IDENTIFIERS_OF_A_STEP_MAX;
    if (isFull) yield take();
    identifiers += more;
    rowsDone++;
    last = row.number;
    if ('problems' in read) broken.push(read);
    else valid.push(read);
  }
  if (valid.length + broken.length > 0) yield take();
}
