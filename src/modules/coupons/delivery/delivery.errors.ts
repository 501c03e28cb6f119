import { defineErrors } from '../../../platform/errors/app-error.js';

export const deliveryErrors = defineErrors('coupons', {
  announcement_not_found: { kind: 'not_found', en: 'No such announcement', zh: '券通知不存在' },
  announcement_open: {
    kind: 'conflict',
    en: 'The last announcement of this batch is still being handed to staff: wait, or cancel its operation',
    zh: '该批次上一次通知仍在下发：请等待完成，或取消其任务',
  },
  announcement_invalid: {
    kind: 'unprocessable',
    en: 'WeCom would not take this message: the parameter says what is missing, foreign or too long',
    zh: '企业微信不接受此消息：参数 field 指出缺失、多余或超长之处',
  },
});
