import type { CorpId } from '../../../src/platform/context/typed-id.js';
import type { ContactsGateway } from '../../../src/wecom/index.js';

/** A corp that we mirror, seen from both sides. */
export interface MirroredCorp {
  readonly id: CorpId;
  readonly contacts: ContactsGateway;
  sql<T extends object>(text: string, params?: unknown[]): Promise<T[]>;
}

export interface RelationState {
  name: string;
  remark: string;
  description: string;
  followedAt: string;
  addWay: number;
  state: string | null;
  tags: string[];
}

/** Active relations as the sandbox shows them to our app, by `external userid staff key`. */
export async function worldRelations(
  corp: MirroredCorp,
  withPersonalTags: boolean,
): Promise<Map<string, RelationState>> {
  const externalUserIds = new Set<string>();
  for (const userId of await corp.contacts.listFollowUserIds(corp.id)) {
    for (const id of await corp.contacts.listExternalUserIds(corp.id, userId)) externalUserIds.add(id);
  }
  const relations = new Map<string, RelationState>();
  for (const id of externalUserIds) {
    const contact = await corp.contacts.getContact(corp.id, id);
    for (const follow of contact.follows) {
      const tags = follow.tags.filter((tag) => withPersonalTags || tag.kind !== 'personal');
      relations.set(`${id} ${follow.userId.toLowerCase()}`, {
        name: contact.name,
        remark: follow.remark,
        description: follow.description,
        followedAt: follow.createdAt.toISOString(),
        addWay: follow.addWay,
        state: follow.state ?? null,
        tags: tags.map((tag) => tag.id ?? tag.name).sort(),
      });
    }
  }
  return sorted(relations);
}

/** Active relations as we hold them. */
export async function heldRelations(
  corp: MirroredCorp,
  withPersonalTags = true,
): Promise<Map<string, RelationState>> {
  const rows = await corp.sql<Omit<RelationState, 'followedAt'> & { key: string; followedAt: Date }>(
    `SELECT c.external_user_id || ' ' || r.staff_key AS key, c.name, r.remark, r.description,
            r.followed_at AS "followedAt", r.add_way AS "addWay", r.state,
            ARRAY(SELECT t.tag FROM customers.relation_tags t WHERE t.corp_id = r.corp_id AND t.relation_id = r.id
                     AND ($2 OR t.kind <> 'personal')) AS tags
       FROM customers.follow_relations r JOIN customers.customers c ON c.corp_id = r.corp_id AND c.id = r.customer_id
      WHERE r.corp_id = $1 AND r.ended_at IS NULL`,
    [corp.id, withPersonalTags],
  );
  const states = rows.map(({ key, followedAt, tags, ...rest }): [string, RelationState] => [
    key,
    { ...rest, tags: tags.sort(), followedAt: followedAt.toISOString() },
  ]);
  return sorted(new Map(states));
}

export interface HeldEnds {
  byStaffAt: string | undefined;
  byCustomerAt: string | undefined;
  disappeared: boolean;
}

/** How a relation ended as we hold it; undefined when we hold no such relation. */
export async function heldEnds(
  corp: MirroredCorp,
  userId: string,
  externalUserId: string,
): Promise<HeldEnds | undefined> {
  const [row] = await corp.sql<{ staff: Date | null; customer: Date | null; disappeared: Date | null }>(
    `SELECT r.deleted_by_staff_at AS staff, r.deleted_by_customer_at AS customer, r.disappeared_at AS disappeared
       FROM customers.follow_relations r JOIN customers.customers c ON c.corp_id = r.corp_id AND c.id = r.customer_id
      WHERE r.corp_id = $1 AND r.staff_key = lower($2) AND c.external_user_id = $3`,
    [corp.id, userId, externalUserId],
  );
  if (!row) return undefined;
  return {
    byStaffAt: row.staff?.toISOString(),
    byCustomerAt: row.customer?.toISOString(),
    disappeared: row.disappeared !== null,
  };
}

export const ACTIVE: HeldEnds = { byStaffAt: undefined, byCustomerAt: undefined, disappeared: false };

