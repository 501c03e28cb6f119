import { defineErrors } from '../../platform/errors/app-error.js';

export const groupChatsErrors = defineErrors('group-chats', {
  not_found: { kind: 'not_found', en: 'No such customer group', zh: '客户群不存在' },
});
