import { randomFillSync } from 'node:crypto';

const PIECES = 256;

/** Random bytes in pieces of one size, drawn many at once, as a single draw costs nearly the same. */
export class RandomPool {
  private readonly pool: Buffer;
  private used: number;

  constructor(private readonly bytes: number) {
    this.pool = Buffer.alloc(bytes * PIECES);
    this.used = this.pool.length;
  }

  /** A view that later calls overwrite: use it at once. */
  next(): Buffer {
    if (this.used === this.pool.length) {
      randomFillSync(this.pool);
      this.used = 0;
    }
    this.used += this.bytes;
    return this.pool.subarray(this.used - this.bytes, this.used);
  }
}
