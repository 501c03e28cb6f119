import { RandomPool } from '../crypto/random-pool.js';

/** Makes row ids. Injected, so that tests can predict them. */
export abstract class Ids {
  /** A UUID version 7 in text form: ids made later sort later, which keeps indexes dense. */
  abstract next(): string;
}

const RANDOM_BYTES = 10;
/** A random number to begin with and then a counter: ids of one millisecond sort in the order in which they were made. */
const COUNTER_MAX = 0xfff;
const COUNTER_START_MAX = 0x7ff;
/** The two bits that name the variant, and two random ones. */
const VARIANT = '89ab';

/** RFC 9562, sections 5.7 and 6.2: 48 bits of milliseconds, the version, a counter of 12 bits, the variant, 62 random bits. */
export class UuidV7Ids extends Ids {
  private readonly pool = new RandomPool(RANDOM_BYTES);
  private lastMs = 0;
  private counter = 0;

  override next(): string {
    const random = this.pool.next();
    this.step(Date.now(), random.readUInt16BE(0) & COUNTER_START_MAX);
    const time = hex(this.lastMs, 12);
    const tail = random.toString('hex', 2);
    const variant = VARIANT[random.readUInt8(2) & 3];
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(this.counter, 3)}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
  }

  /** A clock that is set back does not bring ids that sort before others; a full counter borrows the next millisecond. */
  private step(nowMs: number, start: number): void {
    if (nowMs > this.lastMs) {
      this.lastMs = nowMs;
      this.counter = start;
    } else if (this.counter < COUNTER_MAX) {
      this.counter += 1;
    } else {
      this.lastMs += 1;
      this.counter = start;
    }
  }
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
