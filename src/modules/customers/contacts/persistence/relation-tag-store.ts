import { Injectable } from '@nestjs/common';
import { Database } from '../../../../platform/database/database.js';
import type { RelationTag } from '../domain/relation-tag.js';
import { byRelation } from './by-relation.js';
import type { WrittenRelation } from './relation-store.js';

interface StoredTag extends RelationTag {
  readonly relationId: string;
  readonly customerId: string;
}

/** What replacing them has changed. */
export interface TagChanges {
  /** Relations of which anything changed, names included. */
  readonly relationIds: ReadonlySet<string>;
  /** Of relations known before: a new relation comes with its tags. One that only turns out to be of another kind stays. */
  readonly put: readonly StoredTag[];
  readonly taken: readonly StoredTag[];
}

/** Tags of follow relations, one row each. Inside an open unit of work that has written the relations. */
@Injectable()
export class RelationTagStore {
  constructor(private readonly database: Database) {}

  /**
   * Makes the relations' tags equal to the observed ones.
   * @param complete false: the read leaves out personal tags, so they stay, and it does not tell the other kinds apart.
   */
  async replace(relations: readonly WrittenRelation[], complete: boolean): Promise<TagChanges> {
    const stored = await this.listStored(
      relations.filter(({ inserted }) => !inserted),
      complete,
    );
    const gone: StoredTag[] = [];
    const added: StoredTag[] = [];
    const put: StoredTag[] = [];
    const taken: StoredTag[] = [];
    for (const { id: relationId, customerId, observed, inserted } of relations) {
      const wanted = distinct(observed.tags);
      const own = stored.get(relationId) ?? [];
      for (const tag of own) {
        if (!wanted.some((other) => isSame(tag, other, complete))) gone.push(tag);
        if (!wanted.some((other) => isSame(tag, other, false))) taken.push(tag);
      }
      for (const { kind, tag, name } of wanted) {
        const read = { relationId, customerId, kind, tag, name };
        if (!own.some((other) => isSame(other, read, complete) && isNamed(other, read))) added.push(read);
        if (!inserted && !own.some((other) => isSame(other, read, false))) put.push(read);
      }
    }
    await this.remove(gone);
    await this.add(added);
    const relationIds = new Set([...gone, ...added].map(({ relationId }) => relationId));
    return { relationIds, put, taken };
  }

  /** Corp or strategy tags that WeCom deleted; the past of the relations keeps them. @returns the customers that carried them. */
  async removeEverywhere(tagIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ customerId: string }>(
      `WITH gone AS (DELETE FROM customers.relation_tags
                      WHERE corp_id = $1 AND tag = ANY($2::text[]) AND kind <> 'personal'
                     RETURNING relation_id, customer_id, kind, tag, name),
            past AS (INSERT INTO customers.relation_history (corp_id, kind, at, relation_id, customer_id, removed)
                     SELECT $1, 'tags', clock_timestamp(), relation_id, customer_id,
                            jsonb_agg(jsonb_strip_nulls(jsonb_build_object('kind', kind, 'tag', tag, 'name', name)) ORDER BY tag)
                       FROM gone GROUP BY relation_id, customer_id
                     ON CONFLICT DO NOTHING)
       SELECT DISTINCT customer_id AS "customerId" FROM gone`,
      [this.database.corpId, tagIds],
    );
    return rows.map((row) => row.customerId);
  }

  /** Those that the read speaks of. */
  private async listStored(
    relations: readonly WrittenRelation[],
    complete: boolean,
  ): Promise<Map<string, StoredTag[]>> {
    if (relations.length === 0) return new Map();
    const rows = await this.database.query<StoredTag>(
      `SELECT relation_id AS "relationId", customer_id AS "customerId", kind, tag, name FROM customers.relation_tags
        WHERE corp_id = $1 AND relation_id = ANY($2::uuid[]) AND ($3 OR kind <> 'personal')`,
      [this.database.corpId, relations.map(({ id }) => id), complete],
    );
    return byRelation(rows);
  }

  private async remove(tags: readonly StoredTag[]): Promise<void> {
    if (tags.length === 0) return;
    await this.database.execute(
      `DELETE FROM customers.relation_tags t USING unnest($2::uuid[], $3::text[], $4::text[]) AS g(relation_id, kind, tag)
        WHERE t.corp_id = $1 AND t.relation_id = g.relation_id AND t.kind = g.kind AND t.tag = g.tag`,
      [
        this.database.corpId,
        tags.map(({ relationId }) => relationId),
        tags.map(({ kind }) => kind),
        tags.map(({ tag }) => tag),
      ],
    );
  }

  private async add(tags: readonly StoredTag[]): Promise<void> {
    if (tags.length === 0) return;
    await this.database.execute(
      `INSERT INTO customers.relation_tags AS t (corp_id, relation_id, kind, tag, name, customer_id)
       SELECT $1, i.* FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[]) AS i
       ON CONFLICT (corp_id, relation_id, kind, tag) DO UPDATE SET name = coalesce(excluded.name, t.name)`,
      [
        this.database.corpId,
        tags.map(({ relationId }) => relationId),
        tags.map(({ kind }) => kind),
        tags.map(({ tag }) => tag),
        tags.map(({ name }) => name),
        tags.map(({ customerId }) => customerId),
      ],
    );
  }
}

/** The last one of those that are told twice; they are few. */
function distinct(tags: readonly RelationTag[]): RelationTag[] {
  return tags.filter((tag, index) => tags.findLastIndex((other) => isSame(tag, other, true)) === index);
}

function isSame(a: RelationTag, b: RelationTag, withKind: boolean): boolean {
  return a.tag === b.tag && (!withKind || a.kind === b.kind);
}

/** A read without names says nothing about them. */
function isNamed(stored: RelationTag, read: RelationTag): boolean {
  return read.name === undefined || read.name === stored.name;
}
