/** lifetime: one period without an end. */
export type PeriodKind = 'day' | 'week' | 'month' | 'year' | 'lifetime';

export interface Period {
  /** 2026-11-22, 2026-W47 (ISO 8601), 2026-11, 2026 or all. */
  readonly key: string;
  readonly startsAt: Date;
  /** The first instant that no longer belongs to it. */
  readonly endsAt: Date;
}

const DAY_MS = 86_400_000;
/** PostgreSQL and JavaScript both hold them. */
const FIRST = new Date('1900-01-01T00:00:00Z');
const LAST = new Date('2200-01-01T00:00:00Z');

/** The period of the zone's calendar in which an instant lies. Weeks begin on Monday. */
export function periodOf(at: Date, timeZone: string, kind: PeriodKind): Period {
  if (kind === 'lifetime') return { key: 'all', startsAt: FIRST, endsAt: LAST };
  const slot = `${kind} ${timeZone}`;
  const last = lastPeriods.get(slot);
  if (last && at >= last.startsAt && at < last.endsAt) return last;
  const { key, start, end } = CALENDAR[kind](localDay(at, timeZone));
  const period = { key, startsAt: midnight(start, timeZone), endsAt: midnight(end, timeZone) };
  lastPeriods.set(slot, period);
  return period;
}

/** Nearly everything happens today, and asking Intl takes a third of a millisecond. */
const lastPeriods = new Map<string, Period>();

/** A day of the calendar, as its midnight in UTC: no zone is meant. */
export type Day = number;

const CALENDAR: Record<
  Exclude<PeriodKind, 'lifetime'>,
  (day: Day) => { key: string; start: Day; end: Day }
> = {
  day: (day) => ({ key: textOf(day), start: day, end: day + DAY_MS }),
  week: weekOf,
  month: (day) => {
    const { year, month } = partsOf(day);
    return { key: textOf(day).slice(0, 7), start: dayOf(year, month, 1), end: dayOf(year, month + 1, 1) };
  },
  year: (day) => {
    const { year } = partsOf(day);
    return { key: String(year).padStart(4, '0'), start: dayOf(year, 0, 1), end: dayOf(year + 1, 0, 1) };
  },
};

/** ISO 8601: a week belongs to the year of its Thursday. */
function weekOf(day: Day): { key: string; start: Day; end: Day } {
  const sinceMonday = (new Date(day).getUTCDay() + 6) % 7;
  const start = day - sinceMonday * DAY_MS;
  const { year } = partsOf(start + 3 * DAY_MS);
  const number = Math.floor((start + 3 * DAY_MS - dayOf(year, 0, 1)) / (7 * DAY_MS)) + 1;
  return { key: `${year}-W${String(number).padStart(2, '0')}`, start, end: start + 7 * DAY_MS };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes a hundred times as long as using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}

/** What a clock on the wall of the zone shows, as if it were UTC; in whole seconds. */
function wallTime(at: Date, timeZone: string): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

function localDay(at: Date, timeZone: string): Day {
  const wall = wallTime(at, timeZone);
  return wall - modulo(wall, DAY_MS);
}

/** The first instant of a day of the zone; where its midnight is skipped, the instant at which the clock jumps over it. */
export function midnight(day: Day, timeZone: string): Date {
  const offsets = [day - DAY_MS, day + DAY_MS].map((near) => wallTime(new Date(near), timeZone) - near);
  const candidates = offsets.map((offset) => day - offset).sort((a, b) => a - b);
  const exact = candidates.find((instant) => wallTime(new Date(instant), timeZone) === day);
  return new Date(exact ?? jumpOver(day, timeZone));
}

function jumpOver(day: Day, timeZone: string): number {
  let before = day - DAY_MS;
  let after = day + DAY_MS;
  while (after - before > 1000) {
    const middle = before + Math.floor((after - before) / 2000) * 1000;
    if (wallTime(new Date(middle), timeZone) < day) before = middle;
    else after = middle;
  }
  return after;
}

export function partsOf(day: Day): { year: number; month: number; day: number } {
  const date = new Date(day);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() };
}

/** Months begin with 0; whatever lies outside goes on in the next year or month. */
export function dayOf(year: number, month: number, day: number): Day {
  return Date.UTC(year, month, day);
}

function textOf(day: Day): string {
  return new Date(day).toISOString().slice(0, 10);
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

/** `Asia/Shanghai`, `UTC`; no bare offsets, which know no summer time. */
const ZONE_NAME = /^[A-Za-z_]+(\/[A-Za-z0-9_+-]+){0,2}$/;

/** Whether it is the name of an IANA time zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return ZONE_NAME.test(name);
  } catch {
    return false;
  }
}