/** Starts and ends that events told of one pair (`external userid staff key`), as we hold them: `kind time`. */
export async function heldMoments(corp: MirroredCorp, pair: string): Promise<string[]> {
  const rows = await corp.sql<{ kind: string; at: Date }>(
    `SELECT DISTINCT m.kind, m.at FROM customers.follow_relations r
       JOIN customers.customers c ON c.corp_id = r.corp_id AND c.id = r.customer_id,
       LATERAL (VALUES ('added', r.added_at), ('ended_by_staff', r.deleted_by_staff_at),
                       ('ended_by_customer', r.deleted_by_customer_at)
                UNION SELECT h.kind, h.at FROM customers.relation_history h
                       WHERE h.corp_id = r.corp_id AND h.relation_id = r.id) AS m(kind, at)
      WHERE r.corp_id = $1 AND c.external_user_id || ' ' || r.staff_key = $2 AND m.at IS NOT NULL
        AND m.kind IN ('added', 'ended_by_staff', 'ended_by_customer')`,
    [corp.id, pair],
  );
  return rows.map(({ kind, at }) => `${kind} ${at.toISOString()}`);
}

export interface HeldLosses {
  /** Customers with follow relations, none of them active. */
  readonly lost: ReadonlySet<string>;
  /** Every event about it, in order: `event customer`. */
  readonly told: readonly string[];
}

export async function heldLosses(corp: MirroredCorp): Promise<HeldLosses> {
  const [row] = await corp.sql<{ lost: string[]; told: string[] }>(
    `SELECT ARRAY(SELECT customer_id FROM customers.follow_relations
                   WHERE corp_id = $1 GROUP BY customer_id HAVING bool_and(ended_at IS NOT NULL)) AS lost,
            ARRAY(SELECT e.name || ' ' || c.id FROM platform.events e, jsonb_array_elements_text(e.payload->'customerIds') AS c(id)
                   WHERE e.corp_id = $1 AND e.name IN ('customers.lost', 'customers.returned') ORDER BY e.id) AS told`,
    [corp.id],
  );
  return { lost: new Set(row?.lost), told: row?.told ?? [] };
}

export interface HeldCrossings {
  readonly active: ReadonlySet<string>;
  /** Every relation that we hold. */
  readonly known: ReadonlySet<string>;
  /** Those that an event ended. */
  readonly ended: ReadonlySet<string>;
  /** Every event about the start or the end of a relation, in order: `event relation`. */
  readonly told: readonly string[];
}

export async function heldCrossings(corp: MirroredCorp): Promise<HeldCrossings> {
  const [row] = await corp.sql<Record<'active' | 'known' | 'ended' | 'told', string[]>>(
    `SELECT ARRAY(SELECT id FROM customers.follow_relations WHERE corp_id = $1 AND ended_at IS NULL) AS active,
            ARRAY(SELECT id FROM customers.follow_relations WHERE corp_id = $1) AS known,
            ARRAY(SELECT id FROM customers.follow_relations
                   WHERE corp_id = $1 AND ended_at IS NOT NULL AND disappeared_at IS NULL) AS ended,
            ARRAY(SELECT e.name || ' ' || (e.payload->>'relationId') FROM platform.events e
                   WHERE e.corp_id = $1 AND e.name IN ('customers.relation_started', 'customers.relation_ended')
                   ORDER BY e.id) AS told`,
    [corp.id],
  );
  return {
    active: new Set(row?.active),
    known: new Set(row?.known),
    ended: new Set(row?.ended),
    told: row?.told ?? [],
  };
}

/** What events must tell between the two: each start and each end once, and the end of what nobody knew before it. */
export function crossingsBetween(before: HeldCrossings, after: HeldCrossings): string[] {
  const { active, known } = before;
  const started = [...after.active].filter((id) => !active.has(id));
  const over = [...active].filter((id) => !after.active.has(id));
  const unheard = [...after.ended].filter((id) => !known.has(id));
  return [
    ...started.map((id) => `customers.relation_started ${id}`),
    ...[...over, ...unheard].map((id) => `customers.relation_ended ${id}`),
  ].sort();
}

function sorted<T>(map: Map<string, T>): Map<string, T> {
  return new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
}
