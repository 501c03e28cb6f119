import { defineEvent } from '../platform/events/event.js';

/**
 * What WeCom told us, in our words. Each says "look again": WeCom loses, repeats and reorders its callbacks (page
 * 90930), so a consumer reads the present state through a gateway and never applies the event as a difference.
 * `happenedAt` is WeCom's `CreateTime` (whole seconds) as ISO text; it says nothing about order.
 */

/**
 * The secret of a self-built app, which all syncs need, is valid for the first time or was repaired: everything may have
 * changed since the last sync. Once for each connection, however many apps it has.
 */
export type CorpConnected = Record<string, never>;
export const corpConnected = defineEvent<CorpConnected>('wecom.corp_connected', 1);

/** The directory assistant (通讯录同步) of a connected corp became valid later: the whole directory can be read now. */
export type DirectoryConnected = Record<string, never>;
export const directoryConnected = defineEvent<DirectoryConnected>('wecom.directory_connected', 1);

/**
 * WeCom dates its events by whole seconds. Two changes of one thing within a second have equal bodies, and so they count as
 * one callback that came twice: who reads the thing again waits until that second is over, or would miss the later change.
 */
export const SAME_SECOND_MS = 1_000;

export const contactChangeTypes = [
  'add_external_contact',
  'add_half_external_contact',
  'edit_external_contact',
  'del_external_contact',
  'del_follow_user',
  'transfer_fail',
  'msg_audit_approved',
] as const;

/** Callback `change_external_contact`, page 92130. */
export interface ContactChanged {
  changeType: (typeof contactChangeTypes)[number];
  userId: string;
  externalUserId: string;
  /** Channel parameter of a contact way or acquisition link. */
  state?: string;
  /** `DELETE_BY_TRANSFER` when the relation ended because the customer was handed over. */
  source?: string;
  /** `customer_refused` or `customer_limit_exceed`, with `transfer_fail`. */
  failReason?: string;
  happenedAt: string;
}
export const contactChanged = defineEvent<ContactChanged>('wecom.contact_changed', 1);

/**
 * WeCom told the end of a hand-over: it failed (`transfer_fail`), or the former member lost the customer by it. Also told
 * as a change of the contact. There are ends that no callback tells (page 92125), so this only says where to look.
 */
export interface HandoverReported {
  externalUserId: string;
  happenedAt: string;
}
export const handoverReported = defineEvent<HandoverReported>('wecom.handover_reported', 1);

/**
 * A new friend may be greeted, page 92137: their callback (`add_external_contact`, `add_half_external_contact`,
 * `msg_audit_approved`) carried a code. It works once and dies 20 s after `happenedAt`, so it may stand in a payload
 * although it is a credential.
 */
export interface WelcomeDue {
  userId: string;
  externalUserId: string;
  welcomeCode: string;
  happenedAt: string;
  /** When the callback reached us, ISO text. */
  receivedAt: string;
}
export const welcomeDue = defineEvent<WelcomeDue>('wecom.welcome_due', 1);

export const groupChatChangeTypes = ['create', 'update', 'dismiss'] as const;

/** Callback `change_external_chat`, page 92130. WeCom shows the new state to REST about 2 s later. */
export interface GroupChatChanged {
  changeType: (typeof groupChatChangeTypes)[number];
  chatId: string;
  /** `add_member`, `del_member`, `change_owner`, `change_name`, `change_notice`; new ones may come. */
  updateDetail?: string;
  /** 0 invited, 3 by QR code; other values exist. */
  joinScene?: number;
  /** 0 left, 1 removed. */
  quitScene?: number;
  memberIds?: string[];
  lastMemberVersion?: string;
  memberVersion?: string;
  happenedAt: string;
}
export const groupChatChanged = defineEvent<GroupChatChanged>('wecom.group_chat_changed', 1);

export const corpTagChangeTypes = ['create', 'update', 'delete', 'shuffle'] as const;

/** Callback `change_external_tag`, page 92130. A deleted group takes its tags along without events for them. */
export interface CorpTagChanged {
  changeType: (typeof corpTagChangeTypes)[number];
  /** A tag or a tag group; missing with `shuffle` when the order of all groups changed. */
  id?: string;
  tagType?: 'tag' | 'tag_group';
  /** Only for tags of a rule group (规则组). */
  strategyId?: string;
  happenedAt: string;
}
export const corpTagChanged = defineEvent<CorpTagChanged>('wecom.corp_tag_changed', 1);

export const directoryChangeTypes = [
  'create_user',
  'update_user',
  'delete_user',
  'create_party',
  'update_party',
  'delete_party',
  'update_tag',
  'subscribe',
  'unsubscribe',
] as const;

/**
 * Callback `change_contact` (pages 90970-90972), which only the directory assistant receives, and the app events
 * `subscribe` and `unsubscribe` (page 90240): a staff member entered or left the visible range of a self-built app.
 */
export interface DirectoryChanged {
  changeType: (typeof directoryChangeTypes)[number];
  userId?: string;
  /** With `update_user`: `userId` is the old one. */
  newUserId?: string;
  departmentId?: number;
  happenedAt: string;
}
export const directoryChanged = defineEvent<DirectoryChanged>('wecom.directory_changed', 1);
