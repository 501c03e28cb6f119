import type { StaffMember } from '../../../world/corp.types.js';
import type { Call } from '../../endpoint.js';
import { isObject, type Json } from '../../field-rules.js';
import { isListed, VisibleRange } from '../../visible-range.js';

export interface Senders {
  userIds: string[];
  tagIds: string[];
  invalid: { userIds: string[]; departmentIds: number[]; tagIds: string[] };
  /** Of the job: 0, or why there is no moment. */
  errcode: number;
}

/**
 * Page 95094: no range = all members of the app's range; senders alone publish to all their customers; tags narrow
 * it to members who have such customers. What does not exist or lies outside the range is ignored and listed.
 */
export function sendersFor(call: Call): Senders {
  const range = new VisibleRange(call.corp, call.app);
  const serving = range.serving();
  const wanted = call.params.object('visible_range');
  const senderList = objectAt(wanted, 'sender_list');
  const userList = call.params.texts('user_list', senderList);
  const departmentList = numbersAt(senderList, 'department_list');
  const tagList = call.params.texts('tag_list', objectAt(wanted, 'external_contact_list'));
  const invalid = {
    userIds: userList.filter((userId) => !serving.some((staff) => isListed([staff.userId], userId))),
    departmentIds: departmentList.filter((id) => !range.departmentIds.has(id)),
    tagIds: tagList.filter((tagId) => !isCorpTag(call, tagId)),
  };
  const tagIds = tagList.filter((tagId) => !invalid.tagIds.includes(tagId));
  const named = userList.length > 0 || departmentList.length > 0;
  const departments = call.corp.subtree(departmentList.filter((id) => range.departmentIds.has(id)));
  const chosen = named
    ? serving.filter(
        (staff) => isListed(userList, staff.userId) || staff.departmentIds.some((id) => departments.has(id)),
      )
    : serving;
  const publishing = tagList.length > 0 ? chosen.filter((staff) => hasTagged(call, staff, tagIds)) : chosen;
  // No page names the codes of a job that finds nobody.
  const errcode = publishing.length > 0 ? 0 : chosen.length === 0 ? 40003 : 41048;
  return { userIds: publishing.map((staff) => staff.userId), tagIds, invalid, errcode };
}

/** Tags of strategies are refused (page 95094). */
function isCorpTag(call: Call, tagId: string): boolean {
  const found = call.corp.findTag(tagId);
  return found !== undefined && found.tag.strategyId === undefined && !found.tag.deleted;
}

function hasTagged(call: Call, staff: StaffMember, tagIds: readonly string[]): boolean {
  return call.corp.customers
    .ofStaff(staff.userId)
    .some(({ customer, seq }) =>
      customer.follows.some(
        (follow) => follow.seq === seq && follow.tagIds?.some((tagId) => tagIds.includes(tagId)),
      ),
    );
}

function objectAt(body: Json, name: string): Json {
  const value = body[name];
  return isObject(value) ? value : {};
}

function numbersAt(body: Json, name: string): number[] {
  const value = body[name];
  return Array.isArray(value) ? value.map(Number) : [];
}
