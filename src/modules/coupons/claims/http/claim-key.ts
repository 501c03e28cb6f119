import { hash } from 'node:crypto';

/** The endpoint that may be refused before its handler. */
export const CLAIM = 'coupons.claim';

/** What a caller named stands for one coupon: for all keys of the same owner, as the Idempotency-Key does elsewhere. */
export function claimKeyOf(owner: string, idempotencyKey: string): string {
  return `claim:${hash('sha256', `${owner}\0${idempotencyKey}`, 'base64url')}`;
}
