import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { GroupChatsGateway, WecomApiError } from '../../../wecom/index.js';
import type { ChatAnswer } from '../domain/group-chat.js';

/** Unknown chat id, dissolved group. */
const GONE = new Set([40050, 49008]);
/** Outside the visible range of the app; not a customer group. */
const HIDDEN = new Set([50002, 60011, 60021, 60030, 90500, 90501, 90502]);

/** Asks WeCom about one group. Outside any unit of work. */
@Injectable()
export class GroupChatReader {
  constructor(private readonly gateway: GroupChatsGateway) {}

  async read(corpId: CorpId, chatId: string): Promise<ChatAnswer> {
    try {
      return { outcome: 'known', chat: await this.gateway.get(corpId, chatId) };
    } catch (error) {
      if (error instanceof WecomApiError && GONE.has(error.errcode)) return { outcome: 'gone' };
      if (error instanceof WecomApiError && HIDDEN.has(error.errcode)) return { outcome: 'hidden' };
      throw error;
    }
  }
}
