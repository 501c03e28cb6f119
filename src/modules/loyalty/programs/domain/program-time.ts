import {
  type Day,
  dayOf,
  midnight,
  partsOf,
  type Period,
  type PeriodKind,
  periodOf,
} from '../../../../platform/clock/calendar.js';

export { type Period, type PeriodKind, periodOf };

/**
 * When points expire. Always at a midnight of the program: `days` at the end of the day that comes `count` days after,
 * `month_end` and `year_end` at the end of the `count`-th month or year, of which the present one is the first.
 */
export type ExpiryPolicy =
  | { readonly kind: 'never'; readonly count: 0 }
  | { readonly kind: 'days' | 'month_end' | 'year_end'; readonly count: number };

/** When points that were earned at an instant expire; null: never. */
export function expiryOf(policy: ExpiryPolicy, at: Date, timeZone: string): Date | null {
  if (policy.kind === 'never') return null;
  const { key } = periodOf(at, timeZone, 'day');
  const slot = `${policy.kind} ${policy.count} ${timeZone}`;
  const last = lastExpiries.get(slot);
  if (last?.key === key) return last.expiresAt;
  const expiresAt = midnight(dayOfExpiry(policy, Date.parse(key)), timeZone);
  lastExpiries.set(slot, { key, expiresAt });
  return expiresAt;
}

const lastExpiries = new Map<string, { key: string; expiresAt: Date }>();

function dayOfExpiry({ kind, count }: ExpiryPolicy, earned: Day): Day {
  const { year, month, day } = partsOf(earned);
  if (kind === 'days') return dayOf(year, month, day + count + 1);
  return kind === 'month_end' ? dayOf(year, month + count, 1) : dayOf(year + count, 0, 1);
}
