import { defineErrors } from '../../../platform/errors/app-error.js';

export const behaviourErrors = defineErrors('customers', {
  event_not_found: { kind: 'not_found', en: 'No such customer event', zh: '客户事件不存在' },
  event_invalid: {
    kind: 'unprocessable',
    en: 'A field of the event is missing, unknown or wrong; `field` says which',
    zh: '事件字段缺失、未知或有误，见 `field`',
  },
  event_type_unknown: {
    kind: 'unprocessable',
    en: 'No such event type, or it is switched off: declare it with POST /v1/customer-event-types',
    zh: '事件类型不存在或已停用：请先通过 POST /v1/customer-event-types 声明',
  },
  event_time_refused: {
    kind: 'unprocessable',
    en: 'The event lies more than a day ahead, or so far back that it would not be kept',
    zh: '事件时间晚于当前时间一天以上，或早于保留期限',
  },
  event_customer_unknown: {
    kind: 'unprocessable',
    en: 'No such customer; with `createCustomers` an unknown identifier makes one',
    zh: '客户不存在；指定 `createCustomers` 时会为未知标识创建客户',
  },
  event_repeated_in_call: {
    kind: 'unprocessable',
    en: 'The same source and externalId stand in this call before, with another content',
    zh: '同一请求中已有相同 source 和 externalId 但内容不同的事件',
  },
  event_type_not_found: { kind: 'not_found', en: 'No such event type', zh: '事件类型不存在' },
  event_type_exists: { kind: 'conflict', en: 'There is an event type with this key', zh: '该事件类型已存在' },
  event_type_fields_repeated: {
    kind: 'unprocessable',
    en: 'Two fields of the event type have the same key',
    zh: '事件类型中有重复的字段',
  },
  event_types_full: {
    kind: 'conflict',
    en: 'The corp has its maximum of 200 event types',
    zh: '事件类型已达 200 个上限',
  },
  link_domain_not_found: { kind: 'not_found', en: 'No such link domain', zh: '域名不存在' },
  link_domain_invalid: {
    kind: 'unprocessable',
    en: 'Not a host name: give it without scheme, port and path; an address of a machine is none',
    zh: '不是有效的域名：不含协议、端口和路径，且不能是 IP 地址',
  },
  link_domain_exists: { kind: 'conflict', en: 'The host is on the list already', zh: '该域名已在列表中' },
  link_domains_full: {
    kind: 'conflict',
    en: 'The corp has its maximum of 100 link domains',
    zh: '域名已达 100 个上限',
  },
  link_target_invalid: {
    kind: 'unprocessable',
    en: 'The target must be an https address of a host name, without user, port, control characters and backslash',
    zh: '目标必须是使用域名的 https 地址，不含用户信息、端口、控制字符和反斜杠',
  },
  link_target_not_allowed: {
    kind: 'unprocessable',
    en: 'The host of the target is not on the list of POST /v1/link-domains',
    zh: '目标域名不在列表中：请先通过 POST /v1/link-domains 添加',
  },
  tracked_link_not_found: { kind: 'not_found', en: 'No such tracked link', zh: '追踪链接不存在' },
});
