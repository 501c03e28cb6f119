/** What a level brings. `once`: the first time that a member reaches it; else once in each calendar month or year there. */
export interface LevelBenefit {
  readonly key: string;
  readonly kind: 'points' | 'honour' | 'other';
  readonly nameZh: string;
  readonly nameEn: string;
  readonly every: 'once' | 'month' | 'year';
  /** Of kind `points`: how many, booked to the wallet `points`. */
  readonly points?: number | undefined;
  /** Of kind `honour`: a medal, a title or a privilege of the program. */
  readonly honourId?: string | undefined;
}

export interface Level {
  /** Says in all versions of a table which level it is. */
  readonly key: string;
  readonly nameZh: string;
  readonly nameEn: string;
  /** Reached from this qualifying score on; the lowest level's is 0, and each higher level's is greater. */
  readonly threshold: number;
  /** 保级: so much score within a period keeps the level. Read by the policy `retention` only. */
  readonly retention: number;
  readonly benefits: readonly LevelBenefit[];
}

/**
 * What the end of a period does to a level above the lowest:
 * - never: nothing, a level once reached stays
 * - one_down: one down where the counted score is below the level's threshold (claw-backs and expiries lower it)
 * - by_score: down to the level of the counted score
 * - retention: one down where the score gained in the period is below the level's `retention`
 */
export const DOWNGRADE_POLICIES = ['never', 'one_down', 'by_score', 'retention'] as const;
export type DowngradePolicy = (typeof DOWNGRADE_POLICIES)[number];

/** A number of months from reaching the level, or the first whole calendar year after it. In the program's time zone. */
export type LevelPeriod =
  { readonly kind: 'months'; readonly months: number } | { readonly kind: 'calendar_year' };

/** One version of a program's levels. Its content never changes. */
export interface LevelRules {
  /** Lowest first. */
  readonly levels: readonly Level[];
  readonly policy: DowngradePolicy;
  readonly period: LevelPeriod;
  /** Days after a period's end in which a member may still earn what he lacks. */
  readonly graceDays: number;
  /** So many days before a period's end its member is told. */
  readonly noticeDays: number;
  readonly timeZone: string;
}

export const LEVEL_TABLE_ID_PREFIX = 'ltb';

export const LEVEL_TABLE_STATES = ['draft', 'active', 'retired'] as const;
export type LevelTableState = (typeof LEVEL_TABLE_STATES)[number];

/** A version of a program's levels. */
export interface LevelTable extends LevelRules {
  readonly id: string;
  readonly programId: string;
  readonly programKey: string;
  readonly version: number;
  readonly state: LevelTableState;
  readonly createdAt: Date;
  readonly activatedAt: Date | null;
}

/** @returns the index of the highest level that the score reaches. */
export function rankOfScore(levels: readonly Level[], score: number): number {
  return Math.max(
    0,
    levels.findLastIndex(({ threshold }) => threshold <= score),
  );
}

/** @returns the index of a level, -1 when this version has none of that key. */
export function rankOf(levels: readonly Level[], key: string): number {
  return levels.findIndex((level) => level.key === key);
}

/** @throws when the rank is none of the levels. */
export function levelAt(levels: readonly Level[], rank: number): Level {
  const level = levels[rank];
  if (!level) throw new Error(`no level of rank ${rank}`);
  return level;
}

const SHORTEST_MONTH_DAYS = 28;
const SHORTEST_YEAR_DAYS = 365;

/** The fields of a table that contradict others; empty when nothing does. */
export function faultsOf({ levels, period, graceDays, noticeDays }: LevelRules): string[] {
  const faults: string[] = [];
  // the end of one period is judged before the next one's notice
  const days = period.kind === 'months' ? period.months * SHORTEST_MONTH_DAYS : SHORTEST_YEAR_DAYS;
  if (graceDays + noticeDays >= days) faults.push('graceDays', 'noticeDays');
  if (levels[0]?.threshold !== 0) faults.push('levels.0.threshold');
  levels.forEach((level, rank) => {
    const below = levels[rank - 1];
    if (below && level.threshold <= below.threshold) faults.push(`levels.${rank}.threshold`);
    if (rankOf(levels, level.key) !== rank) faults.push(`levels.${rank}.key`);
    level.benefits.forEach(({ key, kind, points, honourId }, index) => {
      const at = `levels.${rank}.benefits.${index}`;
      if (level.benefits.findIndex((benefit) => benefit.key === key) !== index) faults.push(`${at}.key`);
      if ((kind === 'points') !== (points !== undefined)) faults.push(`${at}.points`);
      if ((kind === 'honour') !== (honourId !== undefined)) faults.push(`${at}.honourId`);
    });
  });
  return faults;
}

/** Whether one version counts periods, or what comes again in them, as the other does. */
export function countsPeriodsAlike(one: LevelRules, other: LevelRules): boolean {
  const clock = ({ levels, policy, period, graceDays, noticeDays }: LevelRules): string =>
    JSON.stringify([
      policy,
      period.kind === 'months' ? period.months : 'year',
      graceDays,
      noticeDays,
      levels.map(({ key, benefits }) => [
        key,
        benefits
          .map(({ every }) => every)
          .filter((every) => every !== 'once')
          .sort(),
      ]),
    ]);
  return clock(one) === clock(other);
}
