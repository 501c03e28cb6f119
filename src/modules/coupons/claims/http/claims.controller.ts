import { Body, Controller, Headers, Post } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { Idempotency } from '../../../../platform/http/idempotency.js';
import { couponsErrors } from '../../coupons.errors.js';
import type { IssueOrder } from '../domain/issue-order.js';
import { ISSUE_REFUSALS, refusalOf } from '../domain/refusal.js';
import { ShownCoupons } from '../queries/shown-coupons.js';
import { ClaimBatcher } from '../use-cases/claim-batcher.js';
import { Issuance } from '../use-cases/issuance.js';
import { CLAIM, claimKeyOf } from './claim-key.js';
import {
  ClaimDto,
  ClaimedView,
  IssueDto,
  IssueResultsView,
  IssueResultView,
  IssuesDto,
} from './claims.views.js';

@Controller('v1/coupons')
export class ClaimsController {
  constructor(
    private readonly batcher: ClaimBatcher,
    private readonly issuance: Issuance,
    private readonly shown: ShownCoupons,
  ) {}

  @Post('claims')
  @Endpoint({
    id: CLAIM,
    summary: { en: 'Claim a coupon for a customer', zh: '客户领取优惠券' },
    description: {
      en: 'For the moment at which thousands ask at once: many claims share a transaction, and what is sold out is refused from memory (stock that returns is for sale within a second). The same Idempotency-Key gives the same coupon, for ever.',
      zh: '适用于高并发抢券：并发请求合并提交，售罄后直接从内存拒绝（库存恢复后 1 秒内可再领）。相同 Idempotency-Key 永远返回同一张券。',
    },
    scope: 'coupons:write',
    status: 201,
    ownUnits: true,
    response: ClaimedView,
    errors: ISSUE_REFUSALS,
  })
  async claim(
    @Body() { batchId, customerId, channel }: ClaimDto,
    @CurrentKey() { corpId, owner }: AuthenticatedKey,
    @Headers('idempotency-key') header: string | undefined,
  ): Promise<ClaimedView> {
    const named = Idempotency.keyOf(header);
    if (corpId === undefined) throw couponsErrors.batch_not_found();
    const key = claimKeyOf(owner, named);
    const result = await this.batcher.claim(corpId, { key, batchId, customerId, channel, source: 'claim' });
    if (result.outcome === 'refused') throw refusalOf(result.code);
    return ClaimedView.of(result);
  }

  @Post('issue')
  @Endpoint({
    id: 'coupons.issue',
    summary: { en: 'Issue a coupon to a customer', zh: '向客户发放优惠券' },
    description: {
      en: 'Its `key` gives one coupon once for ever: the same order again answers the same coupon, another order with the key is refused.',
      zh: '`key` 永久唯一：相同请求返回同一张券，相同 key 的不同请求会被拒绝。',
    },
    scope: 'coupons:write',
    status: 201,
    response: ClaimedView,
    errors: ISSUE_REFUSALS,
  })
  async issue(@Body() body: IssueDto): Promise<ClaimedView> {
    const orders = [orderOf(body)];
    const results = await this.issuance.issue(orders);
    const [[result], [coupon]] = [results, await this.shown.ofResults(orders, results)];
    if (result?.outcome === 'refused') throw refusalOf(result.code);
    if (!result || !coupon) throw new Error('an order came back without a result');
    return ClaimedView.of({ outcome: 'claimed', coupon, replayed: result.replayed });
  }

  @Post('issue/bulk')
  @Endpoint({
    id: 'coupons.issue_many',
    summary: {
      en: 'Issue up to 1,000 coupons, each with a result of its own',
      zh: '批量发放优惠券（最多 1000 张，逐张返回结果）',
    },
    description: {
      en: 'Where the stock is short, the first ones get what is left. Sent again, all that were issued answer their first result.',
      zh: '库存不足时按顺序发放，先到先得。重复提交时，已发放的返回首次结果。',
    },
    scope: 'coupons:write',
    response: IssueResultsView,
  })
  async issueMany(@Body() { coupons }: IssuesDto): Promise<IssueResultsView> {
    const results = await this.issuance.issue(coupons.map(orderOf));
    return { results: results.map(IssueResultView.of) };
  }
}

function orderOf({ key, batchId, customerId, channel }: IssueDto): IssueOrder {
  return { key: `issue:${key}`, batchId, customerId, channel, source: 'issue' };
}
