import { defineErrors } from '../../../platform/errors/app-error.js';

export const adjustmentsErrors = defineErrors('loyalty', {
  adjustment_not_found: { kind: 'not_found', en: 'No such adjustment', zh: '积分调整不存在' },
  adjustment_decided: {
    kind: 'conflict',
    en: 'The adjustment is decided already',
    zh: '该积分调整已处理',
  },
  approver_same_owner: {
    kind: 'forbidden',
    en: 'Another person must decide: this key has the owner of the key that asked',
    zh: '须由他人审批：当前密钥与申请密钥属于同一负责人',
  },
  adjustment_of_others: {
    kind: 'forbidden',
    en: 'Only who asked for an adjustment withdraws it',
    zh: '只有申请人可以撤回积分调整',
  },
});
