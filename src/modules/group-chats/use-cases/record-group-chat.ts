import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import {
  type ChatAnswer,
  decideMemberChanges,
  type GroupChatReading,
  mergeGroupChat,
} from '../domain/group-chat.js';
import { GroupChatRepository, type StoredGroupChat } from '../persistence/group-chat-repository.js';
import { MemberRepository } from '../persistence/member-repository.js';

export type ChatChange = 'inserted' | 'changed' | 'ended' | 'same';

/** The one way by which WeCom's answers about a group reach the mirror, from syncs and from events alike. */
@Injectable()
export class RecordGroupChat {
  constructor(
    private readonly chats: GroupChatRepository,
    private readonly members: MemberRepository,
  ) {}

  /** @param listedStatus the status in the listing that led here. */
  async record(chatId: string, answer: ChatAnswer, readAt: Date, listedStatus?: number): Promise<ChatChange> {
    if (answer.outcome === 'known') return this.recordKnown(answer.chat, readAt, listedStatus);
    if (answer.outcome === 'hidden') {
      await this.chats.touch(chatId, readAt);
      return 'same';
    }
    // A dismissal is final, and "unknown" may have been said of a group that was too new and has been shown since.
    if (answer.outcome === 'unknown' && (await this.wasShownAfter(chatId, readAt))) return 'same';
    return (await this.chats.dismiss(chatId, readAt)) === 1 ? 'ended' : 'same';
  }

  private async wasShownAfter(chatId: string, readAt: Date): Promise<boolean> {
    const stored = await this.chats.lock(chatId);
    return stored !== undefined && stored.fetchedAt > readAt;
  }

  private async recordKnown(
    read: GroupChatReading,
    readAt: Date,
    listedStatus: number | undefined,
  ): Promise<ChatChange> {
    const stored = await this.chats.lock(read.chatId);
    const next = mergeGroupChat(stored, read, listedStatus);
    const id = await this.chats.save(next, readAt);
    if (!id) return 'same';
    const changes = decideMemberChanges(stored ? await this.members.list(id) : [], read.members, readAt);
    await this.members.save(id, changes);
    if (!stored) return 'inserted';
    return changes.length === 0 && isDeepStrictEqual(next, withoutKeys(stored)) ? 'same' : 'changed';
  }
}

function withoutKeys({ id: _, fetchedAt: __, ...chat }: StoredGroupChat): object {
  return chat;
}
