import { defineErrors } from '../../platform/errors/app-error.js';

export const staffErrors = defineErrors('staff', {
  not_found: { kind: 'not_found', en: 'No such staff member', zh: '成员不存在' },
});
