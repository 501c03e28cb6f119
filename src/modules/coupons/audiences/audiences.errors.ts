import { defineErrors } from '../../../platform/errors/app-error.js';

export const audiencesErrors = defineErrors('coupons', {
  audience_not_found: { kind: 'not_found', en: 'No such audience', zh: '发放人群不存在' },
  audience_state: {
    kind: 'conflict',
    en: 'The audience is in a state that does not allow this',
    zh: '发放人群当前状态不允许此操作',
  },
  audience_not_a_list: {
    kind: 'conflict',
    en: 'The customers of this audience come from a filter',
    zh: '该人群由筛选条件确定，不能逐个添加客户',
  },
  audience_empty: { kind: 'unprocessable', en: 'The audience has no customers', zh: '发放人群中没有客户' },
  audience_full: {
    kind: 'unprocessable',
    en: 'A list holds at most 1,000,000 customers',
    zh: '名单最多包含 1000000 名客户',
  },
  audience_exceeds_limit: {
    kind: 'unprocessable',
    en: 'More coupons each than the batch allows a person',
    zh: '每人发放数量超过批次的每人限额',
  },
  audience_batch_not_running: {
    kind: 'conflict',
    en: 'The batch does not run, so nothing is issued of it; start again when it does',
    zh: '批次未在进行中，无法发放；批次恢复后可再次启动',
  },
  audience_same_person: {
    kind: 'conflict',
    en: 'Another customer of this audience is the same person',
    zh: '人群中的另一名客户与其为同一人',
  },
  audience_customer_unknown: { kind: 'not_found', en: 'No such customer', zh: '客户不存在' },
});
