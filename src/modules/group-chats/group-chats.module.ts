import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { WecomModule } from '../../wecom/index.js';
import { GroupChatsFacade } from './group-chats.facade.js';
import { GroupChatsController } from './http/group-chats.controller.js';
import { GroupChatRepository } from './persistence/group-chat-repository.js';
import { groupChatRows } from './persistence/group-chat.row.js';
import { MemberRepository } from './persistence/member-repository.js';
import { ListGroupChats } from './queries/list-group-chats.js';
import { ListMembers } from './queries/list-members.js';
import { ForgetContacts } from './reactions/forget-contacts.js';
import { GroupChatReactions } from './reactions/group-chat-reactions.js';
import { GroupChatRefresh } from './reactions/group-chat-refresh.js';
import { GroupChatReader } from './use-cases/group-chat-reader.js';
import { GroupChatsSync } from './use-cases/group-chats-sync.js';
import { RecordGroupChat } from './use-cases/record-group-chat.js';

@Module({
  imports: [TypeOrmModule.forFeature(groupChatRows), WecomModule],
  controllers: [GroupChatsController],
  providers: [
    GroupChatRepository,
    MemberRepository,
    ListGroupChats,
    ListMembers,
    GroupChatReader,
    RecordGroupChat,
    GroupChatsSync,
    GroupChatRefresh,
    GroupChatReactions,
    ForgetContacts,
    GroupChatsFacade,
  ],
  exports: [GroupChatsFacade],
})
export class GroupChatsModule {}
