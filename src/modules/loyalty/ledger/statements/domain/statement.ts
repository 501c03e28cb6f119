import type { EntryKind } from '../../domain/posting.js';

/** One line of a statement: an entry with why it was made. */
export interface StatementLine {
  readonly accountId: string;
  readonly customerId: string;
  readonly seq: number;
  readonly kind: EntryKind;
  readonly delta: number;
  readonly balanceAfter: number;
  /** What the customer owes changed by so much: positive when an earning was taken back that he had spent. */
  readonly debtDelta: number;
  readonly debtAfter: number;
  readonly recordedAt: Date;
  readonly effectiveAt: Date;
  readonly transferId: string;
  readonly key: string;
  readonly reason: string | null;
  readonly actorKind: string;
  readonly actorId: string;
  readonly requestId: string | null;
  readonly sourceEventId: string | null;
  readonly ruleVersionId: string | null;
  readonly reverses: string | null;
  /** When it was recorded, as exactly as the database knows it. */
  readonly place: string;
}

/** The place of the last line of a page. */
export interface LinePlace {
  readonly at: string;
  readonly accountId: string;
  readonly seq: number;
}

export interface Balance {
  readonly posted: number;
  readonly held: number;
  /** Can be spent now: neither held nor past its expiry, whether or not the sweeper has come. */
  readonly available: number;
  readonly debt: number;
}

/** What the ledger had recorded at an instant. What was held then is not kept. */
export interface PastBalance {
  readonly posted: number;
  readonly debt: number;
}

/** Points that expire at one instant unless they are spent. */
export interface UpcomingExpiry {
  readonly expiresAt: Date;
  readonly points: number;
  /** Of these, reserved by holds: they expire only when their hold ends without being posted. */
  readonly held: number;
}
