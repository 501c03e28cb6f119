import type { Call } from './endpoint.js';

/** A limit above the maximum falls back to the default on the lists of pages 93338, 93333 and 95096. */
export function pageLimit(call: Call, byDefault: number, max: number): number {
  const asked = call.params.integer('limit') ?? byDefault;
  return asked < 1 || asked > max ? byDefault : asked;
}

/** One page of what comes after the cursor; `rest` is asked with the position of the last item given out. */
export function pageOf<T extends { position: number }>(
  call: Call,
  walk: string,
  limit: number,
  rest: (after: number) => T[],
): { items: T[]; next_cursor: string } {
  const [after = 0] = call.host.cursors.decode(walk, call.params.text('cursor')) ?? [];
  const found = rest(after);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const more = last !== undefined && found.length > items.length;
  return { items, next_cursor: more ? call.host.cursors.encode(walk, [last.position]) : '' };
}
