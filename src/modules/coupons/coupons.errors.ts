import { defineErrors } from '../../platform/errors/app-error.js';

export const couponsErrors = defineErrors('coupons', {
  template_not_found: { kind: 'not_found', en: 'No such template', zh: '券模板不存在' },
  template_exists: { kind: 'conflict', en: 'There is a template with this key', zh: '已有相同 key 的券模板' },
  templates_full: {
    kind: 'conflict',
    en: 'The corp has its maximum of 10,000 templates',
    zh: '券模板已达 10000 个上限',
  },
  template_archived: { kind: 'conflict', en: 'The template is archived', zh: '券模板已归档' },
  version_not_found: { kind: 'not_found', en: 'No such version of a template', zh: '券模板版本不存在' },
  terms_invalid: {
    kind: 'unprocessable',
    en: 'The terms contradict themselves: the parameter says where',
    zh: '券规则自相矛盾：参数 field 指出所在',
  },
  batch_not_found: { kind: 'not_found', en: 'No such batch', zh: '券批次不存在' },
  batch_state_refused: {
    kind: 'conflict',
    en: 'A batch in this state does not allow that',
    zh: '批次当前状态不允许此操作',
  },
  batch_invalid: {
    kind: 'unprocessable',
    en: 'What the batch shall be contradicts itself: the parameter says where',
    zh: '批次设置自相矛盾：参数 field 指出所在',
  },
  approver_same_owner: {
    kind: 'forbidden',
    en: 'Another person must decide: this key has the owner of a key that made, changed or asked for what is to be approved',
    zh: '须由他人审批：当前密钥与创建、修改或申请的密钥属于同一负责人',
  },
  amounts_not_asked: {
    kind: 'conflict',
    en: 'Nobody has asked for a higher stock or budget',
    zh: '没有待审批的库存或预算增加申请',
  },
  stock_below_issued: {
    kind: 'conflict',
    en: 'The stock would be less than what was issued already',
    zh: '库存不能少于已发放数量',
  },
  budget_below_spent: {
    kind: 'conflict',
    en: 'The budget would be less than what was spent or is reserved already',
    zh: '预算不能少于已使用或已占用的金额',
  },
  time_zone_unknown: { kind: 'unprocessable', en: 'Not an IANA time zone', zh: '不是有效的 IANA 时区' },
  coupon_not_found: { kind: 'not_found', en: 'No such coupon', zh: '优惠券不存在' },
  coupon_state_refused: {
    kind: 'conflict',
    en: 'A coupon in this state does not allow that',
    zh: '优惠券当前状态不允许此操作',
  },
  customer_not_found: { kind: 'not_found', en: 'No such customer', zh: '客户不存在' },
  too_many_wrong_codes: {
    kind: 'rate_limited',
    en: 'Too many wrong codes were tried: wait before the next one',
    zh: '错误券码尝试过多，请稍后再试',
    retryable: true,
  },
});
