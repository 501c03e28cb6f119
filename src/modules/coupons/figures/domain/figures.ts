/** What figures can be told apart by. */
export const DIMENSIONS = ['day', 'batch', 'channel', 'store', 'staff'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Sums. Money in 分; what was taken back counts on the day on which it was taken back, so sums of a day may be negative. */
export interface Counts {
  /** Coupons that came to be. */
  readonly issued: number;
  /** Of them those with a holder; a code without one counts when it finds him. */
  readonly claimed: number;
  readonly redeemed: number;
  /** Redemptions taken back as a whole. */
  readonly reversed: number;
  /** Discounts, less what was taken back of them. */
  readonly cost: number;
  /** Orders before coupons, each once, less what was taken back of them. */
  readonly revenue: number;
}

/** What is not asked for is absent; null is a group of its own. */
export interface FigureGroup extends Counts {
  /** Of the batch's zone. */
  readonly day?: string;
  readonly batchId?: string;
  readonly channel?: string | null;
  readonly storeId?: string | null;
  readonly staffId?: string | null;
}

export interface FigureFilter {
  /** Days, both inclusive. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly batchId?: string | undefined;
  readonly channel?: string | undefined;
  readonly storeId?: string | undefined;
  readonly staffId?: string | undefined;
}

/** As it is asked for: the store by its code. */
export type AskedFigures = Omit<FigureFilter, 'storeId'> & {
  readonly from: string;
  readonly to: string;
  readonly store?: string | undefined;
};

export const GROUPS_MAX = 5_000;
export const DAYS_MAX = 366;

/** Of 10,000 that were claimed so many are redeemed; undefined when none was claimed. */
export function rateOf({ claimed, redeemed, reversed }: Counts): number | undefined {
  return claimed > 0 ? Math.floor(((redeemed - reversed) * 10_000) / claimed) : undefined;
}

/** Below it a batch does not do what it was made for (requirement 001-37). */
export const RATE_LOW_PERCENT = 25;
/** Fewer say nothing. */
export const RATE_CLAIMED_MIN = 20;

const DAY = /^(19|20|21)\d{2}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** @returns how many days, or undefined when either is none, or they are the wrong way round. */
export function daysBetween(from: string, to: string): number | undefined {
  if (!isDay(from) || !isDay(to)) return undefined;
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return days >= 1 ? days : undefined;
}

/** A day of the calendar: the database takes no 30th of February and no year 0. */
export function isDay(text: string): boolean {
  return DAY.test(text) && new Date(Date.parse(text) || 0).toISOString().startsWith(text);
}
