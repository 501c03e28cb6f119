import { defineErrors } from '../errors/app-error.js';

export const operationsErrors = defineErrors('operations', {
  not_found: { kind: 'not_found', en: 'No such operation', zh: '操作不存在' },
  state_conflict: {
    kind: 'conflict',
    en: 'The operation is in a state that does not allow this',
    zh: '操作当前的状态不允许此动作',
  },
  already_running: {
    kind: 'conflict',
    en: 'An operation of this kind is already open for this corp',
    zh: '该企业已有同类操作正在进行',
  },
});
