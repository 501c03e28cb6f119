/** What a new partition of some customers changes. Sets of one customer are nobody's concern. */
export interface Regrouped {
  /** The person of each customer for whom it changes; undefined: alone from now on. */
  readonly links: ReadonlyMap<string, string | undefined>;
  /** Persons as they are now, which hold somebody they did not hold before. */
  readonly merged: readonly (readonly string[])[];
  /** Persons as they were, who lost somebody. */
  readonly unmerged: readonly (readonly string[])[];
}

type Sets = readonly (readonly string[])[];

/** Both sides: sets of two or more, each sorted; the first names the person. */
export function regroup(before: Sets, after: Sets): Regrouped {
  const [was, is] = [personIds(before), personIds(after)];
  const links = new Map<string, string | undefined>();
  for (const id of new Set([...was.keys(), ...is.keys()])) {
    if (was.get(id) !== is.get(id)) links.set(id, is.get(id));
  }
  return {
    links,
    merged: after.filter((ids) => !isWithinOne(ids, was)),
    unmerged: before.filter((ids) => !isWithinOne(ids, is)),
  };
}

/** The smallest of these for each person that they are in `after`. */
export function partsOf(ids: readonly string[], after: Sets): string[] {
  const is = personIds(after);
  const parts = new Map([...ids].reverse().map((id) => [is.get(id) ?? id, id]));
  return [...parts.values()].sort();
}

function personIds(sets: Sets): Map<string, string> {
  return new Map(sets.flatMap((ids) => ids.map((id): [string, string] => [id, ids[0] ?? id])));
}

function isWithinOne(ids: readonly string[], persons: ReadonlyMap<string, string>): boolean {
  const [first, ...others] = ids.map((id) => persons.get(id));
  return first !== undefined && others.every((personId) => personId === first);
}
