import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { ETag, IfMatch, Precondition, type ShowETag } from '../../../../platform/http/etag.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { couponsErrors } from '../../coupons.errors.js';
import { Batches } from '../queries/batches.js';
import { ChangeBatches } from '../use-cases/change-batches.js';
import { BatchChangeDto, BatchDto, BatchesQuery, BatchStateDto } from './batches.bodies.js';
import { BATCH_ID_PREFIX, BatchView } from './batches.views.js';
import { checkOf, named, showBatch } from './show-batch.js';

const { batch_not_found, batch_state_refused, batch_invalid, approver_same_owner } = couponsErrors;
const UNSOUND = [
  couponsErrors.version_not_found,
  couponsErrors.template_archived,
  couponsErrors.time_zone_unknown,
  batch_invalid,
];
const TWO_PEOPLE = {
  en: 'By a key with `coupons:approve` whose owner neither made the batch nor ever wrote at its draft.',
  zh: '须由持有 `coupons:approve` 的密钥操作，且其负责人既非批次创建者，也未修改过其草稿。',
};

@Controller('v1/coupons/batches')
export class BatchesController {
  constructor(
    private readonly changing: ChangeBatches,
    private readonly batches: Batches,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'coupons.draft_batch',
    summary: { en: 'Draft a batch', zh: '创建批次草稿' },
    description: {
      en: 'How many coupons of a version of a template there may be, for whom, until when, and for how much. Nothing is issued before another person has approved it and it runs.',
      zh: '设定某模板版本的发放数量、限领、时间与预算。须经他人审批并启动后才会发放。',
    },
    scope: 'coupons:write',
    status: 201,
    response: BatchView,
    etag: 'shown',
    errors: UNSOUND,
  })
  async draft(
    @Body() body: BatchDto,
    @CurrentKey() { owner }: AuthenticatedKey,
    @ETag() showEtag: ShowETag,
  ): Promise<BatchView> {
    return showBatch(this.batches, await this.changing.draft(BatchDto.wantedOf(body), owner), showEtag);
  }

  @Get()
  @Endpoint({
    id: 'coupons.list_batches',
    summary: { en: 'List batches, the newest first', zh: '批次列表（新的在前）' },
    scope: 'coupons:read',
    response: pageOf(BatchView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: BatchesQuery): Promise<Page<BatchView>> {
    return keysetPage(this.cursors, {
      name: 'coupon-batches',
      query,
      read: (after: { id: string } | undefined, limit) => this.batches.list(query, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: BatchView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'coupons.get_batch',
    summary: { en: 'Get a batch and what is left of it', zh: '查询批次及其剩余库存' },
    scope: 'coupons:read',
    response: BatchView,
    etag: 'shown',
    errors: [batch_not_found],
  })
  async get(
    @PublicIdParam('id', BATCH_ID_PREFIX, batch_not_found) id: string,
    @ETag() showEtag: ShowETag,
  ): Promise<BatchView> {
    return showBatch(this.batches, await this.batches.get(id), showEtag);
  }

  @Patch(':id')
  @Endpoint({
    id: 'coupons.edit_batch',
    summary: { en: 'Edit the draft of a batch', zh: '修改批次草稿' },
    scope: 'coupons:write',
    response: BatchView,
    etag: 'checked',
    errors: [batch_not_found, batch_state_refused, ...UNSOUND],
  })
  async edit(
    @PublicIdParam('id', BATCH_ID_PREFIX, batch_not_found) id: string,
    @Body() body: BatchChangeDto,
    @CurrentKey() { owner }: AuthenticatedKey,
    @IfMatch() seen: Precondition,
    @ETag() showEtag: ShowETag,
  ): Promise<BatchView> {
    const batch = await this.changing.edit(id, named(body), owner, checkOf(seen));
    return showBatch(this.batches, batch, showEtag);
  }

  @Post(':id/approve')
  @Endpoint({
    id: 'coupons.approve_batch',
    summary: { en: 'Approve a batch', zh: '审批批次' },
    description: TWO_PEOPLE,
    scope: 'coupons:approve',
    response: BatchView,
    etag: 'checked',
    errors: [batch_not_found, batch_state_refused, approver_same_owner],
  })
  async approve(
    @PublicIdParam('id', BATCH_ID_PREFIX, batch_not_found) id: string,
    @CurrentKey() { owner }: AuthenticatedKey,
    @IfMatch() seen: Precondition,
    @ETag() showEtag: ShowETag,
  ): Promise<BatchView> {
    return showBatch(this.batches, await this.changing.approve(id, owner, checkOf(seen)), showEtag);
  }

  @Post(':id/state')
  @Endpoint({
    id: 'coupons.move_batch',
    summary: { en: 'Start, pause, end or void a batch', zh: '启动、暂停、结束或作废批次' },
    scope: 'coupons:write',
    response: BatchView,
    etag: 'shown',
    errors: [batch_not_found, batch_state_refused],
  })
  async move(
    @PublicIdParam('id', BATCH_ID_PREFIX, batch_not_found) id: string,
    @Body() { state }: BatchStateDto,
    @ETag() showEtag: ShowETag,
  ): Promise<BatchView> {
    return showBatch(this.batches, await this.changing.move(id, state), showEtag);
  }
}
