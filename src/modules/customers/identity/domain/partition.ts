import type { Holding, IdentityFacts, Pair } from './facts.js';
import { Groups } from './groups.js';
import { IDENTIFIER_KINDS, type IdentifierKind } from './identifier.js';
import { HOLDERS_MAX, PERSON_CUSTOMERS_MAX } from './linking-rules.js';
import { StrongIds } from './strong-ids.js';

/**
 * strong_ids_differ: a shared value would put two different ids of a single kind into one person.
 * ambiguous: the customer agrees with two persons that cannot be the same.
 * too_many: the person would be larger than anybody is.
 */
export const DOUBTS = ['strong_ids_differ', 'ambiguous', 'too_many'] as const;
export type Doubt = (typeof DOUBTS)[number];

/** Two customers that share a value of this kind. */
export interface Link {
  readonly customers: Pair;
  readonly kind: IdentifierKind;
}

/** A link that was not followed: a human decides. */
export interface DoubtfulLink extends Link {
  readonly doubt: Doubt;
}

export interface Partition {
  /** Sets of two or more customers, each sorted, in the order of their first. */
  readonly persons: readonly (readonly string[])[];
  /** One for each pair, of the most reliable kind; in the order of their customers. */
  readonly doubtful: readonly DoubtfulLink[];
}

/**
 * Who is one person: a function of the set of facts alone, so no order of events can change it (docs/adr/0016).
 *
 * What humans put together comes first. Then kind by kind, the most reliable first: a value links all its holders, unless
 * more hold it than its kind allows, or it is blocked. Of the links of one kind those are left out that join persons who
 * cannot be the same (strong ids differ, or never together), then those of a customer to neighbours who cannot be the same
 * person: it may belong to either. The others are taken in the order of their customers' ids, as long as they still agree.
 *
 * That a human keeps two apart counts only where they would be one without it: what he says of two says nothing of a third
 * who shares something with both. So a merge that is taken back by hand leaves everybody who he was.
 */
export function partitionOf(facts: IdentityFacts): Partition {
  const counting = new Set<Pair>();
  for (;;) {
    const { groups, doubtful } = follow(facts, [...counting]);
    const before = counting.size;
    for (const pair of facts.apart) if (groups.rootOf(pair[0]) === groups.rootOf(pair[1])) counting.add(pair);
    if (counting.size === before)
      return { persons: personsOf(facts, groups), doubtful: undecided(facts, doubtful, groups) };
  }
}

/** @param apart the words of humans that count */
function follow(
  facts: IdentityFacts,
  apart: readonly Pair[],
): { groups: Groups; doubtful: readonly DoubtfulLink[] } {
  const groups = new Groups();
  for (const [a, b] of facts.together) groups.unite(a, b);
  const holdersByKind = linkingHolders(facts);
  const linking = [...holdersByKind.values()].flatMap((values) => [...values.values()].flat());
  const strongIds = new StrongIds(linking, apart, groups);
  const doubtful = new Map<string, DoubtfulLink>();
  for (const [kind, values] of holdersByKind) {
    for (const found of followLinks(linksOf(kind, [...values.values()]), groups, strongIds)) {
      const key = found.customers.join();
      if (!doubtful.has(key)) doubtful.set(key, found);
    }
  }
  return { groups, doubtful: [...doubtful.values()] };
}

/** Of two persons whom a human keeps apart nobody is asked again. */
function undecided(facts: IdentityFacts, doubtful: readonly DoubtfulLink[], groups: Groups): DoubtfulLink[] {
  const between = (a: string, b: string): string => [groups.rootOf(a), groups.rootOf(b)].sort().join();
  const apart = new Set(facts.apart.map(([a, b]) => between(a, b)));
  return doubtful
    .filter(({ customers: [a, b] }) => groups.rootOf(a) !== groups.rootOf(b) && !apart.has(between(a, b)))
    .sort(byCustomers);
}

