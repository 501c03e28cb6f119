import { defineErrors } from '../../../platform/errors/app-error.js';

export const checkInErrors = defineErrors('loyalty', {
  check_in_not_offered: {
    kind: 'conflict',
    en: 'The program has no check-in; set it up first',
    zh: '该会员计划未开启签到，请先设置',
  },
  check_in_invalid: {
    kind: 'unprocessable',
    en: 'Milestones differ in their days, and each gives something of this program',
    zh: '里程碑天数不可重复，且每个里程碑须发放本计划的奖励',
  },
});
