import { periodOf } from '../../programs/domain/program-time.js';
import type { LevelPeriod } from './level-table.js';

const DAY_MS = 86_400_000;
const HALF_DAY_MS = DAY_MS / 2;

/** When the period of a level is over, and what hangs on it. All at the end of a local day. */
export interface PeriodEnd {
  readonly endsAt: Date;
  /** The end of the grace days: no downgrade earlier. */
  readonly retainUntil: Date;
  readonly noticeAt: Date;
}

export interface PeriodClock {
  readonly period: LevelPeriod;
  readonly graceDays: number;
  readonly noticeDays: number;
  readonly timeZone: string;
}

/**
 * The end of the period that is running at `from`. Months are counted from the anchor's local day and not from the last
 * end, so that a level reached on 31 January ends on the last day of each following month, and not on the 28th for ever;
 * the day itself belongs to the period, which is never shorter than its months.
 */
export function periodEnd(clock: PeriodClock, anchorAt: Date, from: Date): PeriodEnd {
  const lastDay =
    clock.period.kind === 'months'
      ? lastDayOfMonths(clock.period.months, clock.timeZone, anchorAt, from)
      : lastDayOfYear(clock.timeZone, from);
  const endOf = (day: number): Date => endOfLocalDay(day, clock.timeZone);
  const noticeAt = endOf(lastDay - clock.noticeDays * DAY_MS);
  return {
    endsAt: endOf(lastDay),
    retainUntil: endOf(lastDay + clock.graceDays * DAY_MS),
    noticeAt: noticeAt > from ? noticeAt : from,
  };
}

/** The last day of the year that begins at `from`, else of the first whole year after it. */
function lastDayOfYear(timeZone: string, from: Date): number {
  const year = new Date(localDay(from, timeZone)).getUTCFullYear();
  const begins = endOfLocalDay(Date.UTC(year - 1, 11, 31), timeZone);
  return Date.UTC(begins.getTime() === from.getTime() ? year : year + 1, 11, 31);
}

function lastDayOfMonths(months: number, timeZone: string, anchorAt: Date, from: Date): number {
  const anchor = new Date(localDay(anchorAt, timeZone));
  const now = new Date(localDay(from, timeZone));
  const elapsed =
    (now.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + now.getUTCMonth() - anchor.getUTCMonth();
  for (let cycles = Math.max(1, Math.floor(elapsed / months)); ; cycles++) {
    const day = addMonths(anchor, cycles * months);
    if (endOfLocalDay(day, timeZone) > from) return day;
  }
}

/** As a calendar does: 31 January and a month is the last day of February. */
function addMonths(day: Date, months: number): number {
  const year = day.getUTCFullYear();
  const month = day.getUTCMonth() + months;
  const lastOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(day.getUTCDate(), lastOfMonth));
}

/** A calendar day of the zone, named by midnight UTC of the same date. */
function localDay(at: Date, timeZone: string): number {
  let day = at.getTime() - (at.getTime() % DAY_MS) - DAY_MS;
  while (endOfLocalDay(day, timeZone) <= at) day += DAY_MS;
  return day;
}

/** By zone and day: asking Intl takes a third of a millisecond, and the members of a program share few days. */
const ends = new Map<string, Map<number, Date>>();

function endOfLocalDay(day: number, timeZone: string): Date {
  const known = ends.get(timeZone) ?? new Map<number, Date>();
  ends.set(timeZone, known);
  const end = known.get(day) ?? readEnd(day, timeZone);
  known.set(day, end);
  return end;
}

function readEnd(day: number, timeZone: string): Date {
  // noon UTC lies within the day, or 12 hours beside it in zones at the edge of the date line
  for (const shift of [HALF_DAY_MS, 0, DAY_MS]) {
    const { key, endsAt } = periodOf(new Date(day + shift), timeZone, 'day');
    if (Date.parse(key) === day) return endsAt;
  }
  return periodOf(new Date(day), timeZone, 'day').endsAt; // a day that a zone left out: the next one begins there
}
