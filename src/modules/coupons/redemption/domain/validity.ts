import type { CouponTerms } from '../../templates/domain/terms.js';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const formats = new Map<string, Intl.DateTimeFormat>();

/** Whether the clock on the wall of a time zone shows a weekday of the terms. */
export function isOnWeekday({ validity }: CouponTerms, at: Date, timeZone: string): boolean {
  const { weekdays } = validity;
  return weekdays === undefined || weekdays.includes(wallClock(at, timeZone).weekday);
}

/** Whether it shows an hour of the terms. `until` is the first minute outside; hours that end before they begin go past midnight. */
export function isWithinHours({ validity }: CouponTerms, at: Date, timeZone: string): boolean {
  const { hours } = validity;
  if (hours === undefined) return true;
  const { time } = wallClock(at, timeZone);
  return hours.some(({ from, until }) =>
    from < until ? from <= time && time < until : from <= time || time < until,
  );
}

function wallClock(at: Date, timeZone: string): { weekday: number; time: string } {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return {
    weekday: WEEKDAYS.indexOf(parts['weekday'] ?? '') + 1,
    time: `${parts['hour']}:${parts['minute']}`,
  };
}

/** Making a format takes a hundred times as long as using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(timeZone, made);
  return made;
}
