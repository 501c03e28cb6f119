import { defineErrors } from '../platform/errors/app-error.js';

export const wecomErrors = defineErrors('wecom', {
  app_not_found: { kind: 'not_found', en: 'No such app in this corp', zh: '该企业下没有此应用' },
  corp_exists: {
    kind: 'conflict',
    en: 'This WeCom corp is known already: change its apps, or add one to connect it again',
    zh: '该企业已存在：请修改其应用；若已断开，添加应用即可重新连接',
  },
  app_exists: {
    kind: 'conflict',
    en: 'This corp has an app with this agentid, or a directory assistant, already',
    zh: '该企业已有相同 agentid 的应用或通讯录同步助手',
  },
  agent_id_required: {
    kind: 'unprocessable',
    en: 'A self-built app needs its agentId, a directory assistant has none',
    zh: '自建应用必须填写 agentId，通讯录同步助手没有 agentId',
  },
  self_built_app_required: {
    kind: 'unprocessable',
    en: 'A corp needs at least one self-built app',
    zh: '至少需要一个自建应用',
  },
  time_zone_unknown: { kind: 'unprocessable', en: 'Not an IANA time zone', zh: '不是有效的 IANA 时区' },
  corp_disconnected: { kind: 'conflict', en: 'This corp is disconnected', zh: '该企业已断开连接' },
  app_missing: {
    kind: 'conflict',
    en: 'The corp has no connected app of the kind that this call needs',
    zh: '该企业没有此调用所需类型的应用',
  },
  credentials_rejected: {
    kind: 'upstream',
    en: 'WeCom rejected the secret of this app; nothing is sent until it is changed',
    zh: '企业微信拒绝了该应用的 Secret，更换前不再发送请求',
  },
  call_refused: { kind: 'upstream', en: 'WeCom refused the call', zh: '企业微信拒绝了请求' },
  call_failed: {
    kind: 'upstream',
    en: 'WeCom did not answer',
    zh: '企业微信没有应答',
    retryable: true,
  },
  call_postponed: {
    kind: 'unavailable',
    en: 'Held back to stay below the limits of WeCom',
    zh: '为不超过企业微信的频率限制而推迟',
    retryable: true,
  },
  answer_malformed: {
    kind: 'upstream',
    en: 'WeCom answered in an unknown form',
    zh: '企业微信的应答格式异常',
  },
  argument_too_long: {
    kind: 'unprocessable',
    en: 'A value exceeds what WeCom accepts',
    zh: '参数超过企业微信允许的长度',
  },
  callback_not_found: { kind: 'not_found', en: 'No such callback', zh: '回调不存在' },
  callback_place_unknown: { kind: 'not_found', en: 'No such callback address', zh: '回调地址不存在' },
  callback_unauthentic: {
    kind: 'unauthenticated',
    en: 'The signature, time or receiver of the callback is not right',
    zh: '回调的签名、时间或接收方不正确',
  },
  callback_malformed: { kind: 'invalid', en: 'The callback cannot be read', zh: '回调内容无法解析' },
  callback_too_large: { kind: 'too_large', en: 'The callback exceeds 1 MiB', zh: '回调超过 1 MiB' },
});
