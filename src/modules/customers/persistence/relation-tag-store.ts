import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { RelationTag } from '../domain/relation-tag.js';

export interface TaggedRelation {
  readonly relationId: string;
  readonly customerId: string;
  readonly tags: readonly RelationTag[];
}

/** Tags of follow relations, one row each. Inside an open unit of work. */
@Injectable()
export class RelationTagStore {
  constructor(private readonly database: Database) {}

  /**
   * Makes the relations' tags equal to the given ones.
   * @param complete false: the read leaves out personal tags, so they stay, and it does not tell the other kinds apart.
   * @returns ids of the relations of which anything changed.
   */
  async replace(relations: readonly TaggedRelation[], complete: boolean): Promise<Set<string>> {
    if (relations.length === 0) return new Set();
    const incoming = relations.flatMap(({ relationId, customerId, tags }) =>
      distinct(tags).map(({ kind, tag, name }) => ({
        relation_id: relationId,
        customer_id: customerId,
        kind,
        tag,
        name,
      })),
    );
    const rows = await this.database.query<{ relationId: string }>(REPLACE_TAGS, [
      this.database.corpId,
      relations.map((relation) => relation.relationId),
      JSON.stringify(incoming),
      complete,
    ]);
    return new Set(rows.map((row) => row.relationId));
  }

  /** Corp or strategy tags that WeCom deleted. @returns the customers that carried them. */
  async removeEverywhere(tagIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ customerId: string }>(
      `WITH gone AS (DELETE FROM customers.relation_tags
                      WHERE corp_id = $1 AND tag = ANY($2::text[]) AND kind <> 'personal' RETURNING customer_id)
       SELECT DISTINCT customer_id AS "customerId" FROM gone`,
      [this.database.corpId, tagIds],
    );
    return rows.map((row) => row.customerId);
  }
}

function distinct(tags: readonly RelationTag[]): RelationTag[] {
  return [...new Map(tags.map((tag) => [`${tag.kind} ${tag.tag}`, tag])).values()];
}

/** One statement for a page, along the primary key (corp_id, relation_id, …). */
const REPLACE_TAGS = `
  WITH incoming AS (
    SELECT * FROM jsonb_to_recordset($3::jsonb) AS i(relation_id uuid, customer_id uuid, kind text, tag text, name text)),
  gone AS (
    DELETE FROM customers.relation_tags t
     WHERE t.corp_id = $1 AND t.relation_id = ANY($2::uuid[]) AND ($4 OR t.kind <> 'personal')
       AND NOT EXISTS (SELECT FROM incoming i
                        WHERE i.relation_id = t.relation_id AND i.tag = t.tag AND (i.kind = t.kind OR NOT $4))
    RETURNING t.relation_id),
  added AS (
    INSERT INTO customers.relation_tags AS t (corp_id, relation_id, kind, tag, name, customer_id)
    SELECT $1, i.relation_id, i.kind, i.tag, i.name, i.customer_id FROM incoming i
     WHERE $4 OR NOT EXISTS (SELECT FROM customers.relation_tags o WHERE o.corp_id = $1
                                AND o.relation_id = i.relation_id AND o.tag = i.tag AND o.kind <> 'personal')
    ON CONFLICT (corp_id, relation_id, kind, tag) DO UPDATE SET name = excluded.name
      WHERE excluded.name IS NOT NULL AND t.name IS DISTINCT FROM excluded.name
    RETURNING t.relation_id)
  SELECT relation_id AS "relationId" FROM gone UNION SELECT relation_id FROM added`;
