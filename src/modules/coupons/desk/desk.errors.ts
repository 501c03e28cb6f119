import { defineErrors } from '../../../platform/errors/app-error.js';

export const deskErrors = defineErrors('coupons', {
  store_of_others: {
    kind: 'forbidden',
    en: 'The API key is not for this store',
    zh: 'API 密钥不能用于该门店',
  },
  look_up_unclear: {
    kind: 'unprocessable',
    en: 'Name one thing: a code, a customer or a member',
    zh: '请仅提供券码、客户或会员其中之一',
  },
  closing_not_found: {
    kind: 'not_found',
    en: 'The store has no such day, or it has not begun',
    zh: '该日期无效或尚未开始',
  },
});
