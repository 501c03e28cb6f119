import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { Events } from '../../../platform/events/events.js';
import {
  type ChatAnswer,
  decideMemberChanges,
  type GroupChatReading,
  mergeGroupChat,
} from '../domain/group-chat.js';
import { type MembershipChange, membershipChanges } from '../domain/membership.js';
import { groupChatMembersChanged, MEMBERS_PER_EVENT_MAX } from '../group-chats.events.js';
import { GroupChatRepository, type StoredGroupChat } from '../persistence/group-chat-repository.js';
import { MemberRepository } from '../persistence/member-repository.js';

export type ChatChange = 'inserted' | 'changed' | 'ended' | 'same';

/** The one way by which WeCom's answers about a group reach the mirror, from syncs and from events alike. */
@Injectable()
export class RecordGroupChat {
  constructor(
    private readonly chats: GroupChatRepository,
    private readonly members: MemberRepository,
    private readonly events: Events,
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
    const before = stored ? await this.members.list(id) : [];
    const changes = decideMemberChanges(before, read.members, readAt);
    await this.members.save(id, changes);
    await this.appendChanged(id, membershipChanges(before, changes));
    if (!stored) return 'inserted';
    return changes.length === 0 && isDeepStrictEqual(next, withoutKeys(stored)) ? 'same' : 'changed';
  }

  private async appendChanged(groupChatId: string, changes: readonly MembershipChange[]): Promise<void> {
    for (let start = 0; start < changes.length; start += MEMBERS_PER_EVENT_MAX) {
      const page = changes.slice(start, start + MEMBERS_PER_EVENT_MAX);
      await this.events.append(groupChatMembersChanged, {
        groupChatId,
        changes: page.map((change) => ({ ...change, at: change.at.toISOString() })),
      });
    }
  }
}

function withoutKeys({ id: _, fetchedAt: __, ...chat }: StoredGroupChat): object {
  return chat;
}
