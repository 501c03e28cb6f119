/** What can be wrong with one field. Part of the API: a released code never changes. */
export const fieldProblems = {
  required: { en: 'is required', zh: '必填' },
  unknown: { en: 'is not known here', zh: '未知字段' },
  text: { en: 'must be a text of valid characters', zh: '必须是有效的文本' },
  too_short: { en: 'must have at least {limit} characters', zh: '至少 {limit} 个字符' },
  too_long: { en: 'must have at most {limit} characters', zh: '最多 {limit} 个字符' },
  pattern: { en: 'does not have the required form', zh: '格式不正确' },
  integer: { en: 'must be a whole number', zh: '必须是整数' },
  too_small: { en: 'must be at least {limit}', zh: '不能小于 {limit}' },
  too_large: { en: 'must be at most {limit}', zh: '不能大于 {limit}' },
  boolean: { en: 'must be true or false', zh: '必须是 true 或 false' },
  time: {
    en: 'must be a time like 2026-11-22T16:00:00+08:00',
    zh: '必须是形如 2026-11-22T16:00:00+08:00 的时间',
  },
  not_allowed: { en: 'must be one of: {limit}', zh: '必须是以下之一：{limit}' },
  id: { en: 'must be an id that starts with {limit}_', zh: '必须是以 {limit}_ 开头的标识' },
  list: { en: 'must be a list', zh: '必须是列表' },
  too_few: { en: 'must have at least {limit} items', zh: '至少 {limit} 项' },
  too_many: { en: 'must have at most {limit} items', zh: '最多 {limit} 项' },
  object: { en: 'must be an object', zh: '必须是对象' },
  number: { en: 'must be a number', zh: '必须是数字' },
  date: { en: 'must be a day like 1990-05-20', zh: '必须是形如 1990-05-20 的日期' },
  path: {
    en: 'must be a path of choices, from the first level down to {limit}',
    zh: '必须是逐级选项，直到 {limit}',
  },
  not_unique: { en: 'is taken by somebody else', zh: '已被他人占用' },
  gone: { en: 'is no longer there', zh: '已不存在' },
  read_only: { en: 'cannot be written here', zh: '不可在此写入' },
} as const satisfies Record<string, { en: string; zh: string }>;

export type FieldProblem = keyof typeof fieldProblems;
