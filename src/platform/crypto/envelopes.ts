import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { cryptoErrors } from './crypto.errors.js';
import { MasterKeys } from './master-keys.js';
import { RandomPool } from './random-pool.js';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const LONE_SURROGATE = /\p{Surrogate}/u;
const ENVELOPE = /^v1\.([a-z0-9-]{1,16})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

/** Where a sealed value lives. An envelope opens only in its own place: moved to another row it is refused. */
export interface EnvelopePlace {
  /** Our uuid of the corp. */
  readonly corpId: string;
  /** With its schema: `wecom.apps`. */
  readonly table: string;
  readonly column: string;
  /** The text form of the column that `registerEncryptedColumn` names as `rowId`; the row's id must not change. */
  readonly rowId: string;
}

/**
 * Seals what the database must not show in clear: `v1.<keyId>.<iv>.<ciphertext and tag>`, AES-256-GCM with a random
 * 96-bit IV. The first of MASTER_KEYS seals, all of them open. Every column that holds envelopes is registered with
 * `registerEncryptedColumn`, or the rotation of keys would forget it.
 */
@Injectable()
export class Envelopes {
  private readonly keys = new Map<string, Buffer>();
  private readonly ivs = new RandomPool(IV_BYTES);

  constructor(private readonly masterKeys: MasterKeys) {
    for (const id of masterKeys.ids) this.keys.set(id, masterKeys.subKey(id, 'envelope'));
  }

  /** @throws when the text has a lone surrogate, which UTF-8 would silently replace. */
  seal(plain: string, place: EnvelopePlace): string {
    if (LONE_SURROGATE.test(plain)) throw new Error('only well-formed text can be sealed');
    const keyId = this.masterKeys.currentId;
    const iv = this.ivs.next();
    const cipher = createCipheriv(CIPHER, this.keyOf(keyId), iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(bindingOf(place));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1.${keyId}.${iv.toString('base64url')}.${sealed.toString('base64url')}`;
  }

  /**
   * @throws crypto.envelope_refused when the envelope is damaged or was sealed for another place
   * @throws crypto.key_missing when MASTER_KEYS does not hold its key
   */
  open(sealed: string, place: EnvelopePlace): string {
    const [, keyId = '', iv = '', body = ''] = ENVELOPE.exec(sealed) ?? [];
    if (!keyId) throw cryptoErrors.envelope_refused({ table: place.table, column: place.column });
    const key = this.keyOf(keyId);
    try {
      const bytes = strictBase64Url(body);
      const decipher = createDecipheriv(CIPHER, key, strictBase64Url(iv), { authTagLength: TAG_BYTES });
      decipher.setAAD(bindingOf(place));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]).toString(
        'utf8',
      );
    } catch {
      // OpenSSL's own error says nothing that would help, and nothing of it may reach a log
      throw cryptoErrors.envelope_refused({ table: place.table, column: place.column });
    }
  }

  private keyOf(keyId: string): Buffer {
    const key = this.keys.get(keyId);
    if (!key) throw cryptoErrors.key_missing({ keyId });
    return key;
  }
}

/** The key an envelope was sealed with, or undefined when the text is no envelope. */
export function keyIdOf(sealed: string): string | undefined {
  return ENVELOPE.exec(sealed)?.[1];
}

/** JSON keeps the four parts apart whatever they contain. */
function bindingOf(place: EnvelopePlace): Buffer {
  return Buffer.from(JSON.stringify([place.corpId, place.table, place.column, place.rowId]));
}

/** Node accepts several spellings of the same bytes; an envelope has exactly one. */
function strictBase64Url(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text) throw new Error('not canonical base64url');
  return bytes;
}
