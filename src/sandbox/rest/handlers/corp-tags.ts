import type { CorpTag, CorpTagGroup } from '../../world/corp.types.js';
import { deleteTag, deleteTagGroup } from '../../world/tag-mutations.js';
import type { Answer, Call } from '../endpoint.js';
import { WecomError } from '../wecom-error.js';
import { relation } from './contacts.js';

const TAGS_PER_CORP_MAX = 10_000;
const TAGS_PER_RELATION_MAX = 3_000;

/** Page 92117. `tag_id` is ignored when `group_id` is given; `deleted` shows only when ids were asked for. */
export function getCorpTagList(call: Call): Answer {
  const groupIds = call.params.texts('group_id');
  const tagIds = groupIds.length > 0 ? [] : call.params.texts('tag_id');
  const groups = call.corp.state.tagGroups;
  if (groupIds.length > 0) {
    const found = groupIds.map((id) => call.corp.findTagGroup(id) ?? unknownTag());
    return { tag_group: found.map((group) => groupAnswer(group, group.tags, true)) };
  }
  if (tagIds.length > 0) {
    const found = tagIds.map((id) => call.corp.findTag(id) ?? unknownTag());
    return {
      tag_group: groups.flatMap((group) => {
        const tags = found.filter((entry) => entry.group === group).map((entry) => entry.tag);
        return tags.length > 0 ? [groupAnswer(group, tags, true)] : [];
      }),
    };
  }
  const live = groups.filter((group) => !group.deleted);
  return {
    tag_group: live.map((group) =>
      groupAnswer(
        group,
        group.tags.filter((tag) => !tag.deleted),
        false,
      ),
    ),
  };
}

/** Page 92117. Names that repeat inside the request collapse; one that exists is 40071. */
export function addCorpTag(call: Call): Answer {
  const { corp, params } = call;
  const wanted = new Map<string, number>();
  for (const tag of params.objects('tag')) {
    const name = String(tag['name']);
    if (!wanted.has(name)) wanted.set(name, typeof tag['order'] === 'number' ? tag['order'] : 0);
  }
  const group = existingGroup(call);
  const taken = new Set(group?.tags.filter((tag) => !tag.deleted).map((tag) => tag.name));
  if ([...wanted.keys()].some((name) => taken.has(name))) throw new WecomError(40071);
  const live = corp.state.tagGroups.flatMap((candidate) => candidate.tags).filter((tag) => !tag.deleted);
  if (live.length + wanted.size > TAGS_PER_CORP_MAX) throw new WecomError(40126);

  const made = { createdAt: call.nowS, agentId: call.app.agentId };
  const target: CorpTagGroup = group ?? {
    id: corp.newId('et'),
    name: params.text('group_name'),
    order: params.integer('order') ?? 0,
    tags: [],
    ...made,
  };
  const tags = [...wanted].map(([name, order]): CorpTag => ({ id: corp.newId('et'), name, order, ...made }));
  target.tags.push(...tags);
  if (!group) corp.state.tagGroups.push(target);
  call.host.world.changed();
  return { tag_group: groupAnswer(target, tags, false) };
}

/** Page 92117. An app edits only what it made (301002). */
export function editCorpTag(call: Call): Answer {
  const { corp, params } = call;
  const id = params.text('id');
  const group = corp.findTagGroup(id);
  const entry = corp.findTag(id);
  const target = group ?? entry?.tag;
  if (!target || target.deleted || entry?.group.deleted) throw new WecomError(40068);
  refuseForeign(call, target);
  const siblings: readonly (CorpTag | CorpTagGroup)[] = group
    ? corp.state.tagGroups
    : (entry?.group.tags ?? []);
  const name = params.text('name');
  if (name && siblings.some((other) => other !== target && !other.deleted && other.name === name)) {
    throw new WecomError(40071);
  }
  if (name) target.name = name;
  target.order = params.integer('order') ?? target.order;
  call.host.world.changed();
  return {};
}

/** Page 92117. The last tag takes its group along. */
export function delCorpTag(call: Call): Answer {
  const { corp, params } = call;
  const tags = params.texts('tag_id').map((id) => corp.findTag(id) ?? unknownTag());
  const groups = params.texts('group_id').map((id) => corp.findTagGroup(id) ?? unknownTag());
  for (const { tag } of tags) refuseForeign(call, tag);
  for (const group of groups) refuseForeign(call, group);
  for (const { tag } of tags) deleteTag(corp, tag.id);
  for (const group of groups) deleteTagGroup(corp, group.id);
  call.host.world.changed();
  return {};
}

/** Page 92118. */
export function markTag(call: Call): Answer {
  const { follow } = relation(call);
  const add = call.params.texts('add_tag');
  const remove = call.params.texts('remove_tag');
  for (const id of [...add, ...remove]) {
    const found = call.corp.findTag(id);
    if (!found || found.tag.deleted || found.group.deleted) throw new WecomError(40068);
  }
  const kept = (follow.tagIds ?? []).filter((id) => !remove.includes(id));
  const tagIds = [...new Set([...kept, ...add])];
  if (tagIds.length > TAGS_PER_RELATION_MAX) throw new WecomError(40144);
  follow.tagIds = tagIds;
  call.host.world.changed();
  return {};
}

function existingGroup(call: Call): CorpTagGroup | undefined {
  const groupId = call.params.text('group_id');
  const live = call.corp.state.tagGroups.filter((group) => !group.deleted);
  if (groupId) return live.find((group) => group.id === groupId) ?? unknownTag();
  return live.find((group) => group.name === call.params.text('group_name'));
}

function refuseForeign(call: Call, made: { agentId?: number }): void {
  if (made.agentId !== call.app.agentId) throw new WecomError(301002);
}

function unknownTag(): never {
  throw new WecomError(40068);
}

function groupAnswer(group: CorpTagGroup, tags: readonly CorpTag[], withDeleted: boolean) {
  const deleted = (made: { deleted?: true }) => (withDeleted ? { deleted: made.deleted === true } : {});
  return {
    group_id: group.id,
    group_name: group.name,
    create_time: group.createdAt,
    order: group.order,
    ...deleted(group),
    tag: tags.map((tag) => ({
      id: tag.id,
      name: tag.name,
      create_time: tag.createdAt,
      order: tag.order,
      ...deleted(tag),
    })),
  };
}
