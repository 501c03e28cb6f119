import { defineErrors } from '../../../../platform/errors/app-error.js';

export const holdsErrors = defineErrors('loyalty', {
  hold_not_found: { kind: 'not_found', en: 'No such hold', zh: '积分预占不存在' },
  hold_expiry_invalid: {
    kind: 'unprocessable',
    en: 'A hold ends in the future, at most 90 days ahead',
    zh: '预占到期时间须在将来，且不超过 90 天',
  },
  hold_resolved: {
    kind: 'conflict',
    en: 'The hold was posted, voided or has expired already',
    zh: '该预占已扣减、已释放或已到期',
  },
  hold_exceeds: {
    kind: 'unprocessable',
    en: 'More would be posted than the hold reserves',
    zh: '扣减数量超过预占数量',
  },
});
