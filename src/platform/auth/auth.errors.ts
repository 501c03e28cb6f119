import { defineErrors } from '../errors/app-error.js';

export const authErrors = defineErrors('auth', {
  key_required: {
    kind: 'unauthenticated',
    en: 'An API key is required: Authorization: Bearer …',
    zh: '需要 API 密钥：Authorization: Bearer …',
  },
  /** Mistyped, unknown, expired and revoked look the same, so that nobody can try which keys exist. */
  key_invalid: { kind: 'unauthenticated', en: 'The API key is not valid', zh: 'API 密钥无效' },
  scope_missing: { kind: 'forbidden', en: 'The API key may not do this', zh: 'API 密钥没有该权限' },
  /** Whatever the scopes of such a key are: most endpoints know no stores and would show it those of others. */
  key_of_stores: {
    kind: 'forbidden',
    en: 'The API key is bound to stores and reaches only what keeps to them',
    zh: 'API 密钥已限定门店，只能访问按门店隔离的接口',
  },
  key_not_found: { kind: 'not_found', en: 'No such API key', zh: 'API 密钥不存在' },
  corp_not_found: { kind: 'not_found', en: 'No such corp', zh: '企业不存在' },
  key_not_live: { kind: 'conflict', en: 'The API key is revoked or expired', zh: 'API 密钥已吊销或已过期' },
  rotation_running: {
    kind: 'conflict',
    en: 'The API key was rotated and both keys are still live: revoke one first',
    zh: 'API 密钥轮换尚未结束，新旧密钥均有效：请先吊销其一',
  },
});
