import { defineErrors } from '../../../../platform/errors/app-error.js';

export const statementsErrors = defineErrors('loyalty', {
  instant_in_future: {
    kind: 'unprocessable',
    en: 'A balance is known up to now',
    zh: '只能查询当前及以前时刻的余额',
  },
});
