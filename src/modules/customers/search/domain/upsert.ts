import type { GivenIdentifier } from '../../identity/domain/identifier.js';
import type { WritingSource } from '../../profiles/domain/survivorship.js';

/** What another system knows of one customer. */
export interface UpsertItem {
  /** Finds the customer; when nobody holds it, it is that of a new one. */
  readonly identifier: GivenIdentifier;
  /** Further ones of the same customer. */
  readonly identifiers?: readonly GivenIdentifier[];
  /** By key, as a profile takes them; null takes back what the source said. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** When the source saw it so; absent: now. */
  readonly observedAt?: Date;
}

export interface UpsertOrigin {
  readonly source: WritingSource;
  /** Who acts: the owner of a key. Nothing personal. */
  readonly by: string;
}

export interface FieldRefusal {
  readonly field: string;
  readonly code: string;
}

/** Of a refused item nothing is written. */
export type UpsertOutcome =
  | { readonly result: 'created' | 'updated' | 'unchanged'; readonly customerId: string }
  | { readonly result: 'refused'; readonly refusal: UpsertRefusal; readonly fields: readonly FieldRefusal[] };

export type UpsertRefusal =
  | 'identifier_invalid'
  | 'identifiers_too_many'
  | 'upsert_unknown_contact'
  | 'upsert_ambiguous'
  | 'upsert_field_refused';

/** Of one item; more belong to several customers. */
export const IDENTIFIERS_MAX = 5;
export const FIELDS_MAX = 100;
