import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { Database } from '../../../../platform/database/database.js';
import { couponsErrors } from '../../coupons.errors.js';

/** Who tries codes: whatever is known of him. */
export interface Guesser {
  readonly keyId?: string | undefined;
  readonly address?: string | undefined;
  readonly customerId?: string | undefined;
}

/** Wrong codes a minute. */
export const WRONG_CODES_MAX = { keyId: 600, address: 60, customerId: 10 } as const;
const WINDOW_MS = 60_000;
/** Whoever tries from so many places at once finds the oldest forgotten; the limit of his key still holds. */
const REMEMBERED_MAX = 50_000;

/**
 * Wrong codes are limited per key, address and member, each in its corp. Counted in this process alone, as the limits of
 * requests are (docs/operate.md): with 80 random bits whoever spreads over ten processes is as far from a hit as before, and
 * short codes of another system are guarded by their length, of which ten processes take one digit. A table would cost each
 * wrong guess a second connection, as what is refused is rolled back. Inside an open unit of work, of which a refusal undoes nothing here.
 */
@Injectable()
export class Guesses {
  private readonly wrongs = new Map<string, { count: number; until: number }>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Before a code is looked up. @throws coupons.too_many_wrong_codes */
  check(guesser: Guesser): void {
    const now = this.clock.now().getTime();
    for (const { name, max } of this.placesOf(guesser)) {
      const wrong = this.wrongs.get(name);
      if (wrong && wrong.until > now && wrong.count >= max) throw couponsErrors.too_many_wrong_codes();
    }
  }

  /** A code was tried that no coupon has. */
  wrong(guesser: Guesser): void {
    const now = this.clock.now().getTime();
    for (const { name } of this.placesOf(guesser)) {
      const known = this.wrongs.get(name);
      const isRunning = known !== undefined && known.until > now;
      this.wrongs.delete(name); // and to the end: the oldest is forgotten first
      this.wrongs.set(name, {
        count: (isRunning ? known.count : 0) + 1,
        until: isRunning ? known.until : now + WINDOW_MS,
      });
    }
    for (const oldest of this.wrongs.keys()) {
      if (this.wrongs.size <= REMEMBERED_MAX) break;
      this.wrongs.delete(oldest);
    }
  }

  private placesOf(guesser: Guesser): { name: string; max: number }[] {
    const { corpId } = this.database;
    return (['keyId', 'address', 'customerId'] as const).flatMap((place) => {
      const value = guesser[place];
      return value === undefined
        ? []
        : [{ name: `${corpId} ${place} ${value}`, max: WRONG_CODES_MAX[place] }];
    });
  }
}
