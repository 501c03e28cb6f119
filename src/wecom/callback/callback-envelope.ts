import { wecomErrors } from '../wecom.errors.js';
import { parseXml, textOf } from './callback-xml.js';

const OPEN = '<Encrypt>';
const CLOSE = '</Encrypt>';
const CDATA = /^<!\[CDATA\[([^\]]*)\]\]>$/;

/**
 * The ciphertext of an outer envelope, found by plain search: nothing is proved yet, and a parser spends up to two
 * seconds on a hostile megabyte (measured). `assertEnvelope` parses it once the signature holds.
 * @throws wecom.callback_malformed
 */
export function findCiphertext(body: string): string {
  const start = body.indexOf(OPEN);
  const end = start < 0 ? -1 : body.indexOf(CLOSE, start);
  if (end < 0) throw wecomErrors.callback_malformed();
  const content = body.slice(start + OPEN.length, end).trim();
  return (CDATA.exec(content)?.[1] ?? content).trim();
}

/** @throws wecom.callback_malformed when the body is not the XML that the search took it for. */
export function assertEnvelope(body: string, ciphertext: string): void {
  if (textOf(parseXml(body), 'Encrypt')?.trim() !== ciphertext) throw wecomErrors.callback_malformed();
}
