import { Injectable } from '@nestjs/common';
import { RandomPool } from '../../../../platform/crypto/random-pool.js';
import { CODE_BYTES, codeOf } from '../domain/code.js';
import { CodeKeys } from '../persistence/code-keys.js';

/** What a coupon's row holds of its code. */
export interface SealedCode {
  readonly code: string;
  readonly hash: Buffer;
  readonly cipher: Buffer;
}

/** Codes of the corp of the open unit of work: made at random, found by a keyed hash, shown to their owners. */
@Injectable()
export class Codes {
  private readonly random = new RandomPool(CODE_BYTES);

  constructor(private readonly keys: CodeKeys) {}

  /** @returns a new code for each coupon, in the same order. */
  async make(couponIds: readonly string[]): Promise<SealedCode[]> {
    return (await this.maker())(couponIds);
  }

  /** `make` without a unit of work, for whoever makes codes ahead while the database is busy. */
  async maker(): Promise<(couponIds: readonly string[]) => SealedCode[]> {
    const key = await this.keys.get();
    return (couponIds) =>
      couponIds.map((id) => {
        const code = codeOf(this.random.next());
        return { code, hash: key.hash(code), cipher: key.seal(code, id) };
      });
  }

  /** For codes that another system made: taken as they are. @param text normalised where `normaliseCode` knows it. */
  async seal(coupons: readonly { id: string; text: string }[]): Promise<SealedCode[]> {
    const key = await this.keys.get();
    return coupons.map(({ id, text }) => ({
      code: text,
      hash: key.hash(text),
      cipher: key.seal(text, id),
    }));
  }

  /** What coupons with these codes are found by, in the same order. @returns none for a corp that never had a coupon. */
  async hashesOf(texts: readonly string[]): Promise<Buffer[]> {
    const key = await this.keys.find();
    return key ? texts.map((text) => key.hash(text)) : [];
  }

  /** @throws crypto.envelope_refused when the bytes are not of this coupon. */
  async open(coupons: readonly { id: string; codeCipher: Buffer }[]): Promise<string[]> {
    const key = await this.keys.get();
    return coupons.map(({ id, codeCipher }) => key.open(codeCipher, id));
  }
}
