import { defineErrors } from '../../../platform/errors/app-error.js';

export const profilesErrors = defineErrors('customers', {
  field_not_found: { kind: 'not_found', en: 'No such field', zh: '字段不存在' },
  field_key_taken: {
    kind: 'conflict',
    en: 'A field with this key exists, perhaps archived',
    zh: '该键已有字段使用（可能已归档）',
  },
  field_choices_invalid: {
    kind: 'unprocessable',
    en: 'Choices do not fit: only types with choices have them, each key once below its parent, each parent in the list',
    zh: '选项不合法：仅选项类字段可设选项，同一上级下键不可重复，上级必须在列表中',
  },
  field_default_invalid: {
    kind: 'unprocessable',
    en: 'The default is no value of this field; a unique field has none',
    zh: '默认值不是该字段的有效值；唯一字段不可设默认值',
  },
  fields_too_many: { kind: 'unprocessable', en: 'Too many fields', zh: '字段数量过多' },
  choices_too_many: {
    kind: 'unprocessable',
    en: 'The corp has too many choices, archived ones included',
    zh: '选项总数过多（含已归档）',
  },
  field_personal_kept: {
    kind: 'forbidden',
    en: 'Only a key with customers:reveal takes `personal` off a field: its values would show from then on',
    zh: '取消个人信息标记会使字段值可见，需要具有 customers:reveal 权限的密钥',
  },
  stages_invalid: {
    kind: 'unprocessable',
    en: 'Stages do not fit: each key once; invalid and abandoned have reasons, the others none',
    zh: '阶段不合法：键不可重复；无效与放弃须有原因，其余阶段没有原因',
  },
  ranking_invalid: {
    kind: 'unprocessable',
    en: 'The ranking names each source exactly once',
    zh: '排序须恰好包含每个来源一次',
  },
  already_blacklisted: {
    kind: 'conflict',
    en: 'The customer stands on the blacklist already',
    zh: '该客户已在黑名单中',
  },
  not_blacklisted: {
    kind: 'conflict',
    en: 'The customer does not stand on the blacklist',
    zh: '该客户不在黑名单中',
  },
});
