import { Injectable } from '@nestjs/common';
import { Ids } from '../../../platform/clock/ids.js';
import { Database } from '../../../platform/database/database.js';
import type { MissingCount } from '../../../platform/sync/sync.js';
import type { TagState } from '../domain/corp-tag.js';

export interface StoredTag extends TagState {
  readonly fetchedAt: Date;
}

/** Groups and tags have the same columns but for their own id's name and a tag's group. */
const TABLES = {
  group: { table: 'segments.corp_tag_groups', wecomId: 'wecom_group_id' },
  tag: { table: 'segments.corp_tags', wecomId: 'wecom_tag_id' },
} as const;
type Kind = keyof typeof TABLES;

@Injectable()
export class CorpTagRepository {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  /** In the order of their ids, so that two transactions never wait for each other. */
  async lock(kind: Kind, wecomIds: readonly string[]): Promise<Map<string, StoredTag>> {
    const { table, wecomId } = TABLES[kind];
    const rows = await this.database.query<StoredTag>(
      `SELECT ${wecomId} AS "wecomId", name, sort_order AS "sortOrder", created_at AS "createdAt",
              strategy_id AS "strategyId", deleted_at AS "deletedAt", fetched_at AS "fetchedAt"
         FROM ${table} WHERE corp_id = $1 AND ${wecomId} = ANY($2::text[]) ORDER BY ${wecomId} FOR UPDATE`,
      [this.database.corpId, wecomIds],
    );
    return new Map(rows.map((row) => [row.wecomId, row]));
  }

  /** An older reading never overwrites a newer one. */
  async saveGroups(groups: readonly TagState[], fetchedAt: Date): Promise<void> {
    await this.database.execute(
      `INSERT INTO segments.corp_tag_groups AS t
              (corp_id, id, wecom_group_id, name, sort_order, strategy_id, created_at, deleted_at, fetched_at)
       SELECT $1, n.id, n."wecomId", n.name, n."sortOrder", n."strategyId", n."createdAt", n."deletedAt", $3
         FROM jsonb_to_recordset($2::jsonb) AS n(id uuid, "wecomId" text, name text, "sortOrder" bigint,
              "strategyId" text, "createdAt" timestamptz, "deletedAt" timestamptz)
        ORDER BY n."wecomId"
       ON CONFLICT (corp_id, wecom_group_id) DO UPDATE SET
              name = excluded.name, sort_order = excluded.sort_order, strategy_id = excluded.strategy_id,
              created_at = excluded.created_at, deleted_at = excluded.deleted_at, fetched_at = excluded.fetched_at
        WHERE t.fetched_at <= excluded.fetched_at`,
      [this.database.corpId, this.withIds(groups), fetchedAt],
    );
  }

  /** Like `saveGroups`; the groups must be there. */
  async saveTags(
    tags: readonly (TagState & { readonly wecomGroupId: string })[],
    fetchedAt: Date,
  ): Promise<void> {
    await this.database.execute(
      `INSERT INTO segments.corp_tags AS t (corp_id, id, group_id, wecom_tag_id, name, sort_order, strategy_id,
              created_at, deleted_at, fetched_at)
       SELECT $1, n.id, g.id, n."wecomId", n.name, n."sortOrder", n."strategyId", n."createdAt", n."deletedAt", $3
         FROM jsonb_to_recordset($2::jsonb) AS n(id uuid, "wecomId" text, "wecomGroupId" text, name text,
              "sortOrder" bigint, "strategyId" text, "createdAt" timestamptz, "deletedAt" timestamptz)
         JOIN segments.corp_tag_groups g ON g.corp_id = $1 AND g.wecom_group_id = n."wecomGroupId"
        ORDER BY n."wecomId"
       ON CONFLICT (corp_id, wecom_tag_id) DO UPDATE SET
              group_id = excluded.group_id, name = excluded.name, sort_order = excluded.sort_order,
              strategy_id = excluded.strategy_id, created_at = excluded.created_at,
              deleted_at = excluded.deleted_at, fetched_at = excluded.fetched_at
        WHERE t.fetched_at <= excluded.fetched_at`,
      [this.database.corpId, this.withIds(tags), fetchedAt],
    );
  }

