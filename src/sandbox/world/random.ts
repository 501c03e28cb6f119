import { createHash } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits that depend on the parts only: ids need no stored generator and never repeat. */
export function stableText(length: number, ...parts: (string | number)[]): string {
  let text = '';
  for (let block = 0; text.length < length; block += 1) {
    const bytes = createHash('sha256')
      .update([...parts, block].join('/'))
      .digest();
    for (const byte of bytes) text += ALPHABET[byte % ALPHABET.length];
  }
  return text.slice(0, length);
}

export function stableHex(length: number, ...parts: (string | number)[]): string {
  return createHash('sha256').update(parts.join('/')).digest('hex').slice(0, length);
}

/** 32 bits. */
export function numberOf(...parts: (string | number)[]): number {
  return createHash('sha256').update(parts.join('/')).digest().readUInt32BE(0);
}

type IdPrefix = 'wm' | 'wo' | 'wr' | 'et' | 'st';

export function seedId(prefix: IdPrefix, seed: string, ...parts: (string | number)[]): string {
  return prefix + stableText(30, seed, prefix, ...parts);
}

/** Small deterministic generator (mulberry32), one for each seeded thing so that order does not matter. */
export class Random {
  private state: number;

  constructor(...parts: (string | number)[]) {
    this.state = parts.length > 0 ? numberOf(...parts) : 0;
  }

  /** The generator of one of very many things: without a hash, which would take a microsecond. */
  static of(salt: number, number: number): Random {
    const random = new Random();
    random.state = (Math.imul(number, 0x9e3779b1) ^ salt) >>> 0;
    return random;
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
}
