import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import type { Answer } from '../client/answer.js';
import { wecomApi } from '../client/api.js';
import { assertItems } from '../client/lengths.js';
import { WecomClient } from '../client/wecom-client.js';
import type { WecomGroupChat, WecomGroupChatMember, WecomGroupChatRef } from './group-chat.types.js';

const OWNERS_MAX = 100;
const PAGE_SIZE = 1000;

/** Customer groups (客户群). All methods throw WecomApiError. */
@Injectable()
export class GroupChatsGateway {
  constructor(private readonly client: WecomClient) {}

  /**
   * One page of at most 1,000 (page 92120). Groups of owners outside the app's visible range are missing without a word;
   * those of owners who left come only when the owner is named.
   * @param filter.ownerUserIds at most 100.
   * @throws WecomApiError 81017 without owners where more than 1,000 staff are in range, 50100 bad cursor.
   */
  async list(
    corpId: CorpId,
    filter: { ownerUserIds?: readonly string[]; cursor: string },
  ): Promise<{ items: WecomGroupChatRef[]; nextCursor: string }> {
    assertItems('ownerUserIds', filter.ownerUserIds, OWNERS_MAX);
    const body = {
      status_filter: 0,
      owner_filter: filter.ownerUserIds ? { userid_list: filter.ownerUserIds } : undefined,
      cursor: filter.cursor,
      limit: PAGE_SIZE,
    };
    return this.client.call(corpId, wecomApi.listGroupChats, { body }, (answer) => ({
      items: answer
        .objects('group_chat_list')
        .map((chat) => ({ chatId: chat.text('chat_id'), status: chat.maybeInteger('status') ?? 0 })),
      nextCursor: answer.maybeText('next_cursor') ?? '',
    }));
  }

  /**
   * One group with its members (page 92122). May lag about 2 s behind a change event.
   * @throws WecomApiError 40050 unknown chat, 49008 dissolved, 90501 not a customer group.
   */
  get(corpId: CorpId, chatId: string): Promise<WecomGroupChat> {
    const body = { chat_id: chatId, need_name: 1 };
    return this.client.call(corpId, wecomApi.getGroupChat, { body }, (answer) =>
      readChat(answer.object('group_chat')),
    );
  }
}

function readChat(chat: Answer): WecomGroupChat {
  return {
    chatId: chat.text('chat_id'),
    name: chat.maybeText('name') ?? '',
    ownerUserId: chat.text('owner'),
    createdAt: chat.time('create_time'),
    notice: chat.maybeText('notice') ?? '',
    memberVersion: chat.maybeText('member_version'),
    adminUserIds: chat.objects('admin_list').map((admin) => admin.text('userid')),
    members: chat.objects('member_list').map(readMember),
  };
}

function readMember(member: Answer): WecomGroupChatMember {
  return {
    userId: member.text('userid'),
    type: member.integer('type'),
    unionId: member.maybeText('unionid'),
    joinedAt: member.time('join_time'),
    joinScene: member.maybeInteger('join_scene') ?? 0,
    invitorUserId: member.maybeObject('invitor')?.maybeText('userid'),
    state: member.maybeText('state'),
    groupNickname: member.maybeText('group_nickname'),
    name: member.maybeText('name'),
  };
}
