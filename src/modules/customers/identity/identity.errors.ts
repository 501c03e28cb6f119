import { defineErrors } from '../../../platform/errors/app-error.js';
import { CUSTOMER_IDENTIFIERS_MAX, PERSON_CUSTOMERS_MAX } from './domain/linking-rules.js';

export const identityErrors = defineErrors('customers', {
  person_not_found: { kind: 'not_found', en: 'No such person', zh: '用户不存在' },
  identifier_not_found: { kind: 'not_found', en: 'No such identifier', zh: '标识不存在' },
  identity_case_not_found: {
    kind: 'not_found',
    en: 'No such case, or no doubt any more',
    zh: '待审核项不存在或已无争议',
  },
  identity_case_settled: {
    kind: 'conflict',
    en: 'Somebody has settled this case meanwhile: nothing was decided',
    zh: '该审核项已被他人处理，本次未作任何决定',
  },
  blocked_identifier_not_found: {
    kind: 'not_found',
    en: 'Not on the block list',
    zh: '屏蔽列表中没有该标识',
  },
  identifier_invalid: {
    kind: 'unprocessable',
    en: 'Not a value of this kind of identifier',
    zh: '该标识类型的取值无效',
  },
  identifiers_too_many: {
    kind: 'unprocessable',
    en: `A customer has at most ${CUSTOMER_IDENTIFIERS_MAX} identifiers`,
    zh: `一个客户最多有 ${CUSTOMER_IDENTIFIERS_MAX} 个标识`,
  },
  customer_erased: {
    kind: 'conflict',
    en: 'The customer was erased: nothing leads to it any more',
    zh: '该客户的个人数据已擦除，不能再添加标识',
  },
  identifier_of_wecom: {
    kind: 'conflict',
    en: 'WeCom tells this identifier; it changes only there',
    zh: '该标识来自企业微信，只能在企业微信中修改',
  },
  identifier_blocked_already: {
    kind: 'conflict',
    en: 'Stands on the block list already',
    zh: '该标识已在屏蔽列表中',
  },
  merge_needs_two: { kind: 'unprocessable', en: 'These are one person already', zh: '这些客户已是同一用户' },
  person_too_large: {
    kind: 'unprocessable',
    en: `A person has at most ${PERSON_CUSTOMERS_MAX} customers`,
    zh: `一个用户最多包含 ${PERSON_CUSTOMERS_MAX} 个客户`,
  },
  unmerge_not_of_person: {
    kind: 'unprocessable',
    en: 'Split off some customers of the person, and not all of them',
    zh: '只能拆出该用户的部分客户，且不能全部拆出',
  },
});
