import type { ContactMessage } from '../contacts/contact-message.js';

/** One task for one member: he confirms it in 群发助手, and only then WeCom sends. */
export interface MassSendOrder {
  /** Sends to his own customers only. */
  senderUserId: string;
  /** At most 10,000. */
  externalUserIds: readonly string[];
  message: ContactMessage;
}

export interface MassSendAccepted {
  msgId: string;
  /** Those whom WeCom will not send it to: no friends of the member, or their limit is used up; it does not say which. */
  refusedExternalUserIds: string[];
}

export interface MassSendListed {
  msgId: string;
  createdAt: Date;
  /** The member who made it himself; missing where an API did, ours or another app's. */
  creatorUserId?: string;
  text?: string;
}

export interface MassSendTask {
  userId: string;
  /** When the member confirmed; missing: he has not yet. What came of it says the result of each customer. */
  confirmedAt?: Date;
}

/**
 * Page 93338. `unsent`: the member has not confirmed; `not_friend`: the customer has left him; `limit`: the customer got as
 * many mass messages already as the corp's rule allows; `unknown`: a status that the page does not list.
 */
export type MassSendStatus = 'unsent' | 'sent' | 'not_friend' | 'limit' | 'unknown';

export interface MassSendResult {
  externalUserId: string;
  status: MassSendStatus;
  /** With `sent` only. */
  sentAt?: Date;
}
