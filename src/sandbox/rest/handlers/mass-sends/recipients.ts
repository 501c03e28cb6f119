import type { ReadonlyCustomer, StaffMember } from '../../../world/corp.types.js';
import type { Call } from '../../endpoint.js';
import { isObject, type Json } from '../../field-rules.js';
import { servingMember, VisibleRange } from '../../visible-range.js';
import { WecomError } from '../../wecom-error.js';

export interface Recipients {
  /** Customers or groups of each member who will have to confirm. */
  byMember: Map<string, string[]>;
  /** Cannot receive. */
  failed: string[];
}

/** Page 92135: `external_userid` wins over `tag_filter`; `sender` alone means all his customers. */
export function customersFor(call: Call): Recipients {
  const wanted = call.params.texts('external_userid');
  const sender = call.params.text('sender') ? senderOf(call) : undefined;
  const groups = wanted.length === 0 ? tagGroups(call) : [];
  if (wanted.length === 0 && groups.length === 0 && !sender) throw new WecomError(40063);
  const recipients: Recipients = { byMember: new Map(), failed: [] };
  const serving = new VisibleRange(call.corp, call.app).serving();
  const members = new Set((sender ? [sender] : serving).map((staff) => staff.userId));
  let related = false;
  for (const [id, customer] of wanted.length > 0 ? named(call, wanted) : followedBy(call, members)) {
    if (groups.length > 0 && !matches(customer, groups)) continue;
    const userId = memberFor(customer, members);
    related ||= userId !== undefined;
    give(call, recipients, id, userId);
  }
  if (sender && wanted.length > 0 && !related) throw new WecomError(84061);
  return recipients;
}

/** Without `chat_id_list` every group of the sender; he picks among them when he confirms. */
export function groupsFor(call: Call): Recipients {
  if (!call.params.text('sender')) throw new WecomError(40063);
  const { userId } = senderOf(call);
  const recipients: Recipients = { byMember: new Map(), failed: [] };
  const own = call.corp.state.groupChats.filter(
    (chat) => chat.ownerUserId === userId && !chat.dismissed && !chat.internal,
  );
  const wanted = call.params.texts('chat_id_list');
  for (const id of wanted.length > 0 ? new Set(wanted) : own.map((chat) => chat.id)) {
    give(call, recipients, id, own.some((chat) => chat.id === id) ? userId : undefined);
  }
  return recipients;
}

function give(call: Call, { byMember, failed }: Recipients, id: string, userId: string | undefined): void {
  const { host, corp, nowS } = call;
  if (userId === undefined || !host.massSends.mayReceive(corp.corpId, id, nowS)) {
    failed.push(id);
    return;
  }
  const targets = byMember.get(userId);
  if (targets) targets.push(id);
  else byMember.set(userId, [id]);
}

function senderOf(call: Call): StaffMember {
  const staff = servingMember(call, call.params.text('sender'));
  if (!staff.contactPermission) throw new WecomError(84074);
  return staff;
}

/** The world knows no chats, so the newest relation stands for the member who chatted last. */
function memberFor(customer: ReadonlyCustomer | undefined, members: ReadonlySet<string>): string | undefined {
  const served = (customer?.follows ?? []).filter((follow) => members.has(follow.userId));
  return served.sort((a, b) => b.seq - a.seq)[0]?.userId;
}

function named(call: Call, ids: readonly string[]): Map<string, ReadonlyCustomer | undefined> {
  return new Map(ids.map((id) => [id, call.corp.customers.find(id)]));
}

/** Each customer once, one member after the other: there may be very many, and each is computed when asked for. */
function* followedBy(
  call: Call,
  members: ReadonlySet<string>,
): Generator<[string, ReadonlyCustomer | undefined]> {
  const seen = new Set<string>();
  for (const userId of members) {
    for (const { customer } of call.corp.customers.ofStaff(userId)) {
      if (seen.has(customer.id)) continue;
      seen.add(customer.id);
      yield [customer.id, customer];
    }
  }
}

/** OR inside a group, AND between groups. */
function matches(customer: ReadonlyCustomer | undefined, groups: readonly string[][]): boolean {
  const tags = new Set((customer?.follows ?? []).flatMap((follow) => follow.tagIds ?? []));
  return groups.every((group) => group.some((tagId) => tags.has(tagId)));
}

function tagGroups(call: Call): string[][] {
  const list = call.params.object('tag_filter')['group_list'];
  const groups = (Array.isArray(list) ? list : [])
    .filter(isObject)
    .map((group: Json) => call.params.texts('tag_list', group))
    .filter((group) => group.length > 0);
  for (const tagId of groups.flat()) if (!call.corp.findTag(tagId)) throw new WecomError(40068);
  return groups;
}
