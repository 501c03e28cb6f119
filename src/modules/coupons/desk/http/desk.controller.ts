import { Body, Controller, Param, Post } from '@nestjs/common';
import { type AuthenticatedKey, CurrentKey } from '../../../../platform/auth/current-key.js';
import { Endpoint } from '../../../../platform/http/endpoint.js';
import { PublicIdParam } from '../../../../platform/http/public-id-param.js';
import { GuesserOf } from '../../codes/http/guesser.js';
import type { Guesser } from '../../codes/use-cases/guesses.js';
import { couponsErrors } from '../../coupons.errors.js';
import { LOCK_SECONDS_DEFAULT } from '../../redemption/domain/redemption.js';
import {
  RedeemedView,
  REDEMPTION_ID_PREFIX,
  ReversalView,
  ReverseDto,
} from '../../redemption/http/redemptions.views.js';
import { LockView, ReleasedView, ValidationView } from '../../redemption/http/uses.views.js';
import { orderErrors, redemptionErrors, refusalErrors } from '../../redemption/redemption.errors.js';
import { GuardGuesses } from '../../redemption/use-cases/guard-guesses.js';
import { deskErrors } from '../desk.errors.js';
import { LookUp } from '../queries/look-up.js';
import { Desk } from '../use-cases/desk.js';
import {
  DeskLockDto,
  DeskRedeemDto,
  DeskReleaseDto,
  DeskUseDto,
  deskUseOf,
  LookedUpView,
  LookUpDto,
} from './desk.views.js';

const { coupon_not_found, customer_not_found, too_many_wrong_codes } = couponsErrors;
const { redemption_not_found, request_no_reused, reversal_exceeds, store_unknown, ...ofUses } =
  redemptionErrors;
const NO_STORE = [deskErrors.store_of_others, store_unknown];
const NO_COUPON = [coupon_not_found, too_many_wrong_codes];
const BEFORE = [
  ...NO_STORE,
  ...NO_COUPON,
  customer_not_found,
  ...Object.values(ofUses),
  ...Object.values(orderErrors),
];

/** The same redemption as everywhere, in a store that stands in the path and that the key must be for. */
@Controller('v1/coupons/desk/:store')
export class DeskController {
  constructor(
    private readonly desk: Desk,
    private readonly lookUp: LookUp,
    private readonly guard: GuardGuesses,
  ) {}

  @Post('look-ups')
  @Endpoint({
    id: 'coupons.desk_look_up',
    summary: { en: 'Find coupons by code or by member', zh: '门店查券：按券码或会员' },
    description: {
      en: 'A code shows its coupon, whatever became of it. A customer or member shows what he holds and this store may redeem, the newest first.',
      zh: '按券码返回该券当前状态；按客户或会员返回其持有且本店可核销的券（新的在前）。',
    },
    scope: 'coupons:redeem',
    withinStores: true,
    search: true,
    response: LookedUpView,
    errors: [...NO_STORE, ...NO_COUPON, deskErrors.look_up_unclear],
  })
  async find(
    @Param('store') store: string,
    @Body() wanted: LookUpDto,
    @CurrentKey() key: AuthenticatedKey,
    @GuesserOf() guesser: Guesser,
  ): Promise<LookedUpView> {
    const place = await this.desk.storeOf({ key, store });
    return LookedUpView.of(await this.lookUp.find(place, wanted, guesser));
  }

  @Post('validate')
  @Endpoint({
    id: 'coupons.desk_validate',
    summary: { en: 'Say what a redemption in the store would do', zh: '门店试算核销（不写入）' },
    scope: 'coupons:redeem',
    withinStores: true,
    search: true,
    response: ValidationView,
    errors: BEFORE,
  })
  async validate(
    @Param('store') store: string,
    @Body() body: DeskUseDto,
    @CurrentKey() key: AuthenticatedKey,
    @GuesserOf() guesser: Guesser,
  ): Promise<ValidationView> {
    const use = deskUseOf(body);
    const who = { ...guesser, customerId: body.customerId };
    const said = await this.guard.run(who, use.coupon, () => this.desk.validate({ key, store }, use));
    return ValidationView.of(said);
  }

