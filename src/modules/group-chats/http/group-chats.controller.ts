import { Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../platform/http/cursors.js';
import { Endpoint } from '../../../platform/http/endpoint.js';
import { httpErrors } from '../../../platform/http/http.errors.js';
import { keysetPage } from '../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../platform/http/page.js';
import { PublicIdParam } from '../../../platform/http/public-id-param.js';
import { OperationView } from '../../../platform/operations/operation.view.js';
import { operationsErrors } from '../../../platform/operations/operations.errors.js';
import { StartSync } from '../../../platform/sync/start-sync.js';
import { groupChatsErrors } from '../group-chats.errors.js';
import type { StoredGroupChat } from '../persistence/group-chat-repository.js';
import { ListGroupChats } from '../queries/list-group-chats.js';
import { ListMembers } from '../queries/list-members.js';
import { GROUP_CHATS_SYNC } from '../use-cases/group-chats-sync.js';
import {
  GROUP_CHAT_ID_PREFIX,
  GroupChatMemberView,
  GroupChatsQuery,
  GroupChatView,
  MembersQuery,
} from './group-chats.views.js';

const { not_found } = groupChatsErrors;

@Controller('v1/group-chats')
export class GroupChatsController {
  constructor(
    private readonly groupChats: ListGroupChats,
    private readonly members: ListMembers,
    private readonly cursors: Cursors,
    private readonly syncs: StartSync,
  ) {}

  @Get()
  @Endpoint({
    id: 'group-chats.list',
    summary: { en: 'List customer groups', zh: '客户群列表' },
    scope: 'group-chats:read',
    response: pageOf(GroupChatView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: GroupChatsQuery): Promise<Page<GroupChatView>> {
    return keysetPage(this.cursors, {
      name: 'group-chats',
      query,
      read: (after: { id: string } | undefined, limit) => this.groupChats.list(query, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: GroupChatView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'group-chats.get',
    summary: { en: 'Get one customer group', zh: '查询一个客户群' },
    scope: 'group-chats:read',
    response: GroupChatView,
    errors: [not_found],
  })
  async get(@PublicIdParam('id', GROUP_CHAT_ID_PREFIX, not_found) id: string): Promise<GroupChatView> {
    return GroupChatView.of(await this.groupChat(id));
  }

  @Get(':id/members')
  @Endpoint({
    id: 'group-chats.list_members',
    summary: { en: 'List who is and who was in a customer group', zh: '客户群成员列表（含已退群）' },
    scope: 'group-chats:read',
    response: pageOf(GroupChatMemberView),
    errors: [not_found, httpErrors.cursor_invalid],
  })
  async listMembers(
    @PublicIdParam('id', GROUP_CHAT_ID_PREFIX, not_found) id: string,
    @Query() query: MembersQuery,
  ): Promise<Page<GroupChatMemberView>> {
    await this.groupChat(id);
    return keysetPage(this.cursors, {
      name: `group-chats/${id}/members`,
      query,
      read: (after: { memberId: string } | undefined, limit) =>
        this.members.list(id, query.presence, after, limit),
      keyOf: ({ memberId }) => ({ memberId }),
      viewOf: GroupChatMemberView.of,
    });
  }

  @Post('sync')
  @Endpoint({
    id: 'group-chats.sync',
    summary: { en: 'Read the customer groups from WeCom', zh: '从企业微信同步客户群' },
    scope: 'group-chats:write',
    status: 202,
    response: OperationView,
    errors: [operationsErrors.already_running],
  })
  sync(): Promise<OperationView> {
    return this.syncs.start(GROUP_CHATS_SYNC);
  }

  private async groupChat(id: string): Promise<StoredGroupChat> {
    const chat = await this.groupChats.find(id);
    if (!chat) throw not_found();
    return chat;
  }
}
