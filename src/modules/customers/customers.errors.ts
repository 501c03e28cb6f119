import { defineErrors } from '../../platform/errors/app-error.js';

export const customersErrors = defineErrors('customers', {
  not_found: { kind: 'not_found', en: 'No such customer', zh: '客户不存在' },
  sort_needs_staff: {
    kind: 'unprocessable',
    en: 'Sorting by the time of following needs the filter staffUserId',
    zh: '按添加时间排序必须同时指定 staffUserId',
  },
  phone_invalid: { kind: 'unprocessable', en: 'Not a phone number', zh: '不是有效的电话号码' },
});
