import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf, PageQuery } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { OPERATION_ID_PREFIX } from '../../../../platform/operations/operation.js';
import { OperationView } from '../../../../platform/operations/operation.view.js';
import { Operations } from '../../../../platform/operations/operations.js';
import { Batches } from '../../batches/queries/batches.js';
import { couponsErrors } from '../../coupons.errors.js';
import { deliveryErrors } from '../delivery.errors.js';
import { ShowAnnouncements } from '../queries/show-announcements.js';
import { RequestAnnouncement } from '../use-cases/request-announcement.js';
import { AnnouncementDto, RecipientsQuery } from './announcements.bodies.js';
import { AnnouncementView, RecipientView } from './announcements.views.js';

const { announcement_not_found, announcement_open, announcement_invalid } = deliveryErrors;
const { batch_not_found, batch_state_refused } = couponsErrors;

@Controller('v1/coupons')
export class AnnouncementsController {
  constructor(
    private readonly requests: RequestAnnouncement,
    private readonly announcements: ShowAnnouncements,
    private readonly batches: Batches,
    private readonly operations: Operations,
    private readonly cursors: Cursors,
  ) {}

  @Post('batches/:id/announcements')
  @Endpoint({
    id: 'coupons.announce_batch',
    summary: { en: 'Announce a batch to its holders by mass message', zh: '以企业群发通知批次持券人' },
    description: {
      en: "An operation that ends when the responsible staff have their tasks in WeCom; nothing is sent before a member confirms his. What became of it for each customer is fetched every 15 minutes, for 7 days. The corp's limit of mass messages (massSendLimit of the corp) is subtracted before, with what others sent as far as WeCom lists it. Cancelling the operation takes back what WeCom was not asked for yet.",
      zh: '该任务在负责员工全部收到群发任务后结束；员工确认之前不会发送。每位客户的结果每 15 分钟获取一次，持续 7 天。发送前会扣除企业的群发上限（企业设置 massSendLimit），包括企业微信列出的他人群发。取消任务只撤回尚未提交的部分。',
    },
    scope: 'coupons:write',
    status: 202,
    response: OperationView,
    errors: [batch_not_found, batch_state_refused, announcement_invalid, announcement_open],
  })
  async announce(
    @PublicIdParam('id', 'cpb', batch_not_found) batchId: string,
    @Body() body: AnnouncementDto,
  ): Promise<OperationView> {
    return OperationView.of(await this.operations.get(await this.requests.request({ ...body, batchId })));
  }

  @Get('batches/:id/announcements')
  @Endpoint({
    id: 'coupons.list_announcements',
    summary: { en: 'List announcements of a batch, the newest first', zh: '批次的通知列表（最新在前）' },
    scope: 'coupons:read',
    response: pageOf(AnnouncementView),
    errors: [httpErrors.cursor_invalid, batch_not_found],
  })
  async list(
    @PublicIdParam('id', 'cpb', batch_not_found) batchId: string,
    @Query() query: PageQuery,
  ): Promise<Page<AnnouncementView>> {
    await this.batches.get(batchId);
    return keysetPage(this.cursors, {
      name: `announcements ${batchId}`,
      query,
      read: (after: { id: string } | undefined, limit) => this.announcements.list(batchId, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: AnnouncementView.of,
    });
  }

  @Get('announcements/:id')
  @Endpoint({
    id: 'coupons.get_announcement',
    summary: { en: 'Get an announcement with its counts', zh: '查询通知及其统计' },
    scope: 'coupons:read',
    response: AnnouncementView,
    errors: [announcement_not_found],
  })
  async get(
    @PublicIdParam('id', OPERATION_ID_PREFIX, announcement_not_found) id: string,
  ): Promise<AnnouncementView> {
    return AnnouncementView.of(await this.announcements.get(id));
  }

  @Get('announcements/:id/recipients')
  @Endpoint({
    id: 'coupons.list_announcement_recipients',
    summary: {
      en: 'List what became of it for each holder, or which rule left him out',
      zh: '通知对每位持券人的结果或排除规则',
    },
    scope: 'coupons:read',
    response: pageOf(RecipientView),
    errors: [httpErrors.cursor_invalid, announcement_not_found],
  })
  async recipients(
    @PublicIdParam('id', OPERATION_ID_PREFIX, announcement_not_found) id: string,
    @Query() query: RecipientsQuery,
  ): Promise<Page<RecipientView>> {
    await this.announcements.get(id);
    return keysetPage(this.cursors, {
      name: `announcement-recipients ${id}`,
      query,
      read: (after: { customerId: string } | undefined, limit) =>
        this.announcements.listRecipients(id, query, after, limit),
      keyOf: ({ customerId }) => ({ customerId }),
      viewOf: RecipientView.of,
    });
  }
}
