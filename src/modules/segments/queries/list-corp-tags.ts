import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';

export interface ListedCorpTag {
  readonly id: string;
  readonly wecomTagId: string;
  readonly name: string;
  readonly sortOrder: number;
  readonly strategyId: string | null;
  /** In seconds since the epoch, as WeCom gives it. */
  readonly createdAtS: number;
}

export interface ListedCorpTagGroup {
  readonly id: string;
  readonly wecomGroupId: string;
  readonly name: string;
  readonly sortOrder: number;
  readonly strategyId: string | null;
  readonly createdAt: Date;
  readonly tags: readonly ListedCorpTag[];
}

export interface CorpTagGroupKey {
  readonly sortOrder: number;
  readonly id: string;
}

@Injectable()
export class ListCorpTags {
  constructor(private readonly database: Database) {}

  /** Live groups with their live tags, in the order of WeCom's console; a corp has at most 10,000 tags. */
  list(after: CorpTagGroupKey | undefined, limit: number): Promise<ListedCorpTagGroup[]> {
    return this.database.query<ListedCorpTagGroup>(
      `SELECT g.id, g.wecom_group_id AS "wecomGroupId", g.name, g.sort_order AS "sortOrder",
              g.strategy_id AS "strategyId", g.created_at AS "createdAt",
              coalesce((SELECT jsonb_agg(jsonb_build_object('id', t.id, 'wecomTagId', t.wecom_tag_id, 'name', t.name,
                                 'sortOrder', t.sort_order, 'strategyId', t.strategy_id,
                                 'createdAtS', extract(epoch FROM t.created_at)) ORDER BY t.sort_order DESC, t.id)
                 FROM segments.corp_tags t
                WHERE t.corp_id = g.corp_id AND t.group_id = g.id AND t.deleted_at IS NULL), '[]') AS tags
         FROM segments.corp_tag_groups g
        WHERE g.corp_id = $1 AND g.deleted_at IS NULL
          AND ($2::bigint IS NULL OR g.sort_order < $2 OR (g.sort_order = $2 AND g.id > $3))
        ORDER BY g.sort_order DESC, g.id LIMIT $4`,
      [this.database.corpId, after?.sortOrder ?? null, after?.id ?? null, limit],
    );
  }
}
