import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import type { GroupChatMember } from '../domain/group-chat.js';
import { MEMBER_COLUMNS } from '../persistence/member-repository.js';

export const PRESENCES = ['present', 'left'] as const;
export type Presence = (typeof PRESENCES)[number];

@Injectable()
export class ListMembers {
  constructor(private readonly database: Database) {}

  /** Who is or was in the group, by their WeCom ids; by primary key. A group has at most 500 members at a time. */
  list(
    groupChatId: string,
    presence: Presence | undefined,
    after: { memberId: string } | undefined,
    limit: number,
  ): Promise<GroupChatMember[]> {
    return this.database.query<GroupChatMember>(
      `SELECT ${MEMBER_COLUMNS} FROM group_chats.group_chat_members
        WHERE corp_id = $1 AND group_chat_id = $2
          AND ($3::text IS NULL OR member_id > $3)
          AND ($4::boolean IS NULL OR (left_at IS NULL) = $4)
        ORDER BY member_id LIMIT $5`,
      [
        this.database.corpId,
        groupChatId,
        after?.memberId ?? null,
        presence === undefined ? null : presence === 'present',
        limit,
      ],
    );
  }
}
