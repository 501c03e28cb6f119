import type { OperationId } from '../../../../platform/operations/operation.js';
import type { CustomerFilter } from '../../../customers/index.js';

export const AUDIENCE_STATES = ['staging', 'running', 'done', 'failed', 'cancelled'] as const;
export type AudienceState = (typeof AUDIENCE_STATES)[number];

/** In these it can be started. One that failed or was cancelled goes on where it stopped; a done one tries whom it refused. */
export const STARTABLE: readonly AudienceState[] = ['staging', 'failed', 'cancelled', 'done'];

/** Sent as a list; a larger one is a filter's. */
export const LISTED_MAX = 1_000_000;
export const LISTED_PER_CALL_MAX = 1_000;
export const EACH_MAX = 100;

export const AUDIENCE_SOURCES = ['list', 'filter'] as const;
export type AudienceSource = (typeof AUDIENCE_SOURCES)[number];

/** Those whom a batch is issued to, some coupons each, and how far that is. */
export interface Audience {
  readonly id: string;
  readonly batchId: string;
  readonly name: string;
  readonly source: AudienceSource;
  /** Of a filter. */
  readonly filter: CustomerFilter | null;
  /** So many coupons each. */
  readonly each: number;
  readonly channel: string | null;
  readonly state: AudienceState;
  /** Since when nobody joins or leaves it any more. */
  readonly frozenAt: Date | null;
  readonly customers: number;
  readonly operationId: OperationId | null;
  /** The present run tries those again who were refused before. */
  readonly onlyRefused: boolean;
  /** The last customer that is done. */
  readonly cursor: string | null;
  /** Customers that the present run has done. */
  readonly done: number;
  /** Coupons, of all runs. */
  readonly issued: number;
  /** Customers who did not get all of theirs. */
  readonly refused: number;
  readonly errorCode: string | null;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
}

/** What became of one customer. */
export interface MemberOutcome {
  readonly customerId: string;
  /** Coupons of this audience that he has. */
  readonly issued: number;
  /** Those of them that are new. */
  readonly fresh: number;
  /** Why he lacks the others. */
  readonly refusal: string | null;
}

/** Followed by the customer and by n. The same for ever: nobody gets his n-th coupon of an audience twice. */
export function keysOf(audienceId: string): string {
  return `audience:${audienceId}:`;
}
