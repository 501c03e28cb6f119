import { defineErrors } from '../../../platform/errors/app-error.js';

export const honoursErrors = defineErrors('loyalty', {
  honour_not_found: { kind: 'not_found', en: 'No such honour in this program', zh: '该会员计划中没有此荣誉' },
  honour_key_taken: {
    kind: 'conflict',
    en: 'The program has an honour with this key',
    zh: '该会员计划中已有相同键名的荣誉',
  },
  honours_full: {
    kind: 'conflict',
    en: 'The program has its maximum of 1,000 honours',
    zh: '该会员计划的荣誉已达 1000 个上限',
  },
  honour_rule_invalid: {
    kind: 'unprocessable',
    en: 'A rule by level names the level, by streak or check-ins the days, by earned the wallet and the points, by board the board and the last rank',
    zh: '规则参数不完整：level 需等级，streak 与 check_ins 需天数，earned 需钱包与积分，board 需榜单与名次',
  },
  honour_ended: { kind: 'conflict', en: 'The honour is granted no more', zh: '该荣誉已停止授予' },
  honour_held: {
    kind: 'conflict',
    en: 'The member has this honour in this period already',
    zh: '会员在本周期内已拥有该荣誉',
  },
  honour_grant_not_found: { kind: 'not_found', en: 'No such grant of an honour', zh: '荣誉授予记录不存在' },
});
