import { defineErrors } from '../../../platform/errors/app-error.js';

export const codeFilesErrors = defineErrors('coupons', {
  code_file_not_found: { kind: 'not_found', en: 'No such file of codes', zh: '券码文件不存在' },
  code_file_not_ready: {
    kind: 'conflict',
    en: 'The codes are still being made',
    zh: '券码仍在生成中',
  },
  code_file_handed_out: {
    kind: 'conflict',
    en: 'The file has been handed out: it is given once. If it was lost, void its coupons and make another one',
    zh: '券码文件已下载：仅提供一次。如已遗失，请作废其中的优惠券并重新生成',
  },
  code_file_stock: {
    kind: 'conflict',
    en: 'The batch has fewer units left than the file would have codes',
    zh: '批次剩余库存少于所需券码数量',
  },
  code_file_until: {
    kind: 'unprocessable',
    en: 'The codes must be usable until a moment in the future',
    zh: '券码的首次使用截止时间须在未来',
  },
  code_of_other: {
    kind: 'conflict',
    en: 'Another person has used the code already',
    zh: '该券码已被他人使用',
  },
});
