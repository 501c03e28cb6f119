import { staffKeyOf } from './staff-key.js';

/** What one call of `batch/get_by_user` takes (page 92994). */
export const STAFF_PER_GROUP_MAX = 100;

/** Groups are read side by side and progress is counted by them, so a small corp gets smaller ones. */
const GROUPS_WANTED = 16;

/** Fixed groups in a fixed order, each staff once however WeCom spells the id. */
export function groupStaff(userIds: readonly string[], parts = GROUPS_WANTED): string[][] {
  const unique = new Map(userIds.map((userId) => [staffKeyOf(userId), userId]));
  const size = Math.min(STAFF_PER_GROUP_MAX, Math.ceil(unique.size / parts));
  const sorted = [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, userId]) => userId);
  const groups: string[][] = [];
  for (let start = 0; start < sorted.length; start += size) groups.push(sorted.slice(start, start + size));
  return groups;
}

/** Two halves of a group that WeCom refuses because of one of its staff; a group of one cannot be divided. */
export function halveGroup(userIds: readonly string[]): string[][] {
  return groupStaff(userIds, 2);
}
