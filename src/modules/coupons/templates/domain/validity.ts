import { midnight, periodOf } from '../../../../platform/clock/calendar.js';
import type { Validity } from './terms.js';

const DAY_MS = 86_400_000;

/** From when and until when a coupon is valid. `until` is the first instant at which it is expired. */
export interface Window {
  readonly from: Date;
  readonly until: Date;
}

/**
 * The window of a coupon that was claimed at an instant. Days after a claim are days of the batch's calendar, and the first
 * one counts: claimed on Monday for 1 day without a delay, it ends at the midnight to Tuesday.
 */
export function windowOf(validity: Validity, claimedAt: Date, timeZone: string): Window {
  if (validity.kind === 'absolute') return { from: validity.from, until: validity.until };
  const { startsAfterDays, days } = validity;
  const { key } = periodOf(claimedAt, timeZone, 'day');
  const slot = `${startsAfterDays} ${days} ${timeZone}`;
  const known = lastWindows.get(slot);
  const window = known?.key === key ? known : { key, ...daysFrom(key, startsAfterDays, days, timeZone) };
  lastWindows.set(slot, window);
  return { from: startsAfterDays === 0 ? claimedAt : window.from, until: window.until };
}

/** Nearly everything is claimed today, and asking Intl for midnights takes longer than a claim. */
const lastWindows = new Map<string, Window & { key: string }>();

function daysFrom(key: string, startsAfterDays: number, days: number, timeZone: string): Window {
  const first = Date.parse(key) + startsAfterDays * DAY_MS;
  return { from: midnight(first, timeZone), until: midnight(first + days * DAY_MS, timeZone) };
}
