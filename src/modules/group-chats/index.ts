export { GroupChatsModule } from './group-chats.module.js';
