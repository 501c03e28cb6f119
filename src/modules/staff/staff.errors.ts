import { defineErrors } from '../../platform/errors/app-error.js';

export const staffErrors = defineErrors('staff', {
  not_found: { kind: 'not_found', en: 'No such staff member', zh: '成员不存在' },
  store_not_found: { kind: 'not_found', en: 'No such store', zh: '门店不存在' },
  store_exists: { kind: 'conflict', en: 'There is a store with this code', zh: '已有相同编码的门店' },
  store_external_id_taken: {
    kind: 'conflict',
    en: 'Another store has this external id',
    zh: '外部编号已被其他门店使用',
  },
  stores_full: {
    kind: 'conflict',
    en: 'The corp has its maximum of 10,000 stores',
    zh: '门店已达 10000 个上限',
  },
  time_zone_unknown: { kind: 'unprocessable', en: 'Not an IANA time zone', zh: '不是有效的 IANA 时区' },
  department_unknown: {
    kind: 'unprocessable',
    en: 'A department is not in the directory',
    zh: '部门不在通讯录中',
  },
});
