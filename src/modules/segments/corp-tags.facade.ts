import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { RecentReads } from '../../platform/database/recent-reads.js';

export interface CorpTagName {
  readonly name: string;
  readonly groupName: string;
}

/** What other modules may ask about corp tags. Inside an open unit of work. */
@Injectable()
export class CorpTags {
  private readonly recentNames = new RecentReads<CorpTagName>();

  constructor(private readonly database: Database) {}

  /**
   * Names by WeCom's tag id, up to a second old, of deleted tags too, which customers may still carry; unknown ids are
   * missing.
   */
  namesOf(wecomTagIds: readonly string[]): Promise<Map<string, CorpTagName>> {
    return this.recentNames.get(this.database.corpId, wecomTagIds, (missing) => this.readNames(missing));
  }

  private async readNames(wecomTagIds: string[]): Promise<Map<string, CorpTagName>> {
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
