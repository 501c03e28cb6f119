import type { EventDefinition } from '../../platform/events/event.js';
import {
  type ContactChanged,
  contactChanged,
  contactChangeTypes,
  type CorpTagChanged,
  corpTagChanged,
  corpTagChangeTypes,
  type DirectoryChanged,
  directoryChanged,
  directoryChangeTypes,
  type GroupChatChanged,
  groupChatChanged,
  groupChatChangeTypes,
  type HandoverReported,
  handoverReported,
  type WelcomeDue,
  welcomeDue,
} from '../wecom.events.js';
import type { CallbackMessage } from './callback-message.js';
import { elementOf, textOf, textsOf } from './callback-xml.js';

export interface TypedEvent<P> {
  readonly definition: EventDefinition<P>;
  readonly payload: P;
}

export type WecomTypedEvent =
  | TypedEvent<ContactChanged>
  | TypedEvent<GroupChatChanged>
  | TypedEvent<CorpTagChanged>
  | TypedEvent<DirectoryChanged>
  | TypedEvent<HandoverReported>
  | TypedEvent<WelcomeDue>;

/** ISO texts. */
export interface CallbackTimes {
  readonly happenedAt: string;
  readonly receivedAt: string;
}

/**
 * What a callback says to the modules; the first one stands for the callback. Empty for what no module listens to, and
 * for what lacks the ids that it should have: it is kept all the same.
 */
export function typedEventsOf(message: CallbackMessage, times: CallbackTimes): WecomTypedEvent[] {
  if (message.event === 'change_external_contact') {
    const contact = contactEvent(message, times);
    const others = [welcomeEvent(message, times), handoverEvent(message, times)];
    return contact ? [contact, ...others].filter((event) => event !== undefined) : [];
  }
  const event = otherEvent(message, times.happenedAt);
  return event ? [event] : [];
}

function otherEvent(message: CallbackMessage, happenedAt: string): WecomTypedEvent | undefined {
  switch (message.event) {
    case 'change_external_chat':
      return groupChatEvent(message, happenedAt);
    case 'change_external_tag':
      return corpTagEvent(message, happenedAt);
    case 'change_contact':
      return directoryEvent(message, happenedAt);
    case 'subscribe':
    case 'unsubscribe':
      return visibleRangeEvent(message, message.event, happenedAt);
    default:
      return undefined;
  }
}

function contactEvent(
  { xml, changeType }: CallbackMessage,
  { happenedAt }: CallbackTimes,
): WecomTypedEvent | undefined {
  const known = contactChangeTypes.find((type) => type === changeType);
  const userId = textOf(xml, 'UserID');
  const externalUserId = textOf(xml, 'ExternalUserID');
  if (!known || !userId || !externalUserId) return undefined;
  const payload = {
    changeType: known,
    userId,
    externalUserId,
    state: textOf(xml, 'State'),
    source: textOf(xml, 'Source'),
    failReason: textOf(xml, 'FailReason'),
    happenedAt,
  };
  return { definition: contactChanged, payload };
}

/**
 * With the additions and, for a corp that archives messages, with the customer's consent. No code comes when a welcome is
 * set in WeCom's own console, or when the two have chatted before.
 */
function welcomeEvent({ xml }: CallbackMessage, times: CallbackTimes): WecomTypedEvent | undefined {
  const userId = textOf(xml, 'UserID');
  const externalUserId = textOf(xml, 'ExternalUserID');
  const welcomeCode = textOf(xml, 'WelcomeCode');
  if (!userId || !externalUserId || !welcomeCode) return undefined;
  return { definition: welcomeDue, payload: { userId, externalUserId, welcomeCode, ...times } };
}

function handoverEvent(
  { xml, changeType }: CallbackMessage,
  { happenedAt }: CallbackTimes,
): WecomTypedEvent | undefined {
  const externalUserId = textOf(xml, 'ExternalUserID');
  const ended = changeType === 'transfer_fail' || textOf(xml, 'Source') === 'DELETE_BY_TRANSFER';
  if (!externalUserId || !ended) return undefined;
  return { definition: handoverReported, payload: { externalUserId, happenedAt } };
}

function groupChatEvent(
  { xml, changeType }: CallbackMessage,
  happenedAt: string,
): WecomTypedEvent | undefined {
  const known = groupChatChangeTypes.find((type) => type === changeType);
  const chatId = textOf(xml, 'ChatId');
  if (!known || !chatId) return undefined;
  const members = elementOf(xml, 'MemChangeList');
  const payload = {
    changeType: known,
    chatId,
    updateDetail: textOf(xml, 'UpdateDetail'),
    joinScene: integerOf(textOf(xml, 'JoinScene')),
    quitScene: integerOf(textOf(xml, 'QuitScene')),
    memberIds: members && textsOf(members, 'Item'),
    lastMemberVersion: textOf(xml, 'LastMemVer'),
    memberVersion: textOf(xml, 'CurMemVer'),
    happenedAt,
  };
  return { definition: groupChatChanged, payload };
}

function corpTagEvent({ xml, changeType }: CallbackMessage, happenedAt: string): WecomTypedEvent | undefined {
  const known = corpTagChangeTypes.find((type) => type === changeType);
  const id = textOf(xml, 'Id');
  if (!known || (!id && known !== 'shuffle')) return undefined;
  const tagType = (['tag', 'tag_group'] as const).find((type) => type === textOf(xml, 'TagType'));
  const payload = { changeType: known, id, tagType, strategyId: textOf(xml, 'StrategyId'), happenedAt };
  return { definition: corpTagChanged, payload };
}

function directoryEvent(
  { xml, changeType }: CallbackMessage,
  happenedAt: string,
): WecomTypedEvent | undefined {
  const known = directoryChangeTypes.find((type) => type === changeType);
  if (!known || known === 'subscribe' || known === 'unsubscribe') return undefined;
  const userId = textOf(xml, 'UserID');
  const departmentId = integerOf(textOf(xml, 'Id'));
  if (known.endsWith('_user') && !userId) return undefined;
  if (known.endsWith('_party') && departmentId === undefined) return undefined;
  const payload = {
    changeType: known,
    userId,
    newUserId: textOf(xml, 'NewUserID'),
    departmentId,
    happenedAt,
  };
  return { definition: directoryChanged, payload };
}

function visibleRangeEvent(
  { xml }: CallbackMessage,
  changeType: 'subscribe' | 'unsubscribe',
  happenedAt: string,
): WecomTypedEvent | undefined {
  const userId = textOf(xml, 'FromUserName');
  return userId ? { definition: directoryChanged, payload: { changeType, userId, happenedAt } } : undefined;
}

function integerOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