/** By kind, the most reliable first, and value: the holdings of values that link. */
function linkingHolders({ holdings, blocked }: IdentityFacts): Map<IdentifierKind, Map<string, Holding[]>> {
  const byKind = new Map(IDENTIFIER_KINDS.map((kind) => [kind, new Map<string, Map<string, Holding>>()]));
  for (const holding of holdings) {
    if (blocked.has(holding.valueId)) continue;
    const values = byKind.get(holding.kind);
    const holders = values?.get(holding.valueId) ?? new Map<string, Holding>();
    values?.set(holding.valueId, holders.set(holding.customerId, holding));
  }
  return new Map(
    [...byKind].map(([kind, values]) => {
      const few = [...values].filter(([, holders]) => holders.size <= HOLDERS_MAX[kind]);
      return [kind, new Map(few.map(([valueId, holders]) => [valueId, [...holders.values()]]))];
    }),
  );
}

/** Each pair of holders of a value once, in the order of their ids. */
function linksOf(kind: IdentifierKind, values: readonly (readonly Holding[])[]): Link[] {
  const links = new Map<string, Link>();
  for (const holders of values) {
    const ids = holders.map(({ customerId }) => customerId).sort();
    ids.forEach((a, at) => {
      for (const b of ids.slice(at + 1)) links.set(`${a},${b}`, { customers: [a, b], kind });
    });
  }
  return [...links.values()].sort(byCustomers);
}

/** Puts together what these links of one kind say. @returns the links that were not followed */
function followLinks(links: readonly Link[], groups: Groups, strongIds: StrongIds): DoubtfulLink[] {
  const doubtful: DoubtfulLink[] = [];
  const refuse = (link: Link, doubt: Doubt): void => void doubtful.push({ ...link, doubt });
  const agreeing: Link[] = [];
  for (const link of links) {
    if (strongIds.agree(...link.customers)) agreeing.push(link);
    else refuse(link, 'strong_ids_differ');
  }
  const ambiguous = ambiguousOf(agreeing, groups, strongIds);
  for (const link of agreeing) {
    const [a, b] = link.customers.map((id) => groups.rootOf(id));
    if (a === undefined || b === undefined || a === b) continue;
    if (ambiguous.has(link)) refuse(link, 'ambiguous');
    else if (!strongIds.agree(a, b)) refuse(link, 'strong_ids_differ');
    else if (groups.sizeOf(a) + groups.sizeOf(b) > PERSON_CUSTOMERS_MAX) refuse(link, 'too_many');
    else strongIds.unite(a, b);
  }
  return doubtful;
}

/**
 * Links to neighbours that cannot be the same person, while nothing of this kind is put together yet: two of them have
 * different strong ids, or there are more than any person has.
 */
function ambiguousOf(links: readonly Link[], groups: Groups, strongIds: StrongIds): Set<Link> {
  const around = new Map<string, { neighbour: string; link: Link }[]>();
  const note = (group: string, neighbour: string, link: Link): void => {
    const neighbours = around.get(group) ?? [];
    if (neighbours.length === 0) around.set(group, neighbours);
    neighbours.push({ neighbour, link });
  };
  for (const link of links) {
    const [a, b] = [groups.rootOf(link.customers[0]), groups.rootOf(link.customers[1])];
    if (a === b) continue;
    note(a, b, link);
    note(b, a, link);
  }
  const ambiguous = new Set<Link>();
  for (const neighbours of around.values()) {
    const ids = new Set(neighbours.map(({ neighbour }) => neighbour));
    const isCrowd = ids.size > PERSON_CUSTOMERS_MAX; // comparing each with each would take minutes
    for (const one of neighbours) {
      if (isCrowd || neighbours.some((other) => !strongIds.agree(one.neighbour, other.neighbour)))
        ambiguous.add(one.link);
    }
  }
  return ambiguous;
}

function personsOf(facts: IdentityFacts, groups: Groups): string[][] {
  const customers = new Set([
    ...facts.holdings.map(({ customerId }) => customerId),
    ...facts.together.flat(),
  ]);
  const members = new Map<string, string[]>();
  for (const id of [...customers].sort()) {
    const root = groups.rootOf(id);
    members.set(root, [...(members.get(root) ?? []), id]);
  }
  return [...members.values()].filter((ids) => ids.length > 1);
}

function byCustomers(one: Link, two: Link): number {
  return one.customers.join() < two.customers.join() ? -1 : 1;
}
