import type { Corp } from './corp.js';

/** The last tag takes its group along: groups without tags cannot exist (page 92117). */
export function deleteTag(corp: Corp, tagId: string): { groupDeleted: boolean } {
  const found = corp.findTag(tagId);
  if (!found) throw new Error(`no such tag: ${tagId}`);
  found.tag.deleted = true;
  const empty = found.group.tags.every((tag) => tag.deleted);
  if (empty) found.group.deleted = true;
  return { groupDeleted: empty };
}

export function deleteTagGroup(corp: Corp, groupId: string): void {
  const group = corp.findTagGroup(groupId);
  if (!group) throw new Error(`no such tag group: ${groupId}`);
  group.deleted = true;
  for (const tag of group.tags) tag.deleted = true;
}
