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

/** change_external_tag (page 92130): changes made in the console. */
export function tagEvents(host: EventHost): TagEvents {
  const send = (o: EventTarget, changeType: string, id: string, type?: TagType, strategyId?: number) => {
    const fields: XmlField[] = [['Id', id]];
    if (type) fields.push(['TagType', type]);
    if (strategyId !== undefined) fields.push(['StrategyId', strategyId]);
    host.router.toApps(o, corpOf(host, o), 'change_external_tag', changeType, fields);
  };
  const group = (o: EventTarget & { groupId: string }): CorpTagGroup => {
    const found = corpOf(host, o).findTagGroup(o.groupId);
    if (!found) throw new Error(`no such tag group: ${o.groupId}`);
    return found;
  };
  const newTag = (o: EventTarget, into: CorpTagGroup, name: string, strategyId?: number): CorpTag => {
    const tag: CorpTag = {
      id: corpOf(host, o).newId(strategyId === undefined ? 'et' : 'st'),
      name,
      createdAt: host.nowS(),
      order: 0,
      ...(strategyId === undefined ? {} : { strategyId }),
    };
    into.tags.push(tag);
    return tag;
  };
  return {
    createTagGroup: (o) => {
      const corp = corpOf(host, o);
      if (o.tags.length === 0) throw new Error('a tag group needs a tag');
      const made: CorpTagGroup = {
        id: corp.newId('et'),
        name: o.name,
        createdAt: host.nowS(),
        order: 0,
        tags: [],
      };
      corp.state.tagGroups.push(made);
      const tagIds = o.tags.map((name) => newTag(o, made, name).id);
      send(o, 'create', made.id, 'tag_group');
      for (const id of tagIds) send(o, 'create', id, 'tag');
      return { groupId: made.id, tagIds };
    },
    createTag: (o) => {
      const tag = newTag(o, group(o), o.name, o.strategyId);
      send(o, 'create', tag.id, 'tag', o.strategyId);
      return { tagId: tag.id };
    },
    renameTag: (o) => {
      const corp = corpOf(host, o);
      const tagGroup = corp.findTagGroup(o.id);
      const tag = corp.findTag(o.id)?.tag;
      const target = tagGroup ?? tag;
      if (!target) throw new Error(`no such tag: ${o.id}`);
      target.name = o.name;
      send(o, 'update', o.id, tagGroup ? 'tag_group' : 'tag', tag?.strategyId);
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
      const items = o.groupId ? group({ ...o, groupId: o.groupId }).tags : corp.state.tagGroups;
      const orders = items.map((item) => item.order).reverse();
      items.forEach((item, index) => (item.order = orders[index] ?? item.order));
      send(o, 'shuffle', o.groupId ?? '');
    },
  };
}
