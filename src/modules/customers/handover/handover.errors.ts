import { defineErrors } from '../../../platform/errors/app-error.js';

export const handoverErrors = defineErrors('customers', {
  handover_not_found: { kind: 'not_found', en: 'No such hand-over', zh: '继承任务不存在' },
  handover_empty: {
    kind: 'unprocessable',
    en: 'Name customers or groups, or all customers, but not both of the former',
    zh: '请指定客户、客户群或全部客户；客户列表与全部客户只能二选一',
  },
  handover_same_staff: {
    kind: 'unprocessable',
    en: 'A member cannot take over from himself',
    zh: '接替成员不能与原成员相同',
  },
  handover_staff_unknown: {
    kind: 'unprocessable',
    en: 'The directory does not know this member; when he is new, wait for the next staff sync',
    zh: '通讯录中没有该成员；如为新成员，请等待下次成员同步',
  },
  handover_message_in_service_only: {
    kind: 'unprocessable',
    en: 'WeCom takes a message only for members on the job',
    zh: '只有在职继承可以填写转移成功提示语',
  },
});
