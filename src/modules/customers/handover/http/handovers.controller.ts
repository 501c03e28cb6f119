import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { OPERATION_ID_PREFIX } from '../../../../platform/operations/operation.js';
import { OperationView } from '../../../../platform/operations/operation.view.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { customersErrors } from '../../customers.errors.js';
import { handoverErrors } from '../handover.errors.js';
import { type ItemKey, ShowHandovers } from '../queries/show-handovers.js';
import { RequestHandover } from '../use-cases/request-handover.js';
import {
  HandoverDto,
  HandoverItemsQuery,
  HandoverItemView,
  HandoversQuery,
  HandoverView,
} from './handovers.views.js';

const { handover_not_found } = handoverErrors;

@Controller('v1/handovers')
export class HandoversController {
  constructor(
    private readonly requests: RequestHandover,
    private readonly handovers: ShowHandovers,
    private readonly operations: Operations,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'customers.hand_over',
    summary: { en: 'Hand customers and groups over to another member', zh: '将客户与客户群移交给其他成员' },
    description: {
      en: 'An operation that lives until each customer has a final result: WeCom hands over after 24 h unless the customer refuses, and at most twice in 90 days. Groups change hands at once, at most 300 of one owner a day. Cancelling the operation takes back what WeCom was not asked for yet.',
      zh: '该任务持续到每位客户都有最终结果：企业微信在 24 小时后自动接替，客户可拒绝，90 天内最多两次。客户群立即移交，每位群主每天最多 300 个。取消任务只撤回尚未提交的部分。',
    },
    scope: 'customers:write',
    status: 202,
    response: OperationView,
    errors: [
      handoverErrors.handover_empty,
      handoverErrors.handover_same_staff,
      handoverErrors.handover_staff_unknown,
      handoverErrors.handover_message_in_service_only,
      customersErrors.not_found,
    ],
  })
  async create(@Body() body: HandoverDto): Promise<OperationView> {
    return OperationView.of(await this.operations.get(await this.requests.request(body)));
  }

  @Get()
  @Endpoint({
    id: 'customers.list_handovers',
    summary: { en: 'List hand-overs, the newest first', zh: '继承任务列表（最新在前）' },
    scope: 'customers:read',
    response: pageOf(HandoverView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: HandoversQuery): Promise<Page<HandoverView>> {
    return keysetPage(this.cursors, {
      name: 'handovers',
      query,
      read: (after: { id: string } | undefined, limit) => this.handovers.list(query.state, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: HandoverView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'customers.get_handover',
    summary: { en: 'Get one hand-over with its counts', zh: '查询一个继承任务及其统计' },
    scope: 'customers:read',
    response: HandoverView,
    errors: [handover_not_found],
  })
  async get(@PublicIdParam('id', OPERATION_ID_PREFIX, handover_not_found) id: string): Promise<HandoverView> {
    return HandoverView.of(await this.handovers.get(id));
  }

  @Get(':id/items')
  @Endpoint({
    id: 'customers.list_handover_items',
    summary: { en: 'List what became of each customer and group', zh: '继承任务中每位客户、每个群的结果' },
    scope: 'customers:read',
    response: pageOf(HandoverItemView),
    errors: [httpErrors.cursor_invalid, handover_not_found],
  })
  async items(
    @PublicIdParam('id', OPERATION_ID_PREFIX, handover_not_found) id: string,
    @Query() query: HandoverItemsQuery,
  ): Promise<Page<HandoverItemView>> {
    await this.handovers.get(id);
    return keysetPage(this.cursors, {
      name: `handover-items ${id}`,
      query,
      read: (after: ItemKey | undefined, limit) => this.handovers.listItems(id, query.state, after, limit),
      keyOf: ({ subject, wecomId }) => ({ subject, wecomId }),
      viewOf: HandoverItemView.of,
    });
  }
}
