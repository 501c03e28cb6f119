import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { loyaltyErrors } from '../../loyalty.errors.js';
import { adjustmentsErrors } from '../adjustments.errors.js';
import { ShowAdjustments } from '../queries/show-adjustments.js';
import { Adjustments } from '../use-cases/adjustments.js';
import {
  ADJUSTMENT_ID_PREFIX,
  AdjustmentDecisionDto,
  AdjustmentDto,
  AdjustmentsQuery,
  AdjustmentView,
} from './adjustments.views.js';

const { adjustment_not_found, adjustment_decided, approver_same_owner } = adjustmentsErrors;
/** What the ledger may say to a correction. */
const REFUSALS = [
  loyaltyErrors.amount_invalid,
  loyaltyErrors.customer_not_found,
  loyaltyErrors.member_frozen,
  loyaltyErrors.points_insufficient,
  loyaltyErrors.program_ended,
];

@Controller('v1/loyalty/adjustments')
export class AdjustmentsController {
  constructor(
    private readonly adjustments: Adjustments,
    private readonly shown: ShowAdjustments,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'loyalty.request_adjustment',
    summary: { en: "Correct somebody's points", zh: '人工调整积分' },
    description: {
      en: "Within the program's limit it is posted at once (`approved`); above it, or asked by whoever set the limit, it waits (`requested`) for a key with `loyalty:approve` of another owner. The limit holds for all that the owner of the key adjusts alone on one day of the program, for whatever customers; taking away counts as giving does.",
      zh: '未超过会员计划的限额时立即入账（approved）；超过限额，或由设置限额者本人申请时，须由其他负责人持有 `loyalty:approve` 的密钥审批（requested）。限额按密钥负责人在计划时区内当日自行入账的全部调整累计，不分客户，扣减与发放同样计入。',
    },
    scope: 'loyalty:write',
    status: 201,
    response: AdjustmentView,
    errors: [
      loyaltyErrors.program_not_found,
      loyaltyErrors.wallet_not_found,
      loyaltyErrors.key_reused,
      ...REFUSALS,
    ],
  })
  async request(
    @Body() { wallet = 'points', ...body }: AdjustmentDto,
    @CurrentKey() { owner }: AuthenticatedKey,
  ): Promise<AdjustmentView> {
    return AdjustmentView.of(await this.adjustments.request({ ...body, wallet }, owner));
  }

  @Get()
  @Endpoint({
    id: 'loyalty.list_adjustments',
    summary: { en: 'List adjustments, the newest first', zh: '积分调整列表（新的在前）' },
    scope: 'loyalty:read',
    response: pageOf(AdjustmentView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: AdjustmentsQuery): Promise<Page<AdjustmentView>> {
    return keysetPage(this.cursors, {
      name: 'loyalty-adjustments',
      query,
      read: (after: { id: string } | undefined, limit) => this.shown.list(query, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: AdjustmentView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'loyalty.get_adjustment',
    summary: { en: 'Get an adjustment', zh: '查询一笔积分调整' },
    scope: 'loyalty:read',
    response: AdjustmentView,
    errors: [adjustment_not_found],
  })
  async get(
    @PublicIdParam('id', ADJUSTMENT_ID_PREFIX, adjustment_not_found) id: string,
  ): Promise<AdjustmentView> {
    return AdjustmentView.of(await this.shown.get(id));
  }

  @Post(':id/approve')
  @Endpoint({
    id: 'loyalty.approve_adjustment',
    summary: { en: 'Approve and post an adjustment', zh: '批准积分调整并入账' },
    scope: 'loyalty:approve',
    response: AdjustmentView,
    errors: [adjustment_not_found, adjustment_decided, approver_same_owner, ...REFUSALS],
  })
  async approve(
    @PublicIdParam('id', ADJUSTMENT_ID_PREFIX, adjustment_not_found) id: string,
    @Body() { reason }: AdjustmentDecisionDto,
    @CurrentKey() { owner }: AuthenticatedKey,
  ): Promise<AdjustmentView> {
    return AdjustmentView.of(await this.adjustments.approve(id, owner, reason ?? null));
  }

  @Post(':id/refuse')
  @Endpoint({
    id: 'loyalty.refuse_adjustment',
    summary: { en: 'Refuse an adjustment', zh: '驳回积分调整' },
    scope: 'loyalty:approve',
    response: AdjustmentView,
    errors: [adjustment_not_found, adjustment_decided, approver_same_owner],
  })
  async refuse(
    @PublicIdParam('id', ADJUSTMENT_ID_PREFIX, adjustment_not_found) id: string,
    @Body() { reason }: AdjustmentDecisionDto,
    @CurrentKey() { owner }: AuthenticatedKey,
  ): Promise<AdjustmentView> {
    return AdjustmentView.of(await this.adjustments.refuse(id, owner, reason ?? null));
  }

  @Post(':id/withdraw')
  @Endpoint({
    id: 'loyalty.withdraw_adjustment',
    summary: { en: "Withdraw one's own adjustment", zh: '撤回自己申请的积分调整' },
    scope: 'loyalty:write',
    response: AdjustmentView,
    errors: [adjustment_not_found, adjustment_decided, adjustmentsErrors.adjustment_of_others],
  })
  async withdraw(
    @PublicIdParam('id', ADJUSTMENT_ID_PREFIX, adjustment_not_found) id: string,
    @Body() { reason }: AdjustmentDecisionDto,
    @CurrentKey() { owner }: AuthenticatedKey,
  ): Promise<AdjustmentView> {
    return AdjustmentView.of(await this.adjustments.withdraw(id, owner, reason ?? null));
  }
}
