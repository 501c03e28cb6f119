import { defineErrors, type ErrorDefinition } from '../../../platform/errors/app-error.js';
import { claimsErrors } from '../claims/claims.errors.js';
import type { OrderFault } from './domain/order.js';
import type { Refusal } from './domain/refusal.js';

const refusals = defineErrors('coupons', {
  coupon_unclaimed: {
    kind: 'conflict',
    en: 'Nobody holds the coupon yet: name the customer who uses it, and it is his',
    zh: '该券尚无持有人：请指定使用券的客户（customerId），首次使用即绑定',
  },
  coupon_of_other: { kind: 'conflict', en: 'The coupon is of another customer', zh: '该券属于其他客户' },
  coupon_locked: { kind: 'conflict', en: 'Another order holds the coupon', zh: '该券已被其他订单锁定' },
  coupon_redeemed: { kind: 'conflict', en: 'The coupon is redeemed already', zh: '该券已核销' },
  coupon_reversed: {
    kind: 'conflict',
    en: 'The coupon was redeemed and taken back, and is used up by its terms',
    zh: '该券核销后已冲正，按规则不再返还',
  },
  coupon_void: { kind: 'conflict', en: 'The coupon is void', zh: '该券已作废' },
  coupon_expired: { kind: 'conflict', en: 'The coupon is expired', zh: '该券已过期' },
  coupon_not_yet_valid: { kind: 'conflict', en: 'The coupon is not valid yet', zh: '该券尚未生效' },
  batch_not_running: {
    kind: 'conflict',
    en: 'The batch of the coupon is paused or void: its coupons are not taken',
    zh: '该券所属批次已暂停或作废，暂不能使用',
  },
  weekday_excluded: {
    kind: 'unprocessable',
    en: 'The coupon is not taken on this weekday',
    zh: '该券今天（星期）不可用',
  },
  hour_excluded: {
    kind: 'unprocessable',
    en: 'The coupon is not taken at this hour',
    zh: '该券当前时段不可用',
  },
  channel_excluded: {
    kind: 'unprocessable',
    en: 'The coupon is not taken in this channel',
    zh: '该券不适用于此渠道',
  },
  store_excluded: {
    kind: 'unprocessable',
    en: 'The coupon is not taken in this store',
    zh: '该券不适用于此门店',
  },
  level_excluded: {
    kind: 'unprocessable',
    en: 'The coupon is for other levels than that of its holder',
    zh: '持券人的等级不适用该券',
  },
  products_excluded: {
    kind: 'unprocessable',
    en: 'The order holds none of the products that the coupon is for',
    zh: '订单中没有该券适用的商品',
  },
  minimum_not_reached: {
    kind: 'unprocessable',
    en: 'What the coupon is for costs less than its minimum',
    zh: '适用商品金额未达到使用门槛',
  },
  nothing_to_discount: {
    kind: 'unprocessable',
    en: 'The coupon would take nothing off this order',
    zh: '该券对此订单没有可优惠的金额',
  },
  not_combinable: {
    kind: 'conflict',
    en: 'The coupon is not used beside another that the order has already',
    zh: '该券不可与订单已使用的券叠加',
  },
  budget_exhausted: { kind: 'conflict', en: 'The budget of the batch is used up', zh: '批次总预算已用完' },
  daily_budget_exhausted: {
    kind: 'conflict',
    en: 'The budget of the batch for today is used up',
    zh: '批次当日预算已用完',
  },
});

/** Why a coupon is not taken; each is a line of the closed list in domain/refusal.ts. */
export const refusalErrors: Readonly<Record<Refusal, ErrorDefinition>> = {
  ...refusals,
  limit_reached: claimsErrors.limit_reached,
};

/** What is wrong with an order before any coupon is looked at. */
export const orderErrors: Readonly<Record<OrderFault, ErrorDefinition>> = defineErrors('coupons', {
  currency_unsupported: {
    kind: 'unprocessable',
    en: 'Amounts are in CNY; there is no other currency',
    zh: '金额币种仅支持人民币（CNY）',
  },
  order_amount_invalid: {
    kind: 'unprocessable',
    en: 'An amount of an order is an integer from 0 to 1,000,000,000,000 fen, the shipping no more than the total',
    zh: '订单金额须为 0 至 1000000000000 分的整数，运费不得超过总额',
  },
  order_total_mismatch: {
    kind: 'unprocessable',
    en: 'The items and the shipping of the order do not add up to its total',
    zh: '订单商品与运费之和不等于订单总额',
  },
});

export const redemptionErrors = defineErrors('coupons', {
  coupon_unnamed: {
    kind: 'invalid',
    en: 'Name the coupon by couponId or by code: by one of the two',
    zh: '请用 couponId 或 code 之一指定优惠券',
  },
  redemption_not_found: { kind: 'not_found', en: 'No such redemption', zh: '核销记录不存在' },
  request_no_reused: {
    kind: 'unprocessable',
    en: 'The request number was used for something else; it stands for that for ever',
    zh: '该请求号已用于另一请求，永久有效，不可复用',
  },
  store_unknown: {
    kind: 'unprocessable',
    en: 'No open store of the corp has this code',
    zh: '没有使用此编码的营业门店',
  },
  clock_ahead: {
    kind: 'unprocessable',
    en: 'The time lies more than five minutes ahead: the clock of the caller is wrong',
    zh: '时间比当前晚 5 分钟以上：请校准调用方时钟',
  },
  clock_behind: {
    kind: 'unprocessable',
    en: 'The time lies more than seven days back',
    zh: '时间早于 7 天前',
  },
  reversal_exceeds: {
    kind: 'conflict',
    en: 'More would be taken back than the redemption still gives',
    zh: '冲正金额超过该核销剩余的优惠金额',
  },
});
