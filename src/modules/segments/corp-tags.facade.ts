import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';

export interface CorpTagName {
  readonly name: string;
  readonly groupName: string;
}

/** What other modules may ask about corp tags. Inside an open unit of work. */
@Injectable()
export class CorpTags {
  constructor(private readonly database: Database) {}

  /** Names by WeCom's tag id, of deleted tags too, which customers may still carry; unknown ids are missing. */
  async namesOf(wecomTagIds: readonly string[]): Promise<Map<string, CorpTagName>> {
    const rows = await this.database.query<CorpTagName & { id: string }>(
      `SELECT t.wecom_tag_id AS id, t.name, g.name AS "groupName"
         FROM segments.corp_tags t
         JOIN segments.corp_tag_groups g ON g.corp_id = t.corp_id AND g.id = t.group_id
        WHERE t.corp_id = $1 AND t.wecom_tag_id = ANY($2::text[])`,
      [this.database.corpId, wecomTagIds],
    );
    return new Map(rows.map(({ id, name, groupName }) => [id, { name, groupName }]));
  }
}

/**
 * Today's names of a tag as a subquery with `name` and `group_name`, of deleted tags too; no row when unknown. For
 * statements of other modules that show many tags.
 * @param corpId SQL of the surrounding statement, like the tag: WeCom's id.
 */
export function corpTagNameOf(corpId: string, wecomTagId: string): string {
  return `(SELECT tag.name, g.name AS group_name
             FROM segments.corp_tags tag
             JOIN segments.corp_tag_groups g ON g.corp_id = tag.corp_id AND g.id = tag.group_id
            WHERE tag.corp_id = ${corpId} AND tag.wecom_tag_id = ${wecomTagId})`;
}
