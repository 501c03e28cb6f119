import { defineErrors } from '../../../platform/errors/app-error.js';

export const claimLinksErrors = defineErrors('coupons', {
  claim_link_not_found: { kind: 'not_found', en: 'No such claim link', zh: '领券链接不存在' },
  claim_link_expired: { kind: 'conflict', en: 'The claim link has expired', zh: '领券链接已过期' },
  claim_link_of_other: {
    kind: 'forbidden',
    en: 'The claim link was sent to somebody else',
    zh: '该领券链接属于其他客户',
  },
  claim_link_time: {
    kind: 'unprocessable',
    en: 'A claim link expires in the future, within 366 days',
    zh: '领券链接的过期时间须在将来，且不超过 366 天',
  },
  claim_link_key_reused: {
    kind: 'conflict',
    en: 'Another claim link was made with this key',
    zh: '该 key 已用于另一条领券链接',
  },
  identifier_ambiguous: {
    kind: 'unprocessable',
    en: 'Several persons have this identifier: it proves nobody',
    zh: '该标识对应多人，无法确认身份',
  },
});
