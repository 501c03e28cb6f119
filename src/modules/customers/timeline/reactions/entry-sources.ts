import type { EventDefinition, StoredEvent } from '../../../../platform/events/event.js';
import {
  blacklistLifted,
  corpTagsChanged,
  customerBlacklisted,
  customersLost,
  customersMerged,
  customersReturned,
  customersUnmerged,
  relationEnded,
  relationStarted,
  stageChanged,
} from '../../customers.events.js';
import { groupChatMembersChanged } from '../../../group-chats/group-chats.events.js';
import { welcomeEnded } from '../../../welcome/welcome.events.js';
import type { Entries, Entry, EntryFacts } from '../domain/entry.js';
import type { EntryType } from '../domain/entry-types.js';

/** What an event tells of customers, as entries. Pure: the same event always tells the same. */
export interface EntrySource {
  readonly event: EventDefinition<unknown>;
  readonly entriesOf: (event: StoredEvent<unknown>) => Entries;
  /** It names contacts who surely become customers, perhaps later than it comes. */
  readonly awaitsCustomers: boolean;
}

function source<P>(
  event: EventDefinition<P>,
  entriesOf: (event: StoredEvent<P>) => Entries,
  awaitsCustomers = false,
): EntrySource {
  // reason for the cast: a source is only asked about events of its own definition
  return { event, entriesOf: entriesOf as EntrySource['entriesOf'], awaitsCustomers };
}

/** The same entry for each of an event's customers, at the time of the event. */
function each(
  type: EntryType,
  { id, at }: StoredEvent<unknown>,
  customerIds: readonly string[],
  facts: EntryFacts = {},
): Entry[] {
  return customerIds.map((customerId) => ({ customerId, type, at, key: id, facts }));
}

const relations: EntrySource[] = [
  source(relationStarted, ({ id, at, payload }) => {
    const { customerId, relationId, staffUserId, addWay, state = null, startedAt } = payload;
    const facts = { relationId, staffUserId, addWay, state };
    return [{ customerId, type: 'customers.relation_started', at: timeOf(startedAt, at), key: id, facts }];
  }),
  source(relationEnded, ({ id, at, payload }) => {
    const { customerId, relationId, staffUserId, endedBy, endedAt } = payload;
    const facts = { relationId, staffUserId, endedBy };
    return [{ customerId, type: 'customers.relation_ended', at: timeOf(endedAt, at), key: id, facts }];
  }),
  source(customersLost, (event) => each('customers.lost', event, event.payload.customerIds)),
  source(customersReturned, (event) => each('customers.returned', event, event.payload.customerIds)),
  source(corpTagsChanged, ({ id, at, payload }) =>
    payload.changes.map(({ customerId, relationId, wecomTagId, isPut }) => ({
      customerId,
      type: isPut ? 'customers.tag_put' : 'customers.tag_taken',
      at,
      key: `${id} ${relationId} ${wecomTagId}`,
      facts: { relationId, wecomTagId },
    })),
  ),
];

const profiles: EntrySource[] = [
  source(stageChanged, ({ id, at, payload }) =>
    payload.changes.map(({ customerId, from, to }) => ({
      customerId,
      type: 'customers.stage_changed',
      at,
      key: id,
      facts: { from: from?.stage ?? null, to: to?.stage ?? null, reason: to?.reason ?? null },
    })),
  ),
  source(customerBlacklisted, (event) =>
    each('customers.blacklisted', event, [event.payload.customerId], { entryId: event.payload.entryId }),
  ),
  source(blacklistLifted, (event) =>
    each('customers.blacklist_lifted', event, [event.payload.customerId], { entryId: event.payload.entryId }),
  ),
];

/** One entry for each person, not for each customer: a person's timeline shows those of all of them. */
const persons: EntrySource[] = [
  source(customersMerged, (event) => each('customers.merged', event, [event.payload.personId])),
  source(customersUnmerged, (event) =>
    each('customers.unmerged', event, event.payload.parts ?? [event.payload.personId]),
  ),
];

/** Of those whom WeCom names: who is greeted becomes a customer, a member of a group often never does. */
const contacts: EntrySource[] = [
  source(
    welcomeEnded,
    ({ id, payload }) => {
      const { externalUserId, messageId, staffUserId, state, errcode = null, endedAt } = payload;
      const type = state === 'sent' ? 'welcome.greeted' : 'welcome.greeting_failed';
      const facts = { messageId, staffUserId, state, errcode };
      return [{ externalUserId, type, at: new Date(endedAt), key: id, facts }];
    },
    true,
  ),
  source(groupChatMembersChanged, ({ payload: { groupChatId, changes } }) =>
    changes.map(({ externalUserId, joined, at, joinScene }) => ({
      externalUserId,
      type: joined ? 'group-chats.joined' : 'group-chats.left',
      at: new Date(at),
      key: `${groupChatId} ${at}`,
      facts: { groupChatId, ...(joined && { joinScene }) },
    })),
  ),
];

/** Everything that a timeline tells, but for behaviour, which is read where it lies. */
export const ENTRY_SOURCES: readonly EntrySource[] = [...relations, ...profiles, ...persons, ...contacts];

/** When it happened, or where nobody says it, when we noticed. */
function timeOf(told: string | undefined, noticed: Date): Date {
  return told === undefined ? noticed : new Date(told);
}
