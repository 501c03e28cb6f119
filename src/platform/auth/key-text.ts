import { hash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { parsePublicId, toPublicId } from '../context/typed-id.js';

const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 32;
const CHECKSUM_LENGTH = 6;
const KEY_TEXT = /^scrm_(op|corp)_([0-7][0-9a-hjkmnp-tv-z]{25})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})$/;
export const KEY_ID_PREFIX = 'key';

export type KeyKind = 'operator' | 'corp';

/** What is left of a key text when it is well formed: enough to look it up, and the hash to compare. */
export interface ParsedKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly hash: Buffer;
}

/**
 * `scrm_corp_<id>_<32 random letters><checksum>`. The id leads to the row, the prefix tells secret scanners what they
 * found, and the checksum turns away a mistyped key without a look into the database. 32 letters of 62 are 190 bits, so
 * SHA-256 without salt or stretching is enough at rest.
 */
export function makeKeyText(kind: KeyKind, id: string): string {
  const secret = Array.from({ length: SECRET_LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  const body = `${keyPrefix(kind, id)}_${secret}`;
  return `${body}${checksumOf(body)}`;
}

/** The part that may be shown: it names the key and opens nothing. */
export function keyPrefix(kind: KeyKind, id: string): string {
  const [, suffix = ''] = toPublicId(KEY_ID_PREFIX, id).split('_');
  return `scrm_${kind === 'operator' ? 'op' : 'corp'}_${suffix}`;
}

/** @returns undefined for anything that is not a key of ours with a right checksum. */
export function parseKeyText(text: string): ParsedKey | undefined {
  const [, kind, suffix, , checksum] = KEY_TEXT.exec(text) ?? [];
  if (checksum === undefined || checksumOf(text.slice(0, -CHECKSUM_LENGTH)) !== checksum) return undefined;
  const id = parsePublicId(KEY_ID_PREFIX, `${KEY_ID_PREFIX}_${suffix}`);
  return id === undefined ? undefined : { id, kind: kind === 'op' ? 'operator' : 'corp', hash: hashOf(text) };
}

export function hashOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** 62^6 is more than 2^32, so the whole CRC fits. */
function checksumOf(text: string): string {
  let rest = crc32(text);
  let letters = '';
  for (let index = 0; index < CHECKSUM_LENGTH; index++) {
    letters = `${LETTERS[rest % LETTERS.length]}${letters}`;
    rest = Math.floor(rest / LETTERS.length);
  }
  return letters;
}
