import { Body, Controller, Post, Put } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { ETag, IfMatch, Precondition, type ShowETag } from '../../../../platform/http/etag.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { couponsErrors } from '../../coupons.errors.js';
import { Batches } from '../queries/batches.js';
import { ChangeBatches } from '../use-cases/change-batches.js';
import { BatchAmountsDto } from './batches.bodies.js';
import { BATCH_ID_PREFIX, BatchView } from './batches.views.js';
import { checkOf, named, showBatch } from './show-batch.js';

const { batch_not_found, batch_state_refused, batch_invalid, approver_same_owner } = couponsErrors;

/** Stock and budgets of batches that were approved. */
@Controller('v1/coupons/batches')
export class BatchAmountsController {
  constructor(
    private readonly changing: ChangeBatches,
    private readonly batches: Batches,
  ) {}

  @Put(':id/amounts')
  @Endpoint({
    id: 'coupons.set_batch_amounts',
    summary: {
      en: 'Change stock and budgets of an approved batch',
      zh: '调整已审批批次的库存与预算',
    },
    description: {
      en: 'What is left out stays. Downwards, to what is left, at once. Where one amount at least goes up, all of them wait as askedAmounts until another owner calls coupons.approve_batch_amounts; a later call of this one takes their place.',
      zh: '未填写的保持不变。减少（不低于已用部分）立即生效；只要有一项增加，整组数值即作为 askedAmounts 等待，由另一负责人调用 coupons.approve_batch_amounts 后生效；再次调用本接口将取代之前的申请。',
    },
    scope: 'coupons:write',
    response: BatchView,
    etag: 'checked',
    errors: [
      batch_not_found,
      batch_state_refused,
      batch_invalid,
      couponsErrors.stock_below_issued,
      couponsErrors.budget_below_spent,
    ],
  })
  async setAmounts(
    @PublicIdParam('id', BATCH_ID_PREFIX, batch_not_found) id: string,
    @Body() body: BatchAmountsDto,
    @CurrentKey() { owner }: AuthenticatedKey,
    @IfMatch() seen: Precondition,
    @ETag() showEtag: ShowETag,
  ): Promise<BatchView> {
    return showBatch(
      this.batches,
      await this.changing.setAmounts(id, named(body), owner, checkOf(seen)),
      showEtag,
    );
  }

  @Post(':id/amounts/approve')
  @Endpoint({
    id: 'coupons.approve_batch_amounts',
    summary: {
      en: 'Approve the higher stock or budgets that were asked for',
      zh: '审批增加库存或预算的申请',
    },
    description: {
      en: 'By a key with `coupons:approve` of another owner than the one who asked, as he has seen them: `If-Match`.',
      zh: '须由持有 `coupons:approve` 的密钥操作，且其负责人不是申请人；以 `If-Match` 确认所见内容。',
    },
    scope: 'coupons:approve',
    response: BatchView,
    etag: 'checked',
    errors: [
      batch_not_found,
      batch_state_refused,
      approver_same_owner,
      couponsErrors.amounts_not_asked,
      couponsErrors.stock_below_issued,
      couponsErrors.budget_below_spent,
    ],
  })
  async approveAmounts(
    @PublicIdParam('id', BATCH_ID_PREFIX, batch_not_found) id: string,
    @CurrentKey() { owner }: AuthenticatedKey,
    @IfMatch() seen: Precondition,
    @ETag() showEtag: ShowETag,
  ): Promise<BatchView> {
    return showBatch(this.batches, await this.changing.approveAmounts(id, owner, checkOf(seen)), showEtag);
  }
}
