import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { cryptoErrors } from './crypto.errors.js';
import { type EnvelopePlace, Envelopes } from './envelopes.js';
import { RandomPool } from './random-pool.js';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keys for what is too large for an envelope, such as a file in parts: the bytes lie under a key of their own, and the key
 * lies in an envelope. So the rotation of master keys renews one short text, and a file without its key is gone.
 */
@Injectable()
export class DataKeys {
  private readonly ivs = new RandomPool(IV_BYTES);

  constructor(private readonly envelopes: Envelopes) {}

  /** @returns the envelope of a new key, for a column that `registerEncryptedColumn` names. */
  create(place: EnvelopePlace): string {
    return this.envelopes.seal(randomBytes(KEY_BYTES).toString('base64'), place);
  }

  /** @throws crypto.envelope_refused, crypto.key_missing */
  open(sealedKey: string, place: EnvelopePlace): DataKey {
    return new DataKey(Buffer.from(this.envelopes.open(sealedKey, place), 'base64'), this.ivs);
  }
}

/** Seals and opens bytes: IV, content, tag. */
export class DataKey {
  private readonly key: KeyObject;

  constructor(
    key: Buffer,
    private readonly ivs: RandomPool,
  ) {
    this.key = createSecretKey(key); // made once: a sixth of what sealing a coupon's code costs
  }

  /** @param part which of the things under this key it is: bytes of another one do not open in its place. */
  seal(bytes: Buffer, part: string): Buffer {
    const iv = this.ivs.next();
    const cipher = createCipheriv(CIPHER, this.key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(part));
    return Buffer.concat([iv, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws crypto.envelope_refused */
  open(sealed: Buffer, part: string): Buffer {
    const iv = sealed.subarray(0, IV_BYTES);
    try {
      const decipher = createDecipheriv(CIPHER, this.key, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(part));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const content = sealed.subarray(IV_BYTES, -TAG_BYTES);
      return Buffer.concat([decipher.update(content), decipher.final()]);
    } catch {
      throw cryptoErrors.envelope_refused({ part });
    }
  }
}
