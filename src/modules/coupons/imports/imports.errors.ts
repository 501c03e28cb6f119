import { defineErrors } from '../../../platform/errors/app-error.js';

export const couponImportsErrors = defineErrors('coupons', {
  import_not_found: { kind: 'not_found', en: 'No such import of coupons', zh: '优惠券导入不存在' },
  import_state: {
    kind: 'conflict',
    en: 'The import is in a state that does not allow this',
    zh: '导入当前状态不允许此操作',
  },
  import_columns: {
    kind: 'unprocessable',
    en: 'The header needs code, state and validUntil, each once, and at most one column that names the holder',
    zh: '表头须包含 code、state、validUntil 各一列，且最多一列标识持有人',
  },
  import_sums_differ: {
    kind: 'unprocessable',
    en: 'The file does not add up to the control sums; nothing was imported',
    zh: '文件内容与控制总数不一致，未导入任何内容',
  },
  import_too_large: {
    kind: 'unprocessable',
    en: 'An import takes at most 500,000 rows',
    zh: '单次导入最多 500000 行',
  },
  import_stock_short: {
    kind: 'conflict',
    en: 'The batch has fewer units left than the file has live coupons; nothing was imported',
    zh: '批次剩余库存少于文件中的有效券数量，未导入任何内容',
  },
  import_batch_not_running: {
    kind: 'conflict',
    en: 'The batch does not run, so nothing comes into it',
    zh: '批次未在进行中，无法导入',
  },
  import_row_state: {
    kind: 'unprocessable',
    en: 'The state is none of claimable, claimed, redeemed, expired and void',
    zh: '状态须为待领取、已领取、已核销、已过期或已作废之一',
  },
  import_not_live: {
    kind: 'unprocessable',
    en: 'A coupon that is redeemed, void or past its time stays where it was',
    zh: '已核销、已作废或已过期的券不导入',
  },
  import_row_code: {
    kind: 'unprocessable',
    en: 'A code has 4 to 64 letters without spaces; one that looks like ours has a right check symbol',
    zh: '券码须为 4 至 64 个非空白字符；与本系统格式相同的券码校验位须正确',
  },
  import_row_time: {
    kind: 'unprocessable',
    en: 'A time is a day (2026-12-31), a local time (2026-12-31T18:00:00) or RFC 3339, and the end comes after the beginning',
    zh: '时间格式为 2026-12-31、2026-12-31T18:00:00 或 RFC 3339，且结束晚于开始',
  },
  import_row_holder: {
    kind: 'unprocessable',
    en: 'A claimed coupon names its holder, and a claimable one names nobody',
    zh: '已领取的券须填写持有人，待领取的券不得填写',
  },
  import_holder_unknown: { kind: 'not_found', en: 'Nobody here is this holder', zh: '找不到该持有人' },
  import_holder_ambiguous: {
    kind: 'conflict',
    en: 'Several persons have this identifier',
    zh: '该标识对应多个不同的人',
  },
  import_code_twice: {
    kind: 'conflict',
    en: 'The code stands in the file before',
    zh: '该券码在文件中重复出现',
  },
  import_code_taken: {
    kind: 'conflict',
    en: 'Another coupon here has this code',
    zh: '该券码已被其他优惠券使用',
  },
});
