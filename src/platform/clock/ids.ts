import { RandomPool } from '../crypto/random-pool.js';

/** Makes row ids. Injected, so that tests can predict them. */
export abstract class Ids {
  /** A UUID version 7 in text form: ids made later sort later, which keeps indexes dense. */
  abstract next(): string;
}

const RANDOM_BYTES = 10;
/** The two bits that name the variant, and two random ones. */
const VARIANT = '89ab';

/** RFC 9562, section 5.7: 48 bits of milliseconds, the version, the variant and 74 random bits. */
export class UuidV7Ids extends Ids {
  private readonly pool = new RandomPool(RANDOM_BYTES);

  override next(): string {
    const time = Date.now().toString(16).padStart(12, '0');
    const random = this.pool.next().toString('hex');
    const variant = VARIANT[Number.parseInt(random.charAt(3), 16) & 3];
    return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
  }
}
