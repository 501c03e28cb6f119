import { defineErrors } from '../../../platform/errors/app-error.js';

export const exchangeErrors = defineErrors('loyalty', {
  benefit_not_found: { kind: 'not_found', en: 'No such benefit', zh: '权益不存在' },
  benefit_invalid: {
    kind: 'unprocessable',
    en: 'A title names an honour of that kind, a priority right one of the kind privilege, a coupon its batch, and nothing else does; it starts before it ends',
    zh: '头衔须指定头衔类荣誉，优先权须指定特权类荣誉，优惠券须指定券批次，其他类型不可填写；开始时间须早于结束时间',
  },
  benefit_coupons_unavailable: {
    kind: 'unprocessable',
    en: 'There is no such batch of coupons',
    zh: '券批次不存在',
  },
  benefit_level_unknown: {
    kind: 'unprocessable',
    en: 'The program has no such level',
    zh: '会员计划中没有该等级',
  },
  benefit_stock_taken: {
    kind: 'conflict',
    en: 'More pieces than that are gone already; a benefit without stock stays without',
    zh: '已兑换数量超过该库存；不限库存的权益不可改为限量',
  },
  benefit_not_active: {
    kind: 'conflict',
    en: 'The benefit has not started, or is over',
    zh: '权益尚未开始或已结束',
  },
  benefit_not_for_points: {
    kind: 'conflict',
    en: 'The benefit is given, not exchanged for points',
    zh: '该权益仅供赠送，不可用积分兑换',
  },
  benefit_level_too_low: {
    kind: 'conflict',
    en: 'The benefit is for members of a higher level',
    zh: '会员等级不足，无法兑换该权益',
  },
  benefit_limit_reached: {
    kind: 'conflict',
    en: 'The person has as many pieces as one person may',
    zh: '已达到每人兑换上限',
  },
  benefit_out_of_stock: { kind: 'conflict', en: 'No piece is left', zh: '库存不足，已兑完' },
  exchange_not_found: { kind: 'not_found', en: 'No such exchange', zh: '兑换记录不存在' },
  exchange_state: {
    kind: 'conflict',
    en: 'The exchange cannot get there from its present state',
    zh: '当前状态不允许该操作',
  },
});
