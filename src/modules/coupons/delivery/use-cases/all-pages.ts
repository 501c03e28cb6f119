/** Pages that WeCom gives one after the other; a cursor that comes again would never end. */
export async function* allPages<T>(
  read: (cursor: string) => Promise<{ items: T[]; nextCursor: string }>,
): AsyncGenerator<T[]> {
  for (let cursor = ''; ;) {
    const { items, nextCursor } = await read(cursor);
    yield items;
    if (nextCursor === '' || nextCursor === cursor) return;
    cursor = nextCursor;
  }
}
