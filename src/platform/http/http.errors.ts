import { defineErrors } from '../errors/app-error.js';

/** What any endpoint may answer. */
export const httpErrors = defineErrors('http', {
  validation_failed: { kind: 'invalid', en: 'The request has invalid fields', zh: '请求字段有误' },
  malformed_json: { kind: 'invalid', en: 'The body is not valid JSON', zh: '请求体不是有效的 JSON' },
  malformed_request: { kind: 'invalid', en: 'The request is malformed', zh: '请求格式有误' },
  json_too_complex: {
    kind: 'invalid',
    en: 'The JSON is nested too deep or has too many values',
    zh: 'JSON 嵌套过深或元素过多',
  },
  cursor_invalid: { kind: 'invalid', en: 'The cursor does not belong to this list', zh: '游标不属于该列表' },
  not_found: { kind: 'not_found', en: 'Nothing is here', zh: '资源不存在' },
  method_not_allowed: {
    kind: 'method_not_allowed',
    en: 'The method is not allowed here',
    zh: '不支持该请求方法',
  },
  body_too_large: { kind: 'too_large', en: 'The body is too large', zh: '请求体过大' },
  media_type_unsupported: {
    kind: 'unsupported',
    en: 'The body must be application/json',
    zh: '请求体必须是 application/json',
  },
  idempotency_key_required: {
    kind: 'invalid',
    en: 'The header Idempotency-Key is required: 1 to 255 visible ASCII characters',
    zh: '必须提供 Idempotency-Key 请求头：1 到 255 个可见 ASCII 字符',
  },
  idempotency_in_progress: {
    kind: 'conflict',
    en: 'A request with this Idempotency-Key is still running',
    zh: '使用该 Idempotency-Key 的请求仍在处理',
    retryable: true,
  },
  idempotency_key_reused: {
    kind: 'unprocessable',
    en: 'This Idempotency-Key was used for another request',
    zh: '该 Idempotency-Key 已用于其他请求',
  },
  idempotency_secret_not_kept: {
    kind: 'conflict',
    en: 'This Idempotency-Key has already made a secret, which is shown once and not kept: list, revoke and make a new one',
    zh: '该 Idempotency-Key 已生成过密钥，密钥只显示一次且不保存：请查询并吊销后重新创建',
  },
  precondition_required: {
    kind: 'precondition_required',
    en: 'The header If-Match is required: the ETag of what you have seen',
    zh: '必须提供 If-Match 请求头：您读到的 ETag',
  },
  precondition_failed: {
    kind: 'precondition_failed',
    en: 'It has changed since you read it: read it again',
    zh: '内容已被更改，请重新读取后再提交',
  },
  rate_limited: { kind: 'rate_limited', en: 'Too many requests', zh: '请求过于频繁', retryable: true },
  unavailable: { kind: 'unavailable', en: 'Not available right now', zh: '服务暂时不可用', retryable: true },
  internal: {
    kind: 'internal',
    en: 'Something went wrong on our side',
    zh: '服务器内部错误',
    retryable: true,
  },
});