  @Post('lock')
  @Endpoint({
    id: 'coupons.desk_lock',
    summary: { en: 'Lock a coupon to an order of the store', zh: '门店锁券' },
    description: {
      en: 'What a desk does that may lose its network: until the lock ends nobody else gets the coupon, and it redeems later with the time at which it happened.',
      zh: '适用于可能断网的收银台：锁定期内他人不可使用该券，恢复网络后携带实际发生时间补核销。',
    },
    scope: 'coupons:redeem',
    withinStores: true,
    response: LockView,
    errors: [...BEFORE, ...Object.values(refusalErrors)],
  })
  async lock(
    @Param('store') store: string,
    @Body() { seconds = LOCK_SECONDS_DEFAULT, ...body }: DeskLockDto,
    @CurrentKey() key: AuthenticatedKey,
    @GuesserOf() guesser: Guesser,
  ): Promise<LockView> {
    const use = deskUseOf(body);
    const who = { ...guesser, customerId: body.customerId };
    const lock = () => this.desk.lock({ key, store }, { ...use, seconds });
    return LockView.of(await this.guard.run(who, use.coupon, lock));
  }

  @Post('release')
  @Endpoint({
    id: 'coupons.desk_release',
    summary: { en: 'Release a coupon that an order of the store holds', zh: '门店释放锁定的券' },
    scope: 'coupons:redeem',
    withinStores: true,
    response: ReleasedView,
    errors: [...NO_STORE, coupon_not_found, refusalErrors.coupon_locked, refusalErrors.coupon_redeemed],
  })
  async release(
    @Param('store') store: string,
    @Body() { couponId, orderId }: DeskReleaseDto,
    @CurrentKey() key: AuthenticatedKey,
  ): Promise<ReleasedView> {
    return ReleasedView.of(await this.desk.release({ key, store }, couponId, orderId));
  }

  @Post('redemptions')
  @Endpoint({
    id: 'coupons.desk_redeem',
    summary: {
      en: 'Redeem a coupon in the store, now or after being offline',
      zh: '门店核销（支持离线补核销）',
    },
    description: {
      en: 'With `at`, the time at which it happened: it counts as long as the order held the coupon by its lock then and nobody else has had it since; else what counts is now. Send it as often as needed: a request number redeems once.',
      zh: '离线补核销时携带 `at`（实际发生时间）：若当时订单持有锁且此后无人使用，按该时间核销，否则按当前时间判定。可重复提交，同一请求号只核销一次。',
    },
    scope: 'coupons:redeem',
    withinStores: true,
    response: RedeemedView,
    errors: [...BEFORE, request_no_reused, ...Object.values(refusalErrors)],
  })
  async redeem(
    @Param('store') store: string,
    @Body() { requestNo, at, ...body }: DeskRedeemDto,
    @CurrentKey() key: AuthenticatedKey,
    @GuesserOf() guesser: Guesser,
  ): Promise<RedeemedView> {
    const use = deskUseOf(body);
    const who = { ...guesser, customerId: body.customerId };
    const redeem = () => this.desk.redeem({ key, store }, { ...use, requestNo, at });
    return RedeemedView.from(await this.guard.run(who, use.coupon, redeem));
  }

  @Post('redemptions/:id/reverse')
  @Endpoint({
    id: 'coupons.desk_reverse',
    summary: { en: 'Take back a redemption of the store', zh: '门店冲正本店核销' },
    scope: 'coupons:redeem',
    withinStores: true,
    response: ReversalView,
    errors: [...NO_STORE, redemption_not_found, request_no_reused, reversal_exceeds],
  })
  async reverse(
    @Param('store') store: string,
    @PublicIdParam('id', REDEMPTION_ID_PREFIX, redemption_not_found) redemptionId: string,
    @Body() body: ReverseDto,
    @CurrentKey() key: AuthenticatedKey,
  ): Promise<ReversalView> {
    return ReversalView.of(await this.desk.reverse({ key, store }, { ...body, redemptionId }));
  }
}
