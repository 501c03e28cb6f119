import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import { CorpTags } from '../../../segments/index.js';
import { relationErrors } from '../contacts.errors.js';
import type { PastTag, RelationHistoryKind } from '../domain/relation-history.js';
import { type ShownTag, shownTag } from './shown-tag.js';

interface StoredEntry {
  readonly at: Date;
  readonly kind: RelationHistoryKind;
  readonly addWay: number | null;
  readonly state: string | null;
  readonly operatorId: string | null;
  readonly byTransfer: boolean;
  readonly remark: string | null;
  readonly description: string | null;
  readonly remarkCorpName: string | null;
  readonly added: (PastTag | string)[] | null;
  readonly removed: (PastTag | string)[] | null;
  /** In the database's own text: a Date would cut the microseconds and repeat entries. */
  readonly sortedAt: string;
}

export interface HistoryEntry extends Omit<StoredEntry, 'added' | 'removed'> {
  readonly tagsAdded: readonly ShownTag[];
  readonly tagsRemoved: readonly ShownTag[];
  readonly phonesAdded: readonly string[];
  readonly phonesRemoved: readonly string[];
}

/** The place of the last entry of a page. */
export interface HistoryKey {
  readonly at: string;
  readonly kind: RelationHistoryKind;
}

/** The past of one follow relation together with what stands in it now, the newest first. */
@Injectable()
export class ReadRelationHistory {
  constructor(
    private readonly database: Database,
    private readonly corpTags: CorpTags,
  ) {}

  /** @throws customers.relation_not_found */
  async list(
    relation: { readonly customerId: string; readonly relationId: string },
    after: HistoryKey | undefined,
    limit: number,
  ): Promise<HistoryEntry[]> {
    const { corpId } = this.database;
    const { customerId, relationId } = relation;
    const known = await this.database.maybeOne<{ id: string }>(
      `SELECT id FROM customers.follow_relations WHERE corp_id = $1 AND id = $2 AND customer_id = $3`,
      [corpId, relationId, customerId],
    );
    if (!known) throw relationErrors.relation_not_found();
    const params = [corpId, relationId, limit, ...(after ? [after.at, after.kind] : [])];
    return this.named(await this.database.query<StoredEntry>(after ? NEXT_PAGE : FIRST_PAGE, params));
  }

  private async named(entries: readonly StoredEntry[]): Promise<HistoryEntry[]> {
    const tagIds = entries.flatMap(({ added, removed }) =>
      [...(added ?? []), ...(removed ?? [])].flatMap((part) =>
        isTag(part) && part.kind !== 'personal' ? [part.tag] : [],
      ),
    );
    const names = await this.corpTags.namesOf([...new Set(tagIds)]);
    const tagsOf = (parts: StoredEntry['added']) =>
      (parts ?? [])
        .filter(isTag)
        .map((tag) => shownTag({ ...tag, name: tag.name ?? null }, names.get(tag.tag)));
    return entries.map(({ added, removed, ...entry }) => ({
      ...entry,
      tagsAdded: tagsOf(added),
      tagsRemoved: tagsOf(removed),
      phonesAdded: (added ?? []).filter(isNumber),
      phonesRemoved: (removed ?? []).filter(isNumber),
    }));
  }
}

const isTag = (part: PastTag | string): part is PastTag => typeof part === 'object';
const isNumber = (part: PastTag | string): part is string => typeof part === 'string';

/**
 * Along the primary keys of both tables. How the relation began last and how it ended stands in the relation itself; an
 * event may have told more of the same moment, so of two such the told one is shown.
 */
const statement = (after: string) => `
  SELECT DISTINCT ON (e.at, e.kind) e.at, e.kind, e.add_way AS "addWay", e.state, e.operator_id AS "operatorId",
         e.by_transfer AS "byTransfer", e.remark, e.description, e.remark_corp_name AS "remarkCorpName", e.added,
         e.removed, e.at::text AS "sortedAt"
    FROM (
      SELECT at, kind, add_way, state, operator_id, by_transfer, remark, description, remark_corp_name, added, removed
        FROM customers.relation_history WHERE corp_id = $1 AND relation_id = $2
      UNION ALL
      SELECT present.at, present.kind, present.add_way, present.state, present.operator_id, false, NULL, NULL, NULL,
             NULL, NULL
        FROM customers.follow_relations r, LATERAL (VALUES
          (r.followed_at, 'started', r.add_way, r.state, r.operator_id),
          (r.added_at, 'added', NULL, NULL, NULL),
          (r.deleted_by_staff_at, 'ended_by_staff', NULL, NULL, NULL),
          (r.deleted_by_customer_at, 'ended_by_customer', NULL, NULL, NULL),
          (r.disappeared_at, 'disappeared', NULL, NULL, NULL)
        ) AS present(at, kind, add_way, state, operator_id)
       WHERE r.corp_id = $1 AND r.id = $2 AND present.at IS NOT NULL) AS e
   WHERE true ${after}
   ORDER BY e.at DESC, e.kind DESC, e.by_transfer DESC, e.add_way NULLS LAST LIMIT $3`;
const FIRST_PAGE = statement('');
const NEXT_PAGE = statement('AND (e.at, e.kind) < ($4::timestamptz, $5)');
