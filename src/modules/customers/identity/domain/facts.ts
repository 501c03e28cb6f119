import type { IdentifierKind } from './identifier.js';

/** A customer holds a value. Who says so does not matter here. */
export interface Holding {
  readonly customerId: string;
  readonly kind: IdentifierKind;
  readonly namespace: string;
  /** Stands for the value: equal ones have the same. */
  readonly valueId: string;
}

/** Two customers, the smaller id first. */
export type Pair = readonly [string, string];

/** All that is known about some customers. A set: in which order it became known says nothing. */
export interface IdentityFacts {
  readonly holdings: readonly Holding[];
  /** Values that somebody declared to be shared by many, or a test number. */
  readonly blocked: ReadonlySet<string>;
  /** Put together by a human, whatever the identifiers say. None of these sets contains a pair kept apart. */
  readonly together: readonly Pair[];
  /** Never together, a human says. */
  readonly apart: readonly Pair[];
}

export function pairOf(a: string, b: string): Pair {
  return a < b ? [a, b] : [b, a];
}
