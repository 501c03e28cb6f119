import type { WorldSummary } from '../sandbox.types.js';
import type { Corp } from '../world/corp.js';
import type { World } from '../world/world.js';

/** What a reader needs to name things in events; no secrets. */
export function summarise(world: World, url: string): WorldSummary {
  return { url, corps: world.all().map(summariseCorp) };
}

function summariseCorp(corp: Corp): WorldSummary['corps'][number] {
  const { state, customers } = corp;
  const staff = state.staff.map(({ userId, name, departmentIds }) => ({
    userId,
    name,
    departmentIds,
    customers: customers.countOf(userId),
  }));
  return {
    corpId: state.corpId,
    name: state.name,
    departments: state.departments.length,
    staff,
    customers: customers.size,
    followRelations: staff.reduce((sum, member) => sum + member.customers, 0),
    tagGroups: state.tagGroups
      .filter((group) => !group.deleted)
      .map((group) => ({
        groupId: group.id,
        name: group.name,
        tags: group.tags.filter((tag) => !tag.deleted).map(({ id, name }) => ({ tagId: id, name })),
      })),
    groupChats: state.groupChats
      .filter((chat) => !chat.dismissed)
      .map(({ id, name, ownerUserId, members }) => ({
        chatId: id,
        name,
        ownerUserId,
        members: members.length,
      })),
    callbacks: state.apps.flatMap(({ kind, agentId, callback }) =>
      callback ? [{ place: kind, ...(kind === 'app' ? { agentId } : {}), url: callback.url }] : [],
    ),
  };
}
