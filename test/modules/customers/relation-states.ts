import type { CustomersWorld } from './customers-world.js';

export interface RelationState {
  name: string;
  remark: string;
  followedAt: string;
  state: string | null;
  tags: string[];
}

/** Active relations as the sandbox shows them to our app, by `external userid staff key`. */
export async function worldRelations(
  world: CustomersWorld,
  options: { personalTags: boolean },
): Promise<Map<string, RelationState>> {
  const relations = new Map<string, RelationState>();
  const externalUserIds = new Set<string>();
  for (const userId of await world.contacts.listFollowUserIds(world.corpId)) {
    for (const id of await world.contacts.listExternalUserIds(world.corpId, userId)) externalUserIds.add(id);
  }
  for (const id of externalUserIds) {
    const contact = await world.contacts.getContact(world.corpId, id);
    for (const follow of contact.follows) {
      const tags = follow.tags.filter((tag) => options.personalTags || tag.kind !== 'personal');
      relations.set(`${id} ${follow.userId.toLowerCase()}`, {
        name: contact.name,
        remark: follow.remark,
        followedAt: follow.createdAt.toISOString(),
        state: follow.state ?? null,
        tags: tags.map((tag) => tag.id ?? tag.name).sort(),
      });
    }
  }
  return sorted(relations);
}

/** Active relations as we hold them. */
export async function statedRelations(world: CustomersWorld): Promise<Map<string, RelationState>> {
  await world.sql(`SELECT set_config('app.corp_id', $1, false)`, [world.corpId]);
  const rows = await world.sql<Omit<RelationState, 'followedAt'> & { key: string; followed_at: Date }>(
    `SELECT c.external_user_id || ' ' || r.staff_key AS key, c.name, r.remark, r.followed_at, r.state,
            ARRAY(SELECT t.tag FROM customers.relation_tags t WHERE t.relation_id = r.id ORDER BY t.tag COLLATE "C") AS tags
       FROM customers.follow_relations r JOIN customers.customers c ON c.id = r.customer_id
      WHERE r.corp_id = $1 AND c.corp_id = $1 AND r.ended_at IS NULL`,
    [world.corpId],
  );
  return sorted(
    new Map(
      rows.map(({ key, followed_at, ...rest }) => [
        key,
        { ...rest, tags: rest.tags.sort(), followedAt: followed_at.toISOString() },
      ]),
    ),
  );
}

function sorted<T>(map: Map<string, T>): Map<string, T> {
  return new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
