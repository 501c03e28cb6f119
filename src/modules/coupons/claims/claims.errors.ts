import { defineErrors } from '../../../platform/errors/app-error.js';

/** Why nobody gets a coupon now. */
export const claimsErrors = defineErrors('coupons', {
  batch_not_issuing: {
    kind: 'conflict',
    en: 'The batch gives no coupons: it is not running',
    zh: '批次未在发放中，无法领取或发放',
  },
  batch_not_open: {
    kind: 'conflict',
    en: 'The batch gives no coupons now: not yet, or not any more',
    zh: '不在领取时间内，无法领取或发放',
  },
  batch_over: {
    kind: 'conflict',
    en: 'Coupons of the batch would have ended already',
    zh: '该批次优惠券已过有效期',
  },
  limit_reached: {
    kind: 'conflict',
    en: 'The person has as many coupons of the batch as one person may',
    zh: '已达到每人限领数量',
  },
  sold_out: { kind: 'conflict', en: 'No coupon of the batch is left', zh: '优惠券已领完' },
  issue_key_reused: {
    kind: 'unprocessable',
    en: 'The key was used before, for another customer or another batch',
    zh: '该请求标识已用于其他客户或其他批次',
  },
});
