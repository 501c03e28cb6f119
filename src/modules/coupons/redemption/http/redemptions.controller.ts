import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Cursors } from '../../../../platform/http/cursors.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { httpErrors } from '../../../../platform/http/http.errors.js';
import { keysetPage } from '../../../../platform/http/keyset-page.js';
import { type Page, pageOf } from '../../../../platform/http/page.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { GuesserOf } from '../../codes/http/guesser.js';
import type { Guesser } from '../../codes/use-cases/guesses.js';
import { couponsErrors } from '../../coupons.errors.js';
import { ShowRedemptions } from '../queries/show-redemptions.js';
import { orderErrors, redemptionErrors, refusalErrors } from '../redemption.errors.js';
import { GuardGuesses } from '../use-cases/guard-guesses.js';
import { Redemption } from '../use-cases/redemption.js';
import {
  RedeemDto,
  RedeemedView,
  REDEMPTION_ID_PREFIX,
  RedemptionDetailView,
  RedemptionsQuery,
  RedemptionView,
  ReversalView,
  ReverseDto,
} from './redemptions.views.js';
import { useOf } from './requests.js';

const { redemption_not_found, request_no_reused, reversal_exceeds, ...ofUses } = redemptionErrors;

@Controller('v1/coupons/redemptions')
export class RedemptionsController {
  constructor(
    private readonly redemption: Redemption,
    private readonly shown: ShowRedemptions,
    private readonly guard: GuardGuesses,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Endpoint({
    id: 'coupons.redeem',
    summary: { en: 'Redeem a coupon', zh: '核销优惠券' },
    description: {
      en: "Once, however many try at the same time. A coupon that nobody holds yet becomes the customer's. The same request number with the same body is answered with the same redemption, for ever; with another body it is refused.",
      zh: '无论多少并发请求，只核销一次。尚无持有人的券在此绑定到所指定的客户。同一请求号与相同内容永远返回同一核销；内容不同则拒绝。',
    },
    scope: 'coupons:redeem',
    response: RedeemedView,
    errors: [
      couponsErrors.coupon_not_found,
      couponsErrors.customer_not_found,
      couponsErrors.too_many_wrong_codes,
      request_no_reused,
      ...Object.values(ofUses),
      ...Object.values(orderErrors),
      ...Object.values(refusalErrors),
    ],
  })
  async redeem(
    @Body() { requestNo, at, ...body }: RedeemDto,
    @GuesserOf() guesser: Guesser,
  ): Promise<RedeemedView> {
    const use = useOf(body);
    const { customerId } = body;
    return RedeemedView.from(
      await this.guard.run({ ...guesser, customerId }, use.coupon, () =>
        this.redemption.redeem({ ...use, requestNo, at }),
      ),
    );
  }

  @Get()
  @Endpoint({
    id: 'coupons.list_redemptions',
    summary: { en: 'List redemptions, the newest first', zh: '核销记录列表（新的在前）' },
    scope: 'coupons:read',
    response: pageOf(RedemptionView),
    errors: [httpErrors.cursor_invalid],
  })
  list(@Query() query: RedemptionsQuery): Promise<Page<RedemptionView>> {
    return keysetPage(this.cursors, {
      name: 'coupons-redemptions',
      query,
      read: (after: { id: string } | undefined, limit) => this.shown.list(query, after, limit),
      keyOf: ({ id }) => ({ id }),
      viewOf: RedemptionView.of,
    });
  }

  @Get(':id')
  @Endpoint({
    id: 'coupons.get_redemption',
    summary: { en: 'Get a redemption with its reversals', zh: '查询一次核销及其冲正' },
    scope: ['coupons:read', 'coupons:redeem'],
    response: RedemptionDetailView,
    errors: [redemption_not_found],
  })
  async get(
    @PublicIdParam('id', REDEMPTION_ID_PREFIX, redemption_not_found) id: string,
  ): Promise<RedemptionDetailView> {
    return RedemptionDetailView.from(await this.shown.get(id));
  }

  @Post(':id/reverse')
  @Endpoint({
    id: 'coupons.reverse',
    summary: { en: 'Take a redemption back, in part or whole', zh: '冲正核销（部分或全部）' },
    description: {
      en: 'A part gives money back to the budgets and leaves the coupon used. What takes the last of it ends the redemption; then the coupon goes back to its holder if its terms say so and it is still valid.',
      zh: '部分冲正退回预算，券仍为已使用；冲完全部金额时核销结束，若规则允许且券仍在有效期内则退还持券人。',
    },
    scope: 'coupons:redeem',
    response: ReversalView,
    errors: [redemption_not_found, request_no_reused, reversal_exceeds],
  })
  async reverse(
    @PublicIdParam('id', REDEMPTION_ID_PREFIX, redemption_not_found) id: string,
    @Body() body: ReverseDto,
  ): Promise<ReversalView> {
    return ReversalView.of(await this.redemption.reverse({ ...body, redemptionId: id }));
  }
}
