import type { ContactAttachment, ContactMessage } from '../../../../wecom/index.js';

/** Why somebody who holds a coupon of the batch is not sent the announcement; the first that applies is named. */
export const EXCLUSION_RULES = [
  /** He asked to be forgotten. */
  'erased',
  /** No staff follows any customer of the person in WeCom at present. */
  'not_followed',
  /** Those who follow him are outside the app's range, or may not serve customers. */
  'no_staff_in_scope',
  /** Redeemed, expired or void since. */
  'coupon_closed',
  /** An earlier announcement of the batch was handed to staff for him. */
  'announced_already',
  'limit_of_the_day',
  'limit_of_the_week',
  'limit_of_the_month',
] as const;
export type ExclusionRule = (typeof EXCLUSION_RULES)[number];

/**
 * Open: waiting; calling: WeCom is being asked, or was and nobody knows what it said; handed: the member has the task and
 * has not confirmed it.
 * Final: excluded by a rule of ours; received; not_friend: he had left the member; limit: he had got as many mass messages
 * as the corp's rule allows; not_taken: WeCom would not give the member the task for him, and does not say why; failed:
 * WeCom refused the part; unconfirmed: nobody confirmed in 7 days, or WeCom says no more of it; cancelled before WeCom was
 * asked.
 */
export const RECIPIENT_STATES = [
  'waiting',
  'excluded',
  'calling',
  'handed',
  'received',
  'not_friend',
  'limit',
  'not_taken',
  'failed',
  'unconfirmed',
  'cancelled',
] as const;
export type RecipientState = (typeof RECIPIENT_STATES)[number];
export const OPEN_RECIPIENT_STATES: ReadonlySet<RecipientState> = new Set(['waiting', 'calling', 'handed']);

export interface Announcement {
  readonly id: string;
  readonly batchId: string;
  readonly text: string | null;
  readonly attachments: readonly ContactAttachment[];
  /** Also those to whom the batch was announced before. */
  readonly again: boolean;
  readonly cursor: string | null;
  /** null: there are holders who were not looked at yet. */
  readonly chosenAt: Date | null;
  readonly createdAt: Date;
}

/** One task for one member. */
export interface AnnouncementPart {
  readonly id: string;
  readonly senderUserId: string;
  readonly calledAt: Date;
}

export function messageOf({ text, attachments }: Pick<Announcement, 'text' | 'attachments'>): ContactMessage {
  return { ...(text !== null && { text }), ...(attachments.length > 0 && { attachments: [...attachments] }) };
}

/** WeCom may show a text with other white space than it was given. */
export function isSameText(a: string | null | undefined, b: string | null | undefined): boolean {
  return (a ?? '').replaceAll(/\s/g, '') === (b ?? '').replaceAll(/\s/g, '');
}
