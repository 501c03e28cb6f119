import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { MasterKeys } from '../crypto/master-keys.js';

/**
 * Signs what a client carries for us, and fingerprints what must not be stored. The keys come from the master keys, so all
 * processes share them and they survive a restart. Each user starts its text with its own name.
 */
@Injectable()
export class Signatures {
  private readonly keys: readonly Buffer[];

  constructor(masterKeys: MasterKeys) {
    this.keys = masterKeys.ids.map((id) => masterKeys.subKey(id, 'cursor'));
  }

  sign(text: string): string {
    const [newest] = this.keys;
    if (!newest) throw new Error('master keys are never empty');
    return mac(newest, text).toString('base64url');
  }

  /** True for the newest and, during a rotation, the older keys. */
  verify(text: string, signature: string): boolean {
    const given = Buffer.from(signature, 'base64url');
    return this.keys.some((key) => {
      const expected = mac(key, text);
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
  }
}

function mac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
