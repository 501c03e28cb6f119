import { defineErrors } from '../../../platform/errors/app-error.js';

export const personDataErrors = defineErrors('customers', {
  person_still_followed: {
    kind: 'conflict',
    en: 'Staff still follow this person: WeCom would tell everything again. End the relations first, or say force',
    zh: '仍有成员跟进该用户，企业微信会再次同步其资料。请先结束跟进关系，或使用 force 强制擦除',
  },
});
