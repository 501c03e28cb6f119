import { defineEvent } from '../../platform/events/event.js';

/**
 * A sync pass found news about these customers: one event for each page that changed something, not one for each
 * customer. Look at them again.
 */
export interface RelationsSynced {
  /** Our ids, at most 500. */
  customerIds: string[];
}
export const relationsSynced = defineEvent<RelationsSynced>('customers.relations_synced', 1);

/** A callback told that a staff and a customer became contacts, for the first time or again. */
export interface RelationStarted {
  customerId: string;
  relationId: string;
  staffUserId: string;
  /** Page 92114; unknown values come over time. */
  addWay: number;
  /** The corp's own channel parameter. */
  state?: string;
  /** By WeCom's clock, ISO text. Missing in events of before it was told. */
  startedAt?: string;
}
export const relationStarted = defineEvent<RelationStarted>('customers.relation_started', 1);

/** A callback told, or the answer it led to showed, that a relation is over. */
export interface RelationEnded {
  customerId: string;
  relationId: string;
  staffUserId: string;
  /** `unknown`: WeCom no longer lists it and has not said why. */
  endedBy: 'staff' | 'customer' | 'unknown';
  /** By WeCom's clock, ISO text. Missing where WeCom has not said it. */
  endedAt?: string;
}
export const relationEnded = defineEvent<RelationEnded>('customers.relation_ended', 1);

/**
 * The last active relation of each of these customers ended; says nothing of the person, who may be another customer, too.
 * Exactly one for each time it happened in the mirror, and between two of one customer there is a `customers.returned`.
 */
export interface CustomersLost {
  /** Our ids, at most 500. */
  customerIds: string[];
}
export const customersLost = defineEvent<CustomersLost>('customers.lost', 1);

/** Each of these customers was lost and has an active relation again, with the same staff or another. */
export interface CustomersReturned {
  /** Our ids, at most 500. */
  customerIds: string[];
}
export const customersReturned = defineEvent<CustomersReturned>('customers.returned', 1);
