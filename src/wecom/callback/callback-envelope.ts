import { wecomErrors } from '../wecom.errors.js';
const OPEN = '<Encrypt>';
const CLOSE = '</Encrypt>';
const CDATA = /^<!\[CDATA\[([^\]]*)\]\]>$/;

/**
 * The ciphertext of an outer envelope, found by plain search: nothing is proved yet, and a parser spends up to two
 * seconds on a hostile megabyte (measured). Nothing else of the envelope is used, and the signature covers all of this, so
 * it is not parsed afterwards either.
 * @throws wecom.callback_malformed
 */
export function findCiphertext(body: string): string {
  const start = body.indexOf(OPEN);
  const end = start < 0 ? -1 : body.indexOf(CLOSE, start);
  if (end < 0 || !body.trimEnd().endsWith('</xml>')) throw wecomErrors.callback_malformed();
  const content = body.slice(start + OPEN.length, end).trim();
  return (CDATA.exec(content)?.[1] ?? content).trim();
}
