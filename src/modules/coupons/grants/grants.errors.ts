import { defineErrors } from '../../../platform/errors/app-error.js';

export const grantsErrors = defineErrors('coupons', {
  grant_rule_not_found: { kind: 'not_found', en: 'No such rule of grants', zh: '发放规则不存在' },
  grant_rules_full: {
    kind: 'conflict',
    en: 'The corp has its maximum of 1,000 rules of grants',
    zh: '发放规则已达 1000 个上限',
  },
  grant_rules_alike: {
    kind: 'conflict',
    en: 'Ten enabled rules wait for the same: the same level, streak or tag, or a purchase of whatever amount',
    zh: '同一条件（同一等级、连续天数、标签，或任意金额的购买）下已有 10 条启用的规则',
  },
  grant_condition_invalid: {
    kind: 'unprocessable',
    en: 'A trigger names what it needs and nothing else: level programId and level, streak programId and days, purchase amountMin, tag wecomTagId',
    zh: '触发条件不完整或多余：level 须给出 programId 与 level，streak 须给出 programId 与 days，purchase 须给出 amountMin，tag 须给出 wecomTagId',
  },
});
