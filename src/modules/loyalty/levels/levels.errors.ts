import { defineErrors } from '../../../platform/errors/app-error.js';

export const levelsErrors = defineErrors('loyalty', {
  level_table_not_found: { kind: 'not_found', en: 'No such level table', zh: '等级表不存在' },
  level_table_invalid: {
    kind: 'unprocessable',
    en: 'The level table contradicts itself: the lowest threshold is 0 and each next one greater, keys are unique, a benefit names points or an honour as its kind says, and grace and notice days fit into the shortest period',
    zh: '等级表自相矛盾：最低等级门槛须为 0 且逐级递增，key 不可重复，权益须按类型填写 points 或 honour，宽限与提醒天数之和须短于最短周期',
  },
  level_tables_full: {
    kind: 'conflict',
    en: 'The program has its maximum of 1,000 level tables',
    zh: '该计划的等级表已达 1000 个上限',
  },
  level_table_retired: {
    kind: 'conflict',
    en: 'A newer version took its place: make a new version with this content',
    zh: '该版本已被新版本取代：请以此内容新建版本',
  },
  levels_inactive: {
    kind: 'conflict',
    en: 'The program has no active level table',
    zh: '该计划没有已启用的等级表',
  },
  level_not_found: {
    kind: 'unprocessable',
    en: 'The active table has no such level',
    zh: '启用的等级表中没有此等级',
  },
  lock_until_past: { kind: 'unprocessable', en: 'The lock ends in the past', zh: '锁定截止时间早于当前时间' },
  level_not_locked: { kind: 'conflict', en: "The member's level is not locked", zh: '该会员等级未锁定' },
});
