import type { RelationTag } from './relation-tag.js';

/** A profile as one read of WeCom showed it. */
export interface ObservedProfile {
  readonly externalUserId: string;
  readonly name: string;
  readonly type: number;
  readonly gender: number;
  readonly avatarUrl?: string;
  readonly unionId?: string;
  readonly position?: string;
  readonly corpName?: string;
  readonly corpFullName?: string;
}

/** One follow relation as one read of WeCom showed it. */
export interface ObservedRelation {
  readonly externalUserId: string;
  readonly staffUserId: string;
  readonly remark: string;
  readonly description: string;
  readonly followedAt: Date;
  /** Time of the add event that led to this read, when it was about this relation. */
  readonly addedAt?: Date;
  readonly addWay: number;
  readonly state?: string;
  readonly operatorId?: string;
  readonly remarkCorpName?: string;
  readonly tags: readonly RelationTag[];
  readonly phones: readonly string[];
}

/** What one read of WeCom showed. */
export interface Observation {
  /**
   * `listing`: a page of `batch/get_by_user`, which leaves out personal tags and may leave out optional fields, so that
   * their absence says nothing. `detail`: `externalcontact/get`, where what is absent is gone.
   */
  readonly source: 'listing' | 'detail';
  /** Database clock before the call, in microseconds: `2026-11-22 08:00:00.123456+00`. */
  readonly readAt: ReadAt;
  readonly profiles: readonly ObservedProfile[];
  readonly relations: readonly ObservedRelation[];
}

/** A time of the database in its own text form: a JavaScript Date would cut the microseconds that order two reads. */
export type ReadAt = string & { readonly __readAt: unique symbol };

/** Cut to milliseconds, so never later than the moment it stands for: such a read rather loses than wins. */
export function readAtOf(date: Date): ReadAt {
  return date.toISOString() as ReadAt; // reason for the cast: PostgreSQL reads ISO text as the same moment
}
