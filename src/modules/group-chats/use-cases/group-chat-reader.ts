import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../../platform/context/typed-id.js';
import { GroupChatsGateway, WecomApiError } from '../../../wecom/index.js';
import type { ChatAnswer } from '../domain/group-chat.js';

/** 60011 and its like: outside the visible range of the app; 48011: withheld; 9050x: not a customer group. */
const OUTCOMES = new Map<number, 'dissolved' | 'unknown' | 'hidden'>([
  [49008, 'dissolved'],
  [40050, 'unknown'],
  ...[48011, 50002, 60011, 60021, 60030, 90500, 90501, 90502].map((errcode) => [errcode, 'hidden'] as const),
]);

/** Asks WeCom about one group. Outside any unit of work. */
@Injectable()
export class GroupChatReader {
  constructor(private readonly gateway: GroupChatsGateway) {}

  async read(corpId: CorpId, chatId: string): Promise<ChatAnswer> {
    try {
      return { outcome: 'known', chat: await this.gateway.get(corpId, chatId) };
    } catch (error) {
      const outcome = error instanceof WecomApiError ? OUTCOMES.get(error.errcode) : undefined;
      if (!outcome) throw error;
      return { outcome };
    }
  }
}
