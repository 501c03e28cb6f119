import { defineErrors } from '../../../platform/errors/app-error.js';

export const tagsErrors = defineErrors('loyalty', {
  tag_rules_invalid: {
    kind: 'unprocessable',
    en: 'Each level and each corp tag stands once, levels are those of the active table, and bands end above where they begin and do not overlap',
    zh: '每个等级、每个企业标签只能出现一次；等级须为启用的等级表中的等级；区间上限须大于下限且互不重叠',
  },
  tag_taken: {
    kind: 'conflict',
    en: 'Another program writes one of these corp tags',
    zh: '其中的企业标签已由其他积分计划使用',
  },
  tag_unknown: { kind: 'unprocessable', en: 'The corp has no such corp tag', zh: '企业标签不存在' },
});
