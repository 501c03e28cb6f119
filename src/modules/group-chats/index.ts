export { GroupChatsFacade } from './group-chats.facade.js';
export { GroupChatsModule } from './group-chats.module.js';
