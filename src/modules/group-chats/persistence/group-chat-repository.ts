import { Injectable } from '@nestjs/common';
import { Ids } from '../../../platform/clock/ids.js';
import { Database } from '../../../platform/database/database.js';
import type { MissingCount } from '../../../platform/sync/sync.js';
import type { GroupChat } from '../domain/group-chat.js';

export interface StoredGroupChat extends GroupChat {
  readonly id: string;
  readonly fetchedAt: Date;
}

export const GROUP_CHAT_COLUMNS = `id, chat_id AS "chatId", name, owner_user_id AS "ownerUserId",
  owner_state AS "ownerState", notice, admin_user_ids AS "adminUserIds", member_version AS "memberVersion",
  member_count AS "memberCount", created_at AS "createdAt", dismissed_at AS "dismissedAt", fetched_at AS "fetchedAt"`;

@Injectable()
export class GroupChatRepository {
  constructor(
    private readonly database: Database,
    private readonly ids: Ids,
  ) {}

  lock(chatId: string): Promise<StoredGroupChat | undefined> {
    return this.database.maybeOne<StoredGroupChat>(
      `SELECT ${GROUP_CHAT_COLUMNS} FROM group_chats.group_chats WHERE corp_id = $1 AND chat_id = $2 FOR UPDATE`,
      [this.database.corpId, chatId],
    );
  }

  /**
   * An older reading never overwrites a newer one, and nothing brings back a dismissed group.
   * @returns the id, or undefined when the stored row stays.
   */
  async save(chat: GroupChat, fetchedAt: Date): Promise<string | undefined> {
    const row = await this.database.maybeOne<{ id: string }>(
      `INSERT INTO group_chats.group_chats AS c (corp_id, id, chat_id, name, owner_user_id, owner_user_key, owner_state,
              notice, admin_user_ids, member_version, member_count, created_at, fetched_at)
       VALUES ($1, $2, $3, $4, $5, lower($5), $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT (corp_id, chat_id) DO UPDATE SET
              name = excluded.name, owner_user_id = excluded.owner_user_id, owner_user_key = excluded.owner_user_key,
              owner_state = excluded.owner_state, notice = excluded.notice, admin_user_ids = excluded.admin_user_ids,
              member_version = excluded.member_version, member_count = excluded.member_count,
              created_at = excluded.created_at, fetched_at = excluded.fetched_at
        WHERE c.fetched_at <= excluded.fetched_at AND c.dismissed_at IS NULL RETURNING c.id`,
      [
        this.database.corpId,
        this.ids.next(),
        chat.chatId,
        chat.name,
        chat.ownerUserId,
        chat.ownerState,
        chat.notice,
        chat.adminUserIds,
        chat.memberVersion,
        chat.memberCount,
        chat.createdAt,
        fetchedAt,
      ],
    );
    return row?.id;
  }

  /** WeCom refused to show the group: it was asked, and nothing is known to have changed. */
  async touch(chatId: string, fetchedAt: Date): Promise<void> {
    await this.database.execute(
      `UPDATE group_chats.group_chats SET fetched_at = $3 WHERE corp_id = $1 AND chat_id = $2 AND fetched_at <= $3`,
      [this.database.corpId, chatId, fetchedAt],
    );
  }

  /** @returns 1 when the group was live until now. */
  dismiss(chatId: string, at: Date): Promise<number> {
    return this.database.execute(
      `UPDATE group_chats.group_chats SET dismissed_at = $3
        WHERE corp_id = $1 AND chat_id = $2 AND dismissed_at IS NULL`,
      [this.database.corpId, chatId, at],
    );
  }

  async listOwners(): Promise<string[]> {
    const rows = await this.database.query<{ owner: string }>(
      `SELECT DISTINCT owner_user_id AS owner FROM group_chats.group_chats
        WHERE corp_id = $1 AND dismissed_at IS NULL`,
      [this.database.corpId],
    );
    return rows.map(({ owner }) => owner);
  }

  async listUnseen(startedAt: Date): Promise<string[]> {
    const rows = await this.database.query<{ chatId: string }>(
      `SELECT chat_id AS "chatId" FROM group_chats.group_chats
        WHERE corp_id = $1 AND dismissed_at IS NULL AND fetched_at < $2`,
      [this.database.corpId, startedAt],
    );
    return rows.map(({ chatId }) => chatId);
  }

  countMissing(startedAt: Date): Promise<MissingCount> {
    return this.database.one<MissingCount>(
      `SELECT count(*) FILTER (WHERE fetched_at < $2) AS missing, count(*) AS of
         FROM group_chats.group_chats WHERE corp_id = $1 AND dismissed_at IS NULL`,
      [this.database.corpId, startedAt],
    );
  }

  endMissing(startedAt: Date): Promise<number> {
    return this.database.execute(
      `UPDATE group_chats.group_chats SET dismissed_at = clock_timestamp()
        WHERE corp_id = $1 AND dismissed_at IS NULL AND fetched_at < $2`,
      [this.database.corpId, startedAt],
    );
  }
}
