import { createDecipheriv, hash, timingSafeEqual } from 'node:crypto';
import { wecomErrors } from '../wecom.errors.js';

const RANDOM_BYTES = 16;
const LENGTH_BYTES = 4;
/** PKCS#7 with WeCom's own block size, not the 16 of AES (page 90968). */
const PAD_BLOCK = 32;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

export interface OpenedEnvelope {
  readonly message: Buffer;
  /** To be compared with the corp by the caller. */
  readonly receiveId: Buffer;
}

/** Lower-case hex SHA-1 of the byte-wise sorted parts (page 90968). */
export function signatureOf(token: string, timestamp: string, nonce: string, encrypt: string): string {
  const parts = [token, timestamp, nonce, encrypt].sort(); // for what WeCom sends, all ASCII, the same as by bytes
  return hash('sha1', parts.join(''));
}

/** In constant time; a signature of another length is wrong at once. */
export function sameText(expected: string, given: string): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * Takes the frame `random(16) | length(4) | message | receiveId` out of the ciphertext. Call it after the signature was
 * verified. Every length is checked, since the published libraries cut silently.
 * @throws wecom.callback_malformed
 */
export function openEnvelope(encodingAesKey: string, encrypt: string): OpenedEnvelope {
  const frame = unpad(decipher(aesKeyOf(encodingAesKey), encrypt));
  const head = RANDOM_BYTES + LENGTH_BYTES;
  if (frame.length < head) throw wecomErrors.callback_malformed();
  const length = frame.readUInt32BE(RANDOM_BYTES);
  if (head + length > frame.length) throw wecomErrors.callback_malformed();
  return { message: frame.subarray(head, head + length), receiveId: frame.subarray(head + length) };
}

/**
 * 43 characters are 258 bits for 256: WeCom's own sample key ends with spare bits set, so the key must not be judged by
 * encoding it again.
 */
function aesKeyOf(encodingAesKey: string): Buffer {
  return Buffer.from(`${encodingAesKey}=`, 'base64');
}

function decipher(key: Buffer, encrypt: string): Buffer {
  const ciphertext = BASE64.test(encrypt) ? Buffer.from(encrypt, 'base64') : Buffer.alloc(0);
  if (ciphertext.length === 0 || ciphertext.length % PAD_BLOCK !== 0) throw wecomErrors.callback_malformed();
  // Node strips PKCS#7 by blocks of 16 and would refuse pads of 17 to 32.
  const cipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(ciphertext), cipher.final()]);
}

function unpad(padded: Buffer): Buffer {
  const pad = padded.at(-1) ?? 0;
  const end = padded.length - pad;
  const right = pad >= 1 && pad <= PAD_BLOCK && padded.subarray(end).every((byte) => byte === pad);
  if (!right) throw wecomErrors.callback_malformed();
  return padded.subarray(0, end);
}
