export const CONSENT_STATES = ['granted', 'withdrawn'] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

/** A customer said yes to a purpose, or took it back. Of one purpose the latest holds; of one instant, the refusal. */
export interface Consent {
  readonly id: string;
  readonly customerId: string;
  readonly purpose: string;
  readonly state: ConsentState;
  /** Where it can be looked up: a form, a recording, a document. */
  readonly evidence: string;
  readonly happenedAt: Date;
  readonly recordedAt: Date;
  readonly recordedBy: string;
}

/** Open until it is lifted; a customer has at most one open entry. */
export interface BlacklistEntry {
  readonly id: string;
  readonly customerId: string;
  readonly reason: string;
  readonly placedAt: Date;
  readonly placedBy: string;
  readonly liftReason: string | null;
  readonly liftedAt: Date | null;
  readonly liftedBy: string | null;
}
