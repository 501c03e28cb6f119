import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import type { MissingCount, Sync, SyncItem, SyncPass, SyncStep } from '../../../platform/sync/sync.js';
import { Syncs } from '../../../platform/sync/syncs.js';
import { ContactsGateway, GroupChatsGateway, WecomApiError } from '../../../wecom/index.js';
import type { ChatAnswer } from '../domain/group-chat.js';
import { decideOwnerBatches } from '../domain/owner-batches.js';
import { GroupChatRepository } from '../persistence/group-chat-repository.js';
import { GroupChatReader } from './group-chat-reader.js';
import { RecordGroupChat } from './record-group-chat.js';

export const GROUP_CHATS_SYNC = 'group-chats.sync';

/** Who may own groups, whose groups there are, each group; then those that no listing named. */
const stages = { owners: 1, list: 2, chat: 3, unseen: 4, chat_again: 5 } as const;

const INVALID_CURSOR = 50100;
/** No such member, not active enough, outside the visible range: of such an owner there is nothing to list. */
const OWNER_REFUSED = new Set([40003, 40031, 48011, 60011, 60021, 60111]);

interface ListArgs {
  readonly ownerUserIds: readonly string[];
  readonly cursor: string;
}

type Listed =
  | {
      readonly kind: 'page';
      readonly items: readonly { chatId: string; status: number }[];
      readonly next: string;
    }
  | { readonly kind: 'restart' }
  | { readonly kind: 'divide' };

type Loaded =
  | { readonly kind: 'owners'; readonly followUserIds: readonly string[] }
  | Listed
  | { readonly kind: 'chat'; readonly answer: ChatAnswer }
  | { readonly kind: 'nothing' };

/**
 * Pulls the customer groups, listed by their owners in batches of 100 (page 92120). A group that no listing names may
 * only have an owner outside the visible range, so it is asked for itself and ends only when WeCom says that it is gone.
 */
@Injectable()
export class GroupChatsSync implements Sync<Loaded>, OnModuleInit {
  readonly kind = GROUP_CHATS_SYNC;
  readonly first: SyncItem = { stage: stages.owners, key: 'all' };

  constructor(
    private readonly syncs: Syncs,
    private readonly contacts: ContactsGateway,
    private readonly gateway: GroupChatsGateway,
    private readonly reader: GroupChatReader,
    private readonly record: RecordGroupChat,
    private readonly chats: GroupChatRepository,
  ) {}

  onModuleInit(): void {
    this.syncs.register(this);
  }

  async load(item: SyncItem, { corpId }: SyncPass): Promise<Loaded> {
    switch (item.stage) {
      case stages.owners:
        return { kind: 'owners', followUserIds: await this.contacts.listFollowUserIds(corpId) };
      case stages.list:
        return this.list(corpId, listArgs(item));
      case stages.unseen:
        return { kind: 'nothing' };
      default:
        return { kind: 'chat', answer: await this.reader.read(corpId, item.key) };
    }
  }

  async apply(item: SyncItem, loaded: Loaded, readAt: Date, pass: SyncPass): Promise<SyncStep> {
    switch (loaded.kind) {
      case 'owners':
        return { items: await this.listItems(loaded.followUserIds) };
      case 'page':
      case 'restart':
        return applyListed(listArgs(item), loaded);
      case 'divide':
        return {
          items: listArgs(item).ownerUserIds.map((owner) => listItem(`${item.key} ${owner}`, [owner])),
        };
      case 'chat':
        return this.applyChat(item, loaded.answer, readAt);
      case 'nothing':
        return { items: await this.unseenItems(pass) };
    }
  }

  async countMissing(pass: SyncPass): Promise<Record<string, MissingCount>> {
    return { groupChats: await this.chats.countMissing(pass.startedAt) };
  }

  endMissing(pass: SyncPass): Promise<number> {
    return this.chats.endMissing(pass.startedAt);
  }

  private async listItems(followUserIds: readonly string[]): Promise<SyncItem[]> {
    const batches = decideOwnerBatches(followUserIds, await this.chats.listOwners());
    return [
      ...batches.map((ownerUserIds, index) => listItem(String(index).padStart(6, '0'), ownerUserIds)),
      { stage: stages.unseen, key: 'all' },
    ];
  }

  private async list(corpId: CorpId, args: ListArgs): Promise<Listed> {
    try {
      const page = await this.gateway.list(corpId, args);
      return { kind: 'page', items: page.items, next: page.nextCursor };
    } catch (error) {
      if (!(error instanceof WecomApiError)) throw error;
      if (error.errcode === INVALID_CURSOR && args.cursor !== '') return { kind: 'restart' };
      if (!OWNER_REFUSED.has(error.errcode)) throw error;
      return args.ownerUserIds.length > 1 ? { kind: 'divide' } : { kind: 'page', items: [], next: '' };
    }
  }

  private async unseenItems(pass: SyncPass): Promise<SyncItem[]> {
    const chatIds = await this.chats.listUnseen(pass.startedAt);
    return chatIds.map((key) => ({ stage: stages.chat_again, key }));
  }

  /** Gone is not stored here: the row stays unseen, and the end of the pass decides with the share in view. */
  private async applyChat(item: SyncItem, answer: ChatAnswer, readAt: Date): Promise<SyncStep> {
    if (answer.outcome === 'dissolved' || answer.outcome === 'unknown') return {};
    const status = item.args?.status;
    const change = await this.record.record(
      item.key,
      answer,
      readAt,
      typeof status === 'number' ? status : undefined,
    );
    return { [change]: 1 };
  }
}

function listItem(key: string, ownerUserIds: readonly string[]): SyncItem {
  return { stage: stages.list, key, args: { ownerUserIds, cursor: '' } };
}

function listArgs(item: SyncItem): ListArgs {
  return item.args as unknown as ListArgs; // reason: `listItem` made them
}

function applyListed(args: ListArgs, listed: Exclude<Listed, { kind: 'divide' }>): SyncStep {
  if (listed.kind === 'restart') return { again: { ...args, cursor: '' } };
  const items = listed.items.map(({ chatId, status }) => ({
    stage: stages.chat,
    key: chatId,
    args: { status },
  }));
  return { items, ...(listed.next && { again: { ...args, cursor: listed.next } }) };
}
