import type { RelationTag } from './relation-tag.js';

/**
 * - started: the creation time that WeCom shows, with how it came about; added: when an add event says so
 * - ended_by_staff, ended_by_customer: who deleted whom; disappeared: WeCom no longer listed it and never said why
 * - noted: remark, description or company changed; tags, phones: some came or went
 */
export const RELATION_HISTORY_KINDS = [
  'started',
  'added',
  'ended_by_staff',
  'ended_by_customer',
  'disappeared',
  'noted',
  'tags',
  'phones',
] as const;
export type RelationHistoryKind = (typeof RELATION_HISTORY_KINDS)[number];

/** A tag as it was called when it came or went. */
export type PastTag = RelationTag;

/** What came and went with one relation: tags, or masked numbers. */
export interface PartsChange<T> {
  readonly relationId: string;
  readonly customerId: string;
  readonly added: readonly T[];
  readonly removed: readonly T[];
}
