import { defineErrors } from '../../../platform/errors/app-error.js';

export const relationErrors = defineErrors('customers', {
  relation_not_found: {
    kind: 'not_found',
    en: 'This customer has no such follow relation',
    zh: '该客户没有此跟进关系',
  },
  remark_empty: {
    kind: 'unprocessable',
    en: 'Name at least one of remark, description, company and phones',
    zh: '备注、描述、企业、电话至少填写一项',
  },
  remark_company_ignored: {
    kind: 'unprocessable',
    en: 'WeCom keeps a company only on customers who use WeChat; this one uses WeCom',
    zh: '企业微信只为微信用户保存备注企业，该客户是企业微信用户',
  },
});
