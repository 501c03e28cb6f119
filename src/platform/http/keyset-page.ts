import type { Cursors } from './cursors.js';
import type { Page, PageQuery } from './page.js';

export interface KeysetList<Row, Key extends object, View> {
  /** Binds the cursor to this list, so that one of another list is refused. */
  readonly name: string;
  readonly query: PageQuery;
  /** Reads what follows the key; undefined is the start. */
  readonly read: (after: Key | undefined, limit: number) => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => Key;
  readonly viewOf: (row: Row) => View;
}

/** One page of a list that goes on after a key, not after an offset. @throws http.cursor_invalid */
export async function keysetPage<Row, Key extends object, View>(
  cursors: Cursors,
  list: KeysetList<Row, Key, View>,
): Promise<Page<View>> {
  const { query } = list;
  const filter = { ...query, list: list.name };
  const after = cursors.decode<Key>(filter, query.cursor);
  const rows = await list.read(after, query.limit + 1); // one more tells whether another page follows
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return {
    items: shown.map((row) => list.viewOf(row)),
    ...(more && { nextCursor: cursors.encode(filter, list.keyOf(last)) }),
  };
}
