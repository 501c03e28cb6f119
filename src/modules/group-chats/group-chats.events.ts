import { defineEvent } from '../../platform/events/event.js';

export const MEMBERS_PER_EVENT_MAX = 500;

/**
 * A reading of a customer group (客户群) showed that external people joined or left; a group that is met for the first time
 * tells all who are in it. They need not be anybody's customers. Staff are not told, nor that a group was dismissed.
 */
export interface GroupChatMembersChanged {
  groupChatId: string;
  /** At most 500. */
  changes: {
    externalUserId: string;
    joined: boolean;
    /** ISO text: when they joined, as WeCom tells it; when we noticed that they had left. */
    at: string;
    /** 1 invited, 2 invite link, 3 QR code, 0 unknown (page 92122): how they had joined. */
    joinScene: number;
  }[];
}
export const groupChatMembersChanged = defineEvent<GroupChatMembersChanged>('group-chats.members_changed', 1);
