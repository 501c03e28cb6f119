import { defineErrors } from '../../../platform/errors/app-error.js';

export const boardsErrors = defineErrors('loyalty', {
  board_not_found: { kind: 'not_found', en: 'No such leaderboard', zh: '排行榜不存在' },
  board_period_not_found: {
    kind: 'not_found',
    en: 'The leaderboard has no such period',
    zh: '该排行榜没有此期间',
  },
  board_member_not_found: {
    kind: 'not_found',
    en: 'This customer is no member of the leaderboard’s program',
    zh: '该客户不是此排行榜所属计划的会员',
  },
  board_group_not_found: { kind: 'not_found', en: 'No such group chat', zh: '客户群不存在' },
  board_incomplete: {
    kind: 'unprocessable',
    en: 'A leaderboard needs its names and its kind of period, or a preset',
    zh: '排行榜需要名称和期间类型，或选择一个预设',
  },
  board_time_invalid: {
    kind: 'unprocessable',
    en: 'A leaderboard with fixed days has a start and a later end that is still to come, at most a year apart; others have neither',
    zh: '固定期间的排行榜必须有开始时间和尚未到来的结束时间，间隔不超过一年；其他排行榜不得填写',
  },
  board_prizes_invalid: {
    kind: 'unprocessable',
    en: 'A prize is for ranks from–to that the leaderboard stores (`winners`)',
    zh: '奖品名次须从小到大，且不超过排行榜保存的名次数（winners）',
  },
  board_rule_unknown: {
    kind: 'unprocessable',
    en: 'A leaderboard counts a rule that its program does not have',
    zh: '排行榜所选规则不属于该计划',
  },
  boards_too_many: {
    kind: 'conflict',
    en: 'The corp has too many leaderboards that count: end some',
    zh: '进行中的排行榜数量已达上限：请先结束一些',
  },
});
