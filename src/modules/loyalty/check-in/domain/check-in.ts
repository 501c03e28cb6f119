export const MILESTONES_MAX = 20;
/** Ten years of days. */
export const STREAK_MAX = 3660;
export const REWARD_MAX = 1_000_000;

/** What is given, into the program's wallets `points` and `growth`. */
export interface Reward {
  readonly points: number;
  readonly growth: number;
}

export interface Milestone extends Reward {
  /** Days in a row. */
  readonly days: number;
  /** A benefit of the catalogue that is given beside the points. */
  readonly benefitId: string | null;
}

export interface CheckInSettings extends Reward {
  readonly programId: string;
  /** By days, which differ. */
  readonly milestones: readonly Milestone[];
}

/**
 * Sign-in +2 a day (requirement 001-15). The first week is what the streak is meant to carry people over (002-10, 003-14);
 * its bonus is ours: as much as one piece of quality content (001-16), so that a week of signing in stays below it twice.
 */
export const PRESET: Omit<CheckInSettings, 'programId'> = {
  points: 2,
  growth: 2,
  milestones: [{ days: 7, points: 10, growth: 10, benefitId: null }],
};

/** A row of days without a gap, all inclusive; the days are those of the program's calendar, `2026-11-22`. */
export interface Streak {
  readonly from: string;
  readonly to: string;
  readonly days: number;
}

const DAY_MS = 86_400_000;

export function dayBefore(day: string): string {
  return new Date(Date.parse(day) - DAY_MS).toISOString().slice(0, 10);
}

/** What his last streak is worth today: it lives until the end of the day after its last one. */
export function livingStreak(last: Streak | undefined, today: string): Streak | undefined {
  return last && (last.to === today || last.to === dayBefore(today)) ? last : undefined;
}

/** The streak that a check-in of today ends. */
export function streakWith(last: Streak | undefined, today: string): Streak {
  const living = livingStreak(last, today);
  if (!living) return { from: today, to: today, days: 1 };
  return living.to === today ? living : { from: living.from, to: today, days: living.days + 1 };
}

/**
 * Each milestone once a streak. One that was jumped over, because two streaks became one when their customers were merged,
 * or because it is new, is due at the next check-in.
 * @param given days of the milestones that this streak has brought already
 */
export function dueMilestones(
  milestones: readonly Milestone[],
  streak: Streak,
  given: ReadonlySet<number>,
): Milestone[] {
  return milestones.filter(({ days }) => days <= streak.days && !given.has(days));
}

/** A milestone as it was given. */
export interface ReachedMilestone extends Reward {
  readonly days: number;
  /** The benefit, where one belongs to it and could be given; */
  readonly exchangeId: string | null;
  /** why not, where it could not: `loyalty.benefit_out_of_stock`. */
  readonly refusal: string | null;
}

export interface CheckIn extends Reward {
  readonly memberId: string;
  readonly day: string;
  /** Days in a row with it. */
  readonly streak: number;
  readonly milestones: readonly ReachedMilestone[];
  readonly checkedInAt: Date;
}
