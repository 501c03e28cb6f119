import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { GroupChatMember } from '../domain/group-chat.js';

export const MEMBER_COLUMNS = `member_id AS "memberId", kind, name, group_nickname AS "groupNickname",
  union_id AS "unionId", join_scene AS "joinScene", invitor_user_id AS "invitorUserId", state,
  joined_at AS "joinedAt", left_at AS "leftAt"`;

/** Members are written under the lock of their group chat. */
@Injectable()
export class MemberRepository {
  constructor(private readonly database: Database) {}

  list(groupChatId: string): Promise<GroupChatMember[]> {
    return this.database.query<GroupChatMember>(
      `SELECT ${MEMBER_COLUMNS} FROM group_chats.group_chat_members WHERE corp_id = $1 AND group_chat_id = $2`,
      [this.database.corpId, groupChatId],
    );
  }

  async save(groupChatId: string, members: readonly GroupChatMember[]): Promise<void> {
    if (members.length === 0) return;
    await this.database.execute(
      `INSERT INTO group_chats.group_chat_members (corp_id, group_chat_id, member_id, kind, name, group_nickname,
              union_id, join_scene, invitor_user_id, state, joined_at, left_at)
       SELECT $1, $2, m."memberId", m.kind, m.name, m."groupNickname", m."unionId", m."joinScene",
              m."invitorUserId", m.state, m."joinedAt", m."leftAt"
         FROM jsonb_to_recordset($3::jsonb) AS m("memberId" text, kind text, name text, "groupNickname" text,
              "unionId" text, "joinScene" int, "invitorUserId" text, state text, "joinedAt" timestamptz,
              "leftAt" timestamptz)
       ON CONFLICT (corp_id, group_chat_id, member_id) DO UPDATE SET
              kind = excluded.kind, name = excluded.name, group_nickname = excluded.group_nickname,
              union_id = excluded.union_id, join_scene = excluded.join_scene,
              invitor_user_id = excluded.invitor_user_id, state = excluded.state, joined_at = excluded.joined_at,
              left_at = excluded.left_at`,
      [this.database.corpId, groupChatId, JSON.stringify(members)],
    );
  }

  /**
   * A customer asked to be forgotten. Who left keeps a row that says when somebody came and went, and not who; who is
   * still there is named by WeCom itself, to whom the mirror is equal: his row loses what is not needed to see him leave.
   * Under the locks of the groups, as everything here is written.
   */
  async forget(externalUserIds: readonly string[]): Promise<void> {
    const params = [this.database.corpId, externalUserIds];
    await this.database.execute(
      `SELECT FROM group_chats.group_chats WHERE corp_id = $1 AND id IN (
         SELECT group_chat_id FROM group_chats.group_chat_members
          WHERE corp_id = $1 AND member_id = ANY($2::text[]) AND kind = 'external') ORDER BY id FOR UPDATE`,
      params,
    );
    await this.database.execute(
      `UPDATE group_chats.group_chat_members SET name = NULL, group_nickname = NULL, union_id = NULL,
              member_id = CASE WHEN left_at IS NULL THEN member_id ELSE 'erased:' || gen_random_uuid() END
        WHERE corp_id = $1 AND member_id = ANY($2::text[]) AND kind = 'external'`,
      params,
    );
  }

  /**
   * A staff member's userid was changed: everything of his moves to the new one. Where the new one already stands, a
   * reading was faster than the event, and the old row says the same. Reads all of the corp's rows; it is rare.
   */
  async renameStaff(userId: string, newUserId: string): Promise<void> {
    const params = [this.database.corpId, userId.toLowerCase(), newUserId];
    await this.database.execute(
      `DELETE FROM group_chats.group_chat_members o USING group_chats.group_chat_members n
        WHERE o.corp_id = $1 AND o.kind = 'staff' AND lower(o.member_id) = $2
          AND n.corp_id = $1 AND n.group_chat_id = o.group_chat_id AND n.member_id = $3 AND n.member_id <> o.member_id`,
      params,
    );
    await this.database.execute(
      `UPDATE group_chats.group_chat_members SET member_id = $3
        WHERE corp_id = $1 AND kind = 'staff' AND lower(member_id) = $2`,
      params,
    );
    await this.database.execute(
      `UPDATE group_chats.group_chat_members SET invitor_user_id = $3
        WHERE corp_id = $1 AND lower(invitor_user_id) = $2`,
      params,
    );
    await this.database.execute(
      `UPDATE group_chats.group_chats SET admin_user_ids = array_replace(admin_user_ids, $2, $3)
        WHERE corp_id = $1 AND $2 = ANY(admin_user_ids)`,
      [this.database.corpId, userId, newUserId],
    );
    await this.database.execute(
      `UPDATE group_chats.group_chats SET owner_user_id = $3, owner_user_key = lower($3)
        WHERE corp_id = $1 AND owner_user_key = $2`,
      params,
    );
  }
}
