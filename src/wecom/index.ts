export { wecomEndpoints, type WecomEndpoint } from './client/api.js';
export { type ErrcodeAction, type ErrcodeMeaning, meaningOfErrcode } from './client/errcodes.js';
export { WecomApiError } from './client/wecom-api-error.js';
export { Connections, type CorpSettings } from './connections/connections.js';
export { ContactErasures } from './contacts/contact-erasures.js';
export type * from './contacts/contact-message.js';
export { ContactsGateway } from './contacts/contacts.gateway.js';
export type * from './contacts/contact.types.js';
export { CorpTagsGateway } from './corp-tags/corp-tags.gateway.js';
export type * from './corp-tags/corp-tag.types.js';
export { DirectoryGateway } from './directory/directory.gateway.js';
export type * from './directory/directory.types.js';
export { GroupChatsGateway } from './group-chats/group-chats.gateway.js';
export type * from './group-chats/group-chat.types.js';
export {
  GROUPS_PER_OWNER_AND_DAY_MAX,
  HandoverGateway,
  TRANSFERS_PER_CALL_MAX,
  UNASSIGNED_PAGE_MAX,
} from './handover/handover.gateway.js';
export type * from './handover/handover.types.js';
export { MASS_SEND_CUSTOMERS_MAX, MassSendsGateway } from './mass-sends/mass-sends.gateway.js';
export type * from './mass-sends/mass-send.types.js';
export { type DownloadedMedia, MediaGateway, type MediaKind } from './media/media.gateway.js';
export {
  type AppMessage,
  type MessageReceivers,
  MessagesGateway,
  type SentMessage,
} from './messages/messages.gateway.js';
export { wecomErrors } from './wecom.errors.js';
export { WecomModule } from './wecom.module.js';
export { wecomRows } from './wecom.rows.js';
export { WelcomeGateway } from './welcome/welcome.gateway.js';