  /** WeCom does not know this tag or group any more. */
  async end(kind: Kind, wecomId: string, at: Date): Promise<void> {
    const { table, wecomId: column } = TABLES[kind];
    await this.database.execute(
      `UPDATE ${table} SET deleted_at = coalesce(deleted_at, $3), fetched_at = $3
        WHERE corp_id = $1 AND ${column} = $2 AND fetched_at <= $3`,
      [this.database.corpId, wecomId, at],
    );
  }

  /** WeCom sends no events for the tags of a deleted group (page 92130): they end with it. @returns their WeCom ids. */
  async endTagsOfDeletedGroups(): Promise<string[]> {
    const rows = await this.database.query<{ wecomId: string }>(
      `UPDATE segments.corp_tags t SET deleted_at = g.deleted_at, fetched_at = g.fetched_at
         FROM segments.corp_tag_groups g
        WHERE t.corp_id = $1 AND g.corp_id = $1 AND g.id = t.group_id AND g.deleted_at IS NOT NULL
          AND t.deleted_at IS NULL AND t.fetched_at <= g.fetched_at RETURNING t.wecom_tag_id AS "wecomId"`,
      [this.database.corpId],
    );
    return rows.map(({ wecomId }) => wecomId);
  }

  async markStrategy(kind: Kind, wecomId: string, strategyId: string): Promise<void> {
    const { table, wecomId: column } = TABLES[kind];
    await this.database.execute(
      `UPDATE ${table} SET strategy_id = $3 WHERE corp_id = $1 AND ${column} = $2 AND strategy_id IS NULL`,
      [this.database.corpId, wecomId, strategyId],
    );
  }

  async findGroupOfTag(wecomTagId: string): Promise<string | undefined> {
    const row = await this.database.maybeOne<{ id: string }>(
      `SELECT g.wecom_group_id AS id FROM segments.corp_tags t
         JOIN segments.corp_tag_groups g ON g.corp_id = t.corp_id AND g.id = t.group_id
        WHERE t.corp_id = $1 AND t.wecom_tag_id = $2`,
      [this.database.corpId, wecomTagId],
    );
    return row?.id;
  }

  async countMissing(startedAt: Date): Promise<Record<string, MissingCount>> {
    return {
      tagGroups: await this.countMissingOf('group', startedAt),
      tags: await this.countMissingOf('tag', startedAt),
    };
  }

  /** @returns the WeCom ids of groups or tags that nobody has fetched since. */
  async endMissing(kind: Kind, startedAt: Date): Promise<string[]> {
    const { table, wecomId } = TABLES[kind];
    const rows = await this.database.query<{ wecomId: string }>(
      `UPDATE ${table} SET deleted_at = clock_timestamp()
        WHERE corp_id = $1 AND deleted_at IS NULL AND strategy_id IS NULL AND fetched_at < $2
       RETURNING ${wecomId} AS "wecomId"`,
      [this.database.corpId, startedAt],
    );
    return rows.map((row) => row.wecomId);
  }

  private countMissingOf(kind: Kind, startedAt: Date): Promise<MissingCount> {
    return this.database.one<MissingCount>(
      `SELECT count(*) FILTER (WHERE fetched_at < $2) AS missing, count(*) AS of FROM ${TABLES[kind].table}
        WHERE corp_id = $1 AND deleted_at IS NULL AND strategy_id IS NULL`,
      [this.database.corpId, startedAt],
    );
  }

  private withIds(states: readonly TagState[]): string {
    return JSON.stringify(states.map((state) => ({ id: this.ids.next(), ...state })));
  }
}
