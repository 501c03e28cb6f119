import { defineErrors } from '../../../platform/errors/app-error.js';

export const figuresErrors = defineErrors('coupons', {
  figure_days_invalid: {
    kind: 'unprocessable',
    en: 'The days are no days, the wrong way round, or more than 366',
    zh: '日期无效、起止颠倒或超过 366 天',
  },
  figures_too_many: {
    kind: 'unprocessable',
    en: 'More than 5,000 groups: ask for fewer days, or by less',
    zh: '分组超过 5000 个：请缩小日期范围或减少分组维度',
  },
});
