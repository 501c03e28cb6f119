import { defineErrors } from '../errors/app-error.js';

/** Neither text nor params ever hold key material or what was sealed. */
export const cryptoErrors = defineErrors('crypto', {
  /** The envelope is damaged, or was sealed for another corp, table, column or row. */
  envelope_refused: {
    kind: 'internal',
    en: 'A stored secret could not be opened: it is damaged or belongs to another place',
    zh: '无法解密已存储的密文：内容损坏或不属于该位置',
  },
  /** `keyId` names the key that MASTER_KEYS should hold. */
  key_missing: {
    kind: 'internal',
    en: 'A stored secret was sealed with a key that MASTER_KEYS does not hold',
    zh: '已存储的密文所用密钥不在 MASTER_KEYS 中',
  },
});
