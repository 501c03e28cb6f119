export interface Statement {
  readonly text: string;
  readonly params: readonly unknown[];
}

/** PostgreSQL refuses a parameter that a statement does not use, for it cannot tell the type: they are numbered anew. */
export function withUsedParams(text: string, params: readonly unknown[]): Statement {
  const places = new Map<string, number>();
  const renumbered = text.replace(/\$\d+/g, (place) => {
    if (!places.has(place)) places.set(place, places.size + 1);
    return `$${places.get(place)}`;
  });
  return { text: renumbered, params: [...places.keys()].map((place) => params[Number(place.slice(1)) - 1]) };
}
