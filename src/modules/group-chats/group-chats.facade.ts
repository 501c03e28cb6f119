import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';

/** What other modules may ask about group chats. Inside an open unit of work. */
@Injectable()
export class GroupChatsFacade {
  constructor(private readonly database: Database) {}

  /** The `external_userid`s of those outside the corp who are in the group now, at most 500; undefined: no such group. */
  async externalUserIdsIn(groupChatId: string): Promise<string[] | undefined> {
    const group = await this.database.maybeOne<{ members: string[] }>(
      `SELECT ARRAY(SELECT m.member_id FROM group_chats.group_chat_members m
                     WHERE m.corp_id = $1 AND m.group_chat_id = g.id AND m.kind = 'external' AND m.left_at IS NULL
                     ORDER BY m.member_id) AS members
         FROM group_chats.group_chats g WHERE g.corp_id = $1 AND g.id = $2`,
      [this.database.corpId, groupChatId],
    );
    return group?.members;
  }
}
