import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import { wecomApi } from '../client/api.js';
import { assertItems } from '../client/lengths.js';
import { WecomClient } from '../client/wecom-client.js';
import { contactMessageToWire } from '../contacts/contact-message.js';
import type { Paged } from '../handover/handover.types.js';
import type {
  MassSendAccepted,
  MassSendListed,
  MassSendOrder,
  MassSendResult,
  MassSendStatus,
  MassSendTask,
} from './mass-send.types.js';

/** Customers of one call (page 92135). */
export const MASS_SEND_CUSTOMERS_MAX = 10_000;
/** Above it WeCom falls back to half of it (page 93338). */
const LIST_PAGE_MAX = 100;
const RESULT_PAGE_MAX = 1000;

/** Page 93338. */
const STATUSES: Readonly<Record<number, MassSendStatus>> = {
  0: 'unsent',
  1: 'sent',
  2: 'not_friend',
  3: 'limit',
};

/**
 * 企业群发 to customers. Nothing is sent before the member confirms it, and no callback tells of any of it (callbacks.md 4).
 * How many messages a customer takes is a setting of the corp that no API tells: 1 a day, 7 a week, or as many a month as
 * it has days (page 92135). All methods throw WecomApiError; none may run inside a unit of work.
 */
@Injectable()
export class MassSendsGateway {
  constructor(private readonly client: WecomClient) {}

  /**
   * Makes a task for one member. Not repeated without an answer: `list` tells whether WeCom took it.
   * @throws WecomApiError 41048 nobody is left to receive it, 84061 none is the member's customer, 40003 no such member,
   * 84074 he may not serve customers; AppError wecom.argument_too_long.
   */
  async create(corpId: CorpId, order: MassSendOrder): Promise<MassSendAccepted> {
    assertItems('externalUserIds', order.externalUserIds, MASS_SEND_CUSTOMERS_MAX);
    const body = {
      chat_type: 'single',
      external_userid: order.externalUserIds,
      sender: order.senderUserId,
      allow_select: false,
      ...contactMessageToWire(order.message),
    };
    return this.client.call(corpId, wecomApi.addMassSend, { body }, (answer) => ({
      msgId: answer.text('msgid'),
      refusedExternalUserIds: answer.texts('fail_list'),
    }));
  }

  /**
   * One page of what was made between two times, at most a month apart: by APIs and by members themselves.
   * @param filter.madeBy default both.
   */
  list(
    corpId: CorpId,
    filter: { from: Date; until: Date; madeBy?: 'api' | 'members'; cursor: string },
  ): Promise<Paged<MassSendListed>> {
    const body = {
      chat_type: 'single',
      start_time: toSeconds(filter.from),
      end_time: toSeconds(filter.until),
      filter_type: filter.madeBy === 'api' ? 0 : filter.madeBy === 'members' ? 1 : 2,
      limit: LIST_PAGE_MAX,
      cursor: filter.cursor,
    };
    return this.client.call(corpId, wecomApi.listMassSends, { body }, (answer) => ({
      items: answer.objects('group_msg_list').map((item) => ({
        msgId: item.text('msgid'),
        createdAt: item.time('create_time'),
        creatorUserId: item.maybeText('creator'),
        text: item.maybeObject('text')?.maybeText('content'),
      })),
      nextCursor: answer.maybeText('next_cursor') ?? '',
    }));
  }

  /**
   * One page of the members who have to confirm it.
   * @throws WecomApiError 41063 made a moment ago, 41093 cancelled, 41047 unknown.
   */
  listTasks(corpId: CorpId, msgId: string, cursor: string): Promise<Paged<MassSendTask>> {
    const body = { msgid: msgId, limit: RESULT_PAGE_MAX, cursor };
    return this.client.call(corpId, wecomApi.listMassSendTasks, { body }, (answer) => ({
      items: answer.objects('task_list').map((item) => ({
        userId: item.text('userid'),
        ...(item.integer('status') === 2 && { confirmedAt: item.time('send_time') }),
      })),
      nextCursor: answer.maybeText('next_cursor') ?? '',
    }));
  }

  /** One page of what became of it for the customers of one member. @throws as `listTasks` */
  listResults(
    corpId: CorpId,
    { msgId, userId }: { msgId: string; userId: string },
    cursor: string,
  ): Promise<Paged<MassSendResult>> {
    const body = { msgid: msgId, userid: userId, limit: RESULT_PAGE_MAX, cursor };
    return this.client.call(corpId, wecomApi.listMassSendResults, { body }, (answer) => ({
      items: answer.objects('send_list').map((item) => ({
        externalUserId: item.text('external_userid'),
        status: STATUSES[item.integer('status')] ?? 'unknown',
        ...(item.maybeInteger('send_time') && { sentAt: item.time('send_time') }),
      })),
      nextCursor: answer.maybeText('next_cursor') ?? '',
    }));
  }

  /** Reminds the members who have not confirmed. @throws WecomApiError 41094 thrice in 24 h already, 41093 cancelled. */
  async remind(corpId: CorpId, msgId: string): Promise<void> {
    await this.client.call(corpId, wecomApi.remindMassSend, { body: { msgid: msgId } }, () => undefined);
  }

  /** Stops the members who have not confirmed; what was delivered stays. @throws WecomApiError 41093 cancelled already. */
  async cancel(corpId: CorpId, msgId: string): Promise<void> {
    await this.client.call(corpId, wecomApi.cancelMassSend, { body: { msgid: msgId } }, () => undefined);
  }
}

function toSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
