import { Body, Controller, Post } from '@nestjs/common';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { GuesserOf } from '../../codes/http/guesser.js';
import type { Guesser } from '../../codes/use-cases/guesses.js';
import { couponsErrors } from '../../coupons.errors.js';
import { LOCK_SECONDS_DEFAULT } from '../domain/redemption.js';
import { orderErrors, redemptionErrors, refusalErrors } from '../redemption.errors.js';
import { Combine } from '../use-cases/combine.js';
import { GuardGuesses } from '../use-cases/guard-guesses.js';
import { Redemption } from '../use-cases/redemption.js';
import { CouponUseDto, nameOf } from './order.dto.js';
import { orderOf, useOf } from './requests.js';
import {
  CombinationView,
  CombineDto,
  LockDto,
  LockView,
  ReleaseDto,
  ReleasedView,
  ValidationView,
} from './uses.views.js';

/** What any use of a coupon may be refused for before the coupon itself is judged. */
const BEFORE = [
  couponsErrors.too_many_wrong_codes,
  redemptionErrors.coupon_unnamed,
  redemptionErrors.store_unknown,
  couponsErrors.customer_not_found,
  ...Object.values(orderErrors),
];

@Controller('v1/coupons')
export class UsesController {
  constructor(
    private readonly redemption: Redemption,
    private readonly combining: Combine,
    private readonly guard: GuardGuesses,
  ) {}

  @Post('validate')
  @Endpoint({
    id: 'coupons.validate',
    summary: { en: 'Say what a redemption would do', zh: '试算核销（不写入）' },
    description: {
      en: 'Asks the same predicate as a redemption and writes nothing. A refusal is part of the answer: one of a closed list.',
      zh: '与核销使用同一判定，不写入任何数据；不可用原因为固定枚举值之一。',
    },
    scope: ['coupons:redeem', 'coupons:read'],
    response: ValidationView,
    search: true,
    errors: [couponsErrors.coupon_not_found, ...BEFORE],
  })
  async validate(@Body() body: CouponUseDto, @GuesserOf() guesser: Guesser): Promise<ValidationView> {
    const use = useOf(body);
    const { customerId } = body;
    return ValidationView.of(
      await this.guard.run({ ...guesser, customerId }, use.coupon, () => this.redemption.validate(use)),
    );
  }

  @Post('combine')
  @Endpoint({
    id: 'coupons.combine',
    summary: { en: 'Find the best combination of coupons for a cart', zh: '购物车最优用券组合' },
    description: {
      en: 'Of up to 16 coupons the allowed combination with which the customer pays least, the same whoever is named first; each one left out has its reason. Writes nothing: lock or redeem the used ones in the order given.',
      zh: '在最多 16 张券中找出实付最少的合法组合，结果与传入顺序无关；每张未使用的券都给出原因。不写入数据：请按返回顺序锁定或核销。',
    },
    scope: ['coupons:redeem', 'coupons:read'],
    response: CombinationView,
    search: true,
    errors: BEFORE,
  })
  async combine(
    @Body() { coupons, order, ...body }: CombineDto,
    @GuesserOf() guesser: Guesser,
  ): Promise<CombinationView> {
    const wanted = { ...body, coupons: coupons.map(nameOf), order: orderOf(order) };
    const combined = await this.guard.runAll(
      { ...guesser, customerId: body.customerId },
      () => this.combining.combine(wanted),
      ({ leftOut }) => leftOut.filter(({ name, couponId }) => name.code && couponId === undefined).length,
    );
    return CombinationView.of(combined);
  }

  @Post('lock')
  @Endpoint({
    id: 'coupons.lock',
    summary: { en: 'Lock a coupon to an order', zh: '锁定优惠券到订单' },
    description: {
      en: 'Until its time is over no other order gets the coupon, and its discount is reserved of the budgets. The lock ends by itself. The same order again locks it anew, for the order as it is then.',
      zh: '在锁定时限内其他订单不可使用该券，优惠金额计入预算占用；到期自动释放。同一订单再次调用则按当前订单重新锁定。',
    },
    scope: ['coupons:redeem', 'coupons:write'],
    response: LockView,
    errors: [couponsErrors.coupon_not_found, ...BEFORE, ...Object.values(refusalErrors)],
  })
  async lock(
    @Body() { seconds = LOCK_SECONDS_DEFAULT, ...body }: LockDto,
    @GuesserOf() guesser: Guesser,
  ): Promise<LockView> {
    const use = useOf(body);
    const { customerId } = body;
    return LockView.of(
      await this.guard.run({ ...guesser, customerId }, use.coupon, () =>
        this.redemption.lock({ ...use, seconds }),
      ),
    );
  }

  @Post('release')
  @Endpoint({
    id: 'coupons.release',
    summary: { en: 'Release the coupon that an order holds', zh: '释放订单锁定的优惠券' },
    description: {
      en: 'A coupon that the order does not hold, or holds no longer, stays as it is.',
      zh: '订单未锁定或锁定已结束时不作改变。',
    },
    scope: ['coupons:redeem', 'coupons:write'],
    response: ReleasedView,
    errors: [
      couponsErrors.coupon_not_found,
      couponsErrors.too_many_wrong_codes,
      redemptionErrors.coupon_unnamed,
      refusalErrors.coupon_locked,
      refusalErrors.coupon_redeemed,
    ],
  })
  async release(
    @Body() { orderId, ...body }: ReleaseDto,
    @GuesserOf() guesser: Guesser,
  ): Promise<ReleasedView> {
    const name = nameOf(body);
    return ReleasedView.of(await this.guard.run(guesser, name, () => this.redemption.release(name, orderId)));
  }
}
