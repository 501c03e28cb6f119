import { defineErrors } from '../../../platform/errors/app-error.js';

export const searchErrors = defineErrors('customers', {
  view_not_found: { kind: 'not_found', en: 'No such saved view', zh: '保存的视图不存在' },
  view_name_taken: {
    kind: 'conflict',
    en: 'The owner has a view of this name already',
    zh: '该所有者已有同名视图',
  },
  view_holds_personal_data: {
    kind: 'unprocessable',
    en: 'A saved view holds no phone numbers, identifiers and personal fields: give them with the search',
    zh: '保存的视图不得包含电话、标识或个人信息字段，请在搜索时直接提供',
  },
  kept_filter_personal: {
    kind: 'unprocessable',
    en: 'A filter that is kept holds no phone numbers, identifiers and personal fields',
    zh: '需要保存的筛选条件不得包含电话、标识或个人信息字段',
  },
  views_too_many: {
    kind: 'conflict',
    en: 'The corp keeps too many saved views: delete some',
    zh: '保存的视图数量已达上限：请先删除一些',
  },
  view_filter_too_large: {
    kind: 'unprocessable',
    en: 'The filter is too large to be kept',
    zh: '筛选条件过大，无法保存',
  },
  view_or_filter: {
    kind: 'unprocessable',
    en: 'A search takes a saved view or a filter, not both',
    zh: '搜索时视图与筛选条件只能二选一',
  },
  filter_name_empty: {
    kind: 'unprocessable',
    en: 'A name to search for consists of spaces only',
    zh: '要搜索的姓名只含空白字符',
  },
  filter_field_unknown: {
    kind: 'unprocessable',
    en: 'The filter asks for a field that does not exist',
    zh: '筛选条件中的字段不存在',
  },
  filter_field_personal: {
    kind: 'forbidden',
    en: 'A filter by a personal field needs a key with customers:reveal',
    zh: '按个人信息字段筛选需要具有 customers:reveal 权限的密钥',
  },
  filter_unsuitable: {
    kind: 'unprocessable',
    en: 'The condition does not suit the field; for what WeCom tells, such as staff and channel, use `relation` or `names`',
    zh: '条件与字段不符；企业微信提供的信息（如员工、渠道）请用 relation 或 names 筛选',
  },
  upsert_unknown_contact: {
    kind: 'unprocessable',
    en: 'WeCom has told of no such contact; contacts come from WeCom only',
    zh: '企业微信中没有该外部联系人；外部联系人只能由企业微信同步产生',
  },
  upsert_ambiguous: {
    kind: 'conflict',
    en: 'Customers of different persons hold this identifier',
    zh: '该标识对应多个不同的人',
  },
  upsert_field_refused: {
    kind: 'unprocessable',
    en: 'A field of the customer was refused; nothing of the customer is written',
    zh: '客户的某个字段被拒绝，该客户的内容均未写入',
  },
  upsert_overtaken: {
    kind: 'conflict',
    en: 'A field was changed while it was being written; nothing is written',
    zh: '写入期间字段定义被修改，未写入任何内容',
    retryable: true,
  },
});
