import type { EventTarget, SandboxEvents } from '../sandbox.types.js';
import type { XmlField } from '../callbacks/xml.js';
import type { CorpTag, CorpTagGroup } from '../world/corp.types.js';
import { deleteTag, deleteTagGroup } from '../world/tag-mutations.js';
import { corpOf, type EventHost } from './event-host.js';

type TagEvents = Pick<
  SandboxEvents,
  'createTagGroup' | 'createTag' | 'renameTag' | 'deleteTag' | 'deleteTagGroup' | 'shuffleTags'
>;
type TagType = 'tag' | 'tag_group';

type Send = (o: EventTarget, changeType: string, id: string, type?: TagType, strategyId?: number) => void;

/** change_external_tag (page 92130): changes made in the console. */
export function tagEvents(host: EventHost): TagEvents {
  const send: Send = (o, changeType, id, type, strategyId) => {
    const fields: XmlField[] = [['Id', id]];
    if (type) fields.push(['TagType', type]);
    if (strategyId !== undefined) fields.push(['StrategyId', strategyId]);
    host.router.toApps(o, corpOf(host, o), 'change_external_tag', changeType, fields);
  };
  return {
    ...creations(host, send),
    renameTag: (o) => {
      const corp = corpOf(host, o);
      const group = corp.findTagGroup(o.id);
      const tag = corp.findTag(o.id)?.tag;
      const target = group ?? tag;
      if (!target) throw new Error(`no such tag: ${o.id}`);
      target.name = o.name;
      send(o, 'update', o.id, group ? 'tag_group' : 'tag', tag?.strategyId);
    },
    deleteTag: (o) => {
      const corp = corpOf(host, o);
      const found = corp.findTag(o.tagId);
      const { groupDeleted } = deleteTag(corp, o.tagId);
      send(o, 'delete', o.tagId, 'tag', found?.tag.strategyId);
      if (groupDeleted && found) send(o, 'delete', found.group.id, 'tag_group');
    },
    // One event for the group, none for its tags.
    deleteTagGroup: (o) => {
      deleteTagGroup(corpOf(host, o), o.groupId);
      send(o, 'delete', o.groupId, 'tag_group');
    },
    shuffleTags: (o) => {
      const corp = corpOf(host, o);
      const items = o.groupId ? groupOf(host, o, o.groupId).tags : corp.state.tagGroups;
      const orders = items.map((item) => item.order).reverse();
      items.forEach((item, index) => (item.order = orders[index] ?? item.order));
      send(o, 'shuffle', o.groupId ?? '');
    },
  };
}

function creations(host: EventHost, send: Send): Pick<SandboxEvents, 'createTagGroup' | 'createTag'> {
  return {
    createTagGroup: (o) => {
      const corp = corpOf(host, o);
      if (o.tags.length === 0) throw new Error('a tag group needs a tag');
      const group: CorpTagGroup = {
        id: corp.newId('et'),
        name: o.name,
        createdAt: host.nowS(),
        order: 0,
        tags: [],
      };
      corp.state.tagGroups.push(group);
      const tagIds = o.tags.map((name) => newTag(host, o, group, name).id);
      send(o, 'create', group.id, 'tag_group');
      for (const id of tagIds) send(o, 'create', id, 'tag');
      return { groupId: group.id, tagIds };
    },
    createTag: (o) => {
      const tag = newTag(host, o, groupOf(host, o, o.groupId), o.name, o.strategyId);
      send(o, 'create', tag.id, 'tag', o.strategyId);
      return { tagId: tag.id };
    },
  };
}

function groupOf(host: EventHost, o: EventTarget, groupId: string): CorpTagGroup {
  const group = corpOf(host, o).findTagGroup(groupId);
  if (!group || group.deleted) throw new Error(`no such tag group: ${groupId}`);
  return group;
}

function newTag(
  host: EventHost,
  o: EventTarget,
  group: CorpTagGroup,
  name: string,
  strategyId?: number,
): CorpTag {
  const tag: CorpTag = {
    id: corpOf(host, o).newId(strategyId === undefined ? 'et' : 'st'),
    name,
    createdAt: host.nowS(),
    order: 0,
    ...(strategyId === undefined ? {} : { strategyId }),
  };
  group.tags.push(tag);
  return tag;
}
