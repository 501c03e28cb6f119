import { Injectable } from '@nestjs/common';
import { Database } from '../../../platform/database/database.js';
import { GROUP_CHAT_COLUMNS, type StoredGroupChat } from '../persistence/group-chat-repository.js';

export const GROUP_CHAT_STATES = ['active', 'dismissed'] as const;
export type GroupChatState = (typeof GROUP_CHAT_STATES)[number];

export interface GroupChatFilter {
  readonly ownerUserId?: string;
  readonly state?: GroupChatState;
}

@Injectable()
export class ListGroupChats {
  constructor(private readonly database: Database) {}

  /** In the order in which we learned of them; by primary key, or by group_chats_owner for one owner. */
  list(
    filter: GroupChatFilter,
    after: { id: string } | undefined,
    limit: number,
  ): Promise<StoredGroupChat[]> {
    return this.database.query<StoredGroupChat>(
      `SELECT ${GROUP_CHAT_COLUMNS} FROM group_chats.group_chats
        WHERE corp_id = $1
          AND ($2::uuid IS NULL OR id > $2)
          AND ($3::text IS NULL OR owner_user_key = $3)
          AND ($4::boolean IS NULL OR (dismissed_at IS NULL) = $4)
        ORDER BY id LIMIT $5`,
      [
        this.database.corpId,
        after?.id ?? null,
        filter.ownerUserId?.toLowerCase() ?? null,
        filter.state === undefined ? null : filter.state === 'active',
        limit,
      ],
    );
  }

  find(id: string): Promise<StoredGroupChat | undefined> {
    return this.database.maybeOne<StoredGroupChat>(
      `SELECT ${GROUP_CHAT_COLUMNS} FROM group_chats.group_chats WHERE corp_id = $1 AND id = $2`,
      [this.database.corpId, id],
    );
  }
}
