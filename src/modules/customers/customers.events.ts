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

/** A staff and a customer became contacts, for the first time or again: a callback told it, or a sync found it first. */
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

/** A callback told, or a read or a whole sync showed, that a relation is over. */
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

export const CORP_TAGS_PER_EVENT_MAX = 500;

/**
 * A read showed other corp tags, or tags of a rule group (规则组), on relations that were known before than the read before
 * it. WeCom says neither when nor by whom. A tag that was deleted as such ends without this: `segments.corp_tags_deleted`.
 */
export interface CorpTagsChanged {
  /** At most 500. */
  changes: { customerId: string; relationId: string; wecomTagId: string; isPut: boolean }[];
}
export const corpTagsChanged = defineEvent<CorpTagsChanged>('customers.corp_tags_changed', 1);

/** These customers show another value of some own field, built-in or custom. Read them again. */
export interface ProfileChanged {
  /** Our ids, at most 500. */
  customerIds: string[];
}
export const profileChanged = defineEvent<ProfileChanged>('customers.profile_changed', 1);

/** These customers show another sales stage; `customers.profile_changed` names them, too. */
export interface StageChanged {
  /** At most 500. */
  changes: {
    customerId: string;
    /** Keys of the stage and, where they leave, of the reason. null: none. */
    from: { stage: string; reason: string | null } | null;
    to: { stage: string; reason: string | null } | null;
  }[];
}
export const stageChanged = defineEvent<StageChanged>('customers.stage_changed', 1);

/** A customer stands on the blacklist, or no longer does. Why is in the entry. */
export interface BlacklistChanged {
  customerId: string;
  entryId: string;
}
export const customerBlacklisted = defineEvent<BlacklistChanged>('customers.blacklisted', 1);
export const blacklistLifted = defineEvent<BlacklistChanged>('customers.blacklist_lifted', 1);

/** A customer consented to a purpose, or took it back. Late news may tell of an older state: read which one holds. */
export interface ConsentRecorded {
  customerId: string;
  consentId: string;
  purpose: string;
  state: 'granted' | 'withdrawn';
}
export const consentRecorded = defineEvent<ConsentRecorded>('customers.consent_recorded', 1);

/**
 * Customers did something elsewhere: one event for each part of a call, not one for each thing done. Read it by
 * `BehaviourEvents.ofIds`. Late ones come, too: `from` and `to` say when it happened, not when it was told.
 */
export interface BehaviourRecorded {
  /** Our ids, at most 500. */
  eventIds: string[];
  /** The time of the earliest and of the latest of them, RFC 3339. */
  from: string;
  to: string;
}
export const behaviourRecorded = defineEvent<BehaviourRecorded>('customers.behaviour_recorded', 1);

/** Another body came under the key of an event, which now is this revision of it; what it was before is kept. */
export interface EventChanged {
  eventId: string;
  /** 2 for the first change. */
  revision: number;
  customerId: string;
  /** Whose event it was; the same, unless the change says that somebody else did it. */
  previousCustomerId: string;
}
export const eventChanged = defineEvent<EventChanged>('customers.event_changed', 1);

/** Customers are one person now: nobody's rows moved. Ask `CustomersFacade.customersOf` again wherever the set counts. */
export interface CustomersMerged {
  /** The smallest of the customers. */
  personId: string;
  /** All of the person, sorted; at least two. */
  customerIds: string[];
}
export const customersMerged = defineEvent<CustomersMerged>('customers.merged', 1);

/** A person fell apart. What was booked in between stays with the customer it was booked on. */
export interface CustomersUnmerged {
  /** Of the person as it was. */
  personId: string;
  /** All of the person as it was, sorted; who belongs together now, `customersOf` tells. */
  customerIds: string[];
  /** One of them, the smallest, for each person that they are now. Missing in events of before it was told. */
  parts?: string[];
}
export const customersUnmerged = defineEvent<CustomersUnmerged>('customers.unmerged', 1);

/**
 * A person asked to be forgotten: these customers are empty shells now. Forget what you keep of them that is personal; what
 * they earned and spent stays booked. Who keeps WeCom's ids and not ours comes to `ContactErasures` of room wecom instead.
 */
export interface CustomersErased {
  /** All of the person, sorted. */
  customerIds: string[];
}
export const customersErased = defineEvent<CustomersErased>('customers.erased', 1);

/** These groups have a new owner, by our order: WeCom makes no callback of it, so read them again. */
export interface GroupChatsHandedOver {
  /** WeCom's, at most 100. */
  chatIds: string[];
}
export const groupChatsHandedOver = defineEvent<GroupChatsHandedOver>('customers.group_chats_handed_over', 1);
