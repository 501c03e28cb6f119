import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { StoredEvent } from '../../../platform/events/event.js';
import { EventConsumers } from '../../../platform/events/event-consumers.js';
import { Syncs } from '../../../platform/sync/syncs.js';
import {
  corpConnected,
  type DirectoryChanged,
  directoryChanged,
  type GroupChatChanged,
  groupChatChanged,
} from '../../../wecom/wecom.events.js';
import { DirectoryGateway, WecomApiError } from '../../../wecom/index.js';
import { reactionTo } from '../domain/group-chat.js';
import { type GroupChatsHandedOver, groupChatsHandedOver } from '../../customers/customers.events.js';
import { GroupChatRepository } from '../persistence/group-chat-repository.js';
import { MemberRepository } from '../persistence/member-repository.js';
import { GROUP_CHATS_SYNC } from '../use-cases/group-chats-sync.js';
import { GroupChatRefresh } from './group-chat-refresh.js';

/** No such member (page 90196). */
const NO_SUCH_STAFF = new Set([60111, 40003]);
/** Outside the visible range of the app: whether the userid is still in use stays open. */
const HIDDEN_STAFF = new Set([50002, 60011, 60021, 60030]);

@Injectable()
export class GroupChatReactions implements OnModuleInit {
  constructor(
    private readonly consumers: EventConsumers,
    private readonly syncs: Syncs,
    private readonly refresh: GroupChatRefresh,
    private readonly chats: GroupChatRepository,
    private readonly members: MemberRepository,
    private readonly directory: DirectoryGateway,
  ) {}

  onModuleInit(): void {
    this.consumers.register({
      name: 'group-chats.sync_new_corp',
      events: [corpConnected],
      apply: () => this.syncs.ensureStarted(GROUP_CHATS_SYNC),
    });
    this.consumers.register<GroupChatChanged>({
      name: 'group-chats.follow_group_chats',
      events: [groupChatChanged],
      apply: (event) => this.followChat(event.payload),
    });
    this.consumers.register<GroupChatsHandedOver>({
      name: 'group-chats.refresh_handed_over',
      events: [groupChatsHandedOver],
      apply: async ({ payload }) => {
        for (const chatId of payload.chatIds) await this.refresh.request(chatId);
      },
    });
    this.consumers.register<DirectoryChanged, boolean>({
      name: 'group-chats.rename_staff',
      events: [directoryChanged],
      load: (event) => this.isRenamed(event),
      apply: (event, renamed) => this.renameStaff(event.payload, renamed),
    });
  }

  private async followChat(event: GroupChatChanged): Promise<void> {
    const stored = await this.chats.lock(event.chatId);
    if (stored?.dismissedAt) return;
    const reaction = reactionTo(event, stored?.memberVersion);
    if (reaction === 'nothing') return;
    if (reaction === 'dismiss') await this.chats.dismiss(event.chatId, new Date(event.happenedAt));
    await this.refresh.request(event.chatId);
  }

  /** Only while WeCom does not know the old userid: in a late event it may belong to somebody new. */
  private async isRenamed({ corpId, payload }: StoredEvent<DirectoryChanged>): Promise<boolean> {
    if (!payload.userId || !payload.newUserId) return false;
    try {
      await this.directory.getStaff(corpId, payload.userId);
      return false;
    } catch (error) {
      if (error instanceof WecomApiError && NO_SUCH_STAFF.has(error.errcode)) return true;
      if (error instanceof WecomApiError && HIDDEN_STAFF.has(error.errcode)) return false;
      throw error;
    }
  }

  private async renameStaff({ userId, newUserId }: DirectoryChanged, renamed: boolean): Promise<void> {
    if (renamed && userId && newUserId) await this.members.renameStaff(userId, newUserId);
  }
}
