import type { EntryType } from './entry-types.js';

/** Ids and small facts; no text that a person wrote. */
export type EntryFacts = Readonly<Record<string, string | number | boolean | null>>;

/** What is known of an entry before its customer is looked up. */
interface Told {
  readonly type: EntryType;
  /** When it happened. */
  readonly at: Date;
  /** With customer and type it makes the entry this one and no other: the event's id, or what the event tells of. */
  readonly key: string;
  readonly facts: EntryFacts;
}

/** Something that happened to a customer. */
export interface Entry extends Told {
  readonly customerId: string;
}

/** The same of somebody whom WeCom names; he need not be a customer. */
export interface ContactEntry extends Told {
  readonly externalUserId: string;
}

/** What one event tells; all of them name their customer in the same way. */
export type Entries = readonly Entry[] | readonly ContactEntry[];
