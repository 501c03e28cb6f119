import { defineErrors } from '../../../platform/errors/app-error.js';

export const openingsErrors = defineErrors('loyalty', {
  opening_not_found: {
    kind: 'not_found',
    en: 'No such import of opening balances',
    zh: '期初余额导入不存在',
  },
  opening_state: {
    kind: 'conflict',
    en: 'The import of opening balances is in a state that does not allow this',
    zh: '期初余额导入当前状态不允许此操作',
  },
  opening_full: {
    kind: 'unprocessable',
    en: 'More rows than one import takes, or than its control sum says',
    zh: '行数超过单次导入上限或控制总数',
  },
  opening_row_empty: {
    kind: 'unprocessable',
    en: 'A row brings points, or a level with its date, or both',
    zh: '每行须包含积分，或等级及其日期',
  },
  opening_row_expired: {
    kind: 'unprocessable',
    en: 'These points have expired already',
    zh: '该积分已过期',
  },
  opening_level_kept: {
    kind: 'conflict',
    en: 'The member has a level history here already; a level stands with the first row of its member',
    zh: '该会员在本系统已有等级记录；等级须随该会员的第一行导入',
  },
  opening_sums_differ: {
    kind: 'unprocessable',
    en: 'The rows do not add up to the control sums',
    zh: '行数或积分合计与控制总数不一致',
  },
  opening_used: {
    kind: 'conflict',
    en: 'Some of these accounts have been posted to since, so the import cannot be reversed as a whole',
    zh: '部分账户已有其他积分变动，无法整体撤销导入',
  },
});
