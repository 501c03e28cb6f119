import type { Clock } from '../../../../platform/clock/clock.js';
import type { Database } from '../../../../platform/database/database.js';
import { type Guesser, Guesses, WRONG_CODES_MAX } from './guesses.js';

describe('wrong codes', () => {
  let now = Date.parse('2026-11-22T08:00:00Z');
  let corpId = 'one';
  const clock = { now: () => new Date(now) } as Clock;
  const database = {
    get corpId() {
      return corpId;
    },
  } as unknown as Database;

  it.each([
    ['keyId', { keyId: 'k' }],
    ['address', { address: '10.0.0.1' }],
    ['customerId', { customerId: 'c' }],
  ] as const)('are limited by %s for a minute, in each corp for itself', (place, guesser: Guesser) => {
    const guesses = new Guesses(database, clock);
    for (let count = 0; count < WRONG_CODES_MAX[place]; count++) {
      guesses.check(guesser);
      guesses.wrong(guesser);
    }
    const refused = expect.objectContaining({ code: 'coupons.too_many_wrong_codes' });
    expect(() => guesses.check(guesser)).toThrow(refused);
    expect(() => guesses.check({ keyId: 'fresh', ...guesser })).toThrow(refused);
    guesses.check({ [place]: 'other' });
    corpId = 'two';
    guesses.check(guesser);
    corpId = 'one';
    now += 59_999;
    expect(() => guesses.check(guesser)).toThrow(refused);
    now += 1;
    guesses.check(guesser);
  });
});
