import { Injectable } from '@nestjs/common';
import type { CorpId } from '../../platform/context/typed-id.js';
import { wecomApi } from '../client/api.js';
import { assertCharacters, assertItems } from '../client/lengths.js';
import { WecomClient } from '../client/wecom-client.js';
import type {
  HandoverKind,
  HandoverPair,
  Paged,
  TransferAnswer,
  TransferResult,
  TransferStatus,
  UnassignedCustomer,
} from './handover.types.js';

/** Customers of one call, and groups of one call (pages 92125, 94081, 92127, 95703). */
export const TRANSFERS_PER_CALL_MAX = 100;
/** Groups of one owner a natural day, both APIs (pages 92127, 95703). */
export const GROUPS_PER_OWNER_AND_DAY_MAX = 300;
export const UNASSIGNED_PAGE_MAX = 1000;
const MESSAGE_MAX = 200;

/** Page 94088. */
const STATUSES: Readonly<Record<number, TransferStatus>> = {
  1: 'done',
  2: 'waiting',
  3: 'refused_by_customer',
  4: 'taker_full',
};

/**
 * Inheritance of customers and groups (继承). The taker is in the app's range, may serve customers and has logged in within
 * the year; a former member left less than a year ago. All methods throw WecomApiError; none may run inside a unit of work.
 */
@Injectable()
export class HandoverGateway {
  constructor(private readonly client: WecomClient) {}

  /**
   * Asks to hand over up to 100 customers. Not repeated without an answer: ask `listResults` what became of it.
   * @param message shown to the customer, at most 200 characters; in service only, WeCom has its own words otherwise.
   * @returns by customer: 0 accepted, 40128 twice in 90 days already, 40096 or 40131 not (any more) a customer of his.
   */
  transferCustomers(
    corpId: CorpId,
    { kind, fromUserId, toUserId }: HandoverPair,
    externalUserIds: readonly string[],
    message?: string,
  ): Promise<TransferAnswer[]> {
    assertItems('externalUserIds', externalUserIds, TRANSFERS_PER_CALL_MAX);
    assertCharacters('message', message, MESSAGE_MAX);
    const endpoint = kind === 'in_service' ? wecomApi.transferCustomers : wecomApi.transferResignedCustomers;
    const body = {
      handover_userid: fromUserId,
      takeover_userid: toUserId,
      external_userid: externalUserIds,
      transfer_success_msg: kind === 'in_service' ? message : undefined,
    };
    return this.client.call(corpId, endpoint, { body }, (answer) =>
      answer
        .objects('customer')
        .map((item) => ({ externalUserId: item.text('external_userid'), errcode: item.integer('errcode') })),
    );
  }

  /** One page of what became of the newest transfer of each customer between the two, at most 1,000 (94088, 94082). */
  listResults(
    corpId: CorpId,
    { kind, fromUserId, toUserId }: HandoverPair,
    cursor: string,
  ): Promise<Paged<TransferResult>> {
    const endpoint = kind === 'in_service' ? wecomApi.getTransferResult : wecomApi.getResignedTransferResult;
    const body = { handover_userid: fromUserId, takeover_userid: toUserId, cursor };
    return this.client.call(corpId, endpoint, { body }, (answer) => ({
      items: answer.objects('customer').map((item) => ({
        externalUserId: item.text('external_userid'),
        status: STATUSES[item.integer('status')] ?? 'unknown',
        ...(item.maybeInteger('takeover_time') && { takeoverAt: item.time('takeover_time') }),
      })),
      nextCursor: answer.maybeText('next_cursor') ?? '',
    }));
  }

  /** Customers of members who left within the year, of all of them together (page 92124). */
  listUnassigned(
    corpId: CorpId,
    cursor: string,
    limit = UNASSIGNED_PAGE_MAX,
  ): Promise<Paged<UnassignedCustomer>> {
    return this.client.call(
      corpId,
      wecomApi.listUnassigned,
      { body: { cursor, page_size: limit } },
      (answer) => ({
        items: answer.objects('info').map((item) => ({
          userId: item.text('handover_userid'),
          externalUserId: item.text('external_userid'),
          leftAt: item.time('dimission_time'),
        })),
        nextCursor: answer.flag('is_last') ? '' : (answer.maybeText('next_cursor') ?? ''),
      }),
    );
  }

  /**
   * Gives up to 100 groups to a new owner, at once and without a callback.
   * @returns the errcode of those that did not change hands; all others did.
   */
  transferGroups(
    corpId: CorpId,
    kind: HandoverKind,
    chatIds: readonly string[],
    toUserId: string,
  ): Promise<Map<string, number>> {
    assertItems('chatIds', chatIds, TRANSFERS_PER_CALL_MAX);
    const endpoint = kind === 'in_service' ? wecomApi.transferGroupsOnJob : wecomApi.transferGroupsOfResigned;
    const body = { chat_id_list: chatIds, new_owner: toUserId };
    return this.client.call(
      corpId,
      endpoint,
      { body },
      (answer) =>
        new Map(
          answer.objects('failed_chat_list').map((item) => [item.text('chat_id'), item.integer('errcode')]),
        ),
    );
  }
}
