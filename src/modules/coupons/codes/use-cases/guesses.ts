import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import { couponsErrors } from '../../coupons.errors.js';

/** Who tries codes: whatever is known of him. */
export interface Guesser {
  readonly corpId: string;
  readonly keyId?: string | undefined;
  readonly address?: string | undefined;
  readonly customerId?: string | undefined;
}

/** Wrong codes a minute. Codes with a wrong check symbol are slips and do not count. */
const LIMITS = { key: 600, address: 60, customer: 10 } as const;
const WINDOW_MS = 60_000;
/** Whoever tries from so many places at once finds the oldest forgotten: the limit per key still holds. */
const REMEMBERED_MAX = 50_000;

/**
 * Wrong codes are limited per key, address and member. Counted in this process alone: with 80 random bits a guesser who
 * spreads over ten processes is as hopeless as one who does not, and the limit is there to make him heard.
 */
@Injectable()
export class Guesses {
  private readonly wrongs = new Map<string, { count: number; until: number }>();

  constructor(private readonly clock: Clock) {}

  /** Before a code is looked up. @throws coupons.too_many_wrong_codes */
  check(guesser: Guesser): void {
    const now = this.clock.now().getTime();
    for (const [name, max] of namesOf(guesser)) {
      const wrong = this.wrongs.get(name);
      if (wrong && wrong.until > now && wrong.count >= max) throw couponsErrors.too_many_wrong_codes();
    }
  }

  /** A well-formed code was tried that no coupon has. */
  wrong(guesser: Guesser): void {
    const now = this.clock.now().getTime();
    for (const [name] of namesOf(guesser)) {
      const known = this.wrongs.get(name);
      this.wrongs.delete(name); // and to the end: the oldest is forgotten first
      this.wrongs.set(
        name,
        known && known.until > now
          ? { ...known, count: known.count + 1 }
          : { count: 1, until: now + WINDOW_MS },
      );
    }
    while (this.wrongs.size > REMEMBERED_MAX) {
      const [oldest] = this.wrongs.keys();
      if (oldest !== undefined) this.wrongs.delete(oldest);
    }
  }
}

function namesOf({ corpId, keyId, address, customerId }: Guesser): [string, number][] {
  return (
    [
      [keyId, 'key'],
      [address, 'address'],
      [customerId, 'customer'],
    ] as const
  ).flatMap(([value, kind]) => (value ? [[`${corpId} ${kind} ${value}`, LIMITS[kind]]] : []));
}
