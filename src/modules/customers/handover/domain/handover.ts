/** WeCom's 继承: of a member on the job, or of one who left. */
export const HANDOVER_KINDS = ['in_service', 'resigned'] as const;
export type HandoverKind = (typeof HANDOVER_KINDS)[number];

export const HANDOVER_SUBJECTS = ['customer', 'group'] as const;
export type HandoverSubject = (typeof HANDOVER_SUBJECTS)[number];

/**
 * Open: waiting to be asked for; calling: WeCom is being asked, or was and nobody knows what it said; accepted: it takes
 * effect after 24 h unless the customer refuses.
 * Final: done, and the mirror shows it; refused_by_customer; taker_full: the new member has too many customers; too_often:
 * twice in 90 days already; not_a_customer: unknown, or no customer (any more) of the former member; failed with WeCom's
 * code; unknown: WeCom says nothing of it days later, or did not answer and will not say what it did; cancelled before
 * WeCom was asked.
 */
export const HANDOVER_STATES = [
  'waiting',
  'calling',
  'accepted',
  'done',
  'refused_by_customer',
  'taker_full',
  'too_often',
  'not_a_customer',
  'failed',
  'unknown',
  'cancelled',
] as const;
export type HandoverState = (typeof HANDOVER_STATES)[number];
export const OPEN_HANDOVER_STATES: ReadonlySet<HandoverState> = new Set(['waiting', 'calling', 'accepted']);

export interface Handover {
  readonly id: string;
  readonly kind: HandoverKind;
  readonly fromUserId: string;
  readonly toUserId: string;
  readonly message: string | null;
  /** All customers of the former member are still to be listed. */
  readonly isListing: boolean;
}

/** What became of one customer or group. */
export interface HandoverOutcome {
  readonly wecomId: string;
  readonly state: HandoverState;
  readonly errcode?: number;
  readonly takeoverAt?: Date;
  /** Ask for it again at this time at the earliest. */
  readonly notBefore?: Date;
}

const STATE_BY_ERRCODE: Readonly<Record<number, HandoverState>> = {
  40096: 'not_a_customer',
  40099: 'taker_full',
  40128: 'too_often',
  40131: 'not_a_customer',
  84061: 'not_a_customer',
};

/** WeCom's final answer about one customer or group. */
export function refusedWith(wecomId: string, errcode: number): HandoverOutcome {
  return { wecomId, state: STATE_BY_ERRCODE[errcode] ?? 'failed', errcode };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Page 92125: by itself, unless the customer refuses. */
export const TAKEOVER_AFTER_MS = DAY_MS;
/** Once WeCom says no more of it than that it waits, or nothing. */
const GIVEN_UP_AFTER_MS = 3 * DAY_MS;
const LATE_PAUSE_MS = 10 * 60_000;
const CHINA_OFFSET_MS = 8 * HOUR_MS;

export function isGivenUp(calledAt: Date, now: Date): boolean {
  return now.getTime() - calledAt.getTime() > GIVEN_UP_AFTER_MS;
}

/** Refusals come by callback; for one that is lost each hour is soon enough until the first takes effect. */
export function pollPauseMs(firstTakeoverAt: Date, now: Date): number {
  const leftMs = firstTakeoverAt.getTime() - now.getTime();
  return leftMs > 0 ? Math.min(HOUR_MS, leftMs + 60_000) : LATE_PAUSE_MS;
}

/** WeCom's limits of a day follow China's calendar. */
export function chinaDay(now: Date): { start: Date; end: Date } {
  const startMs = Math.floor((now.getTime() + CHINA_OFFSET_MS) / DAY_MS) * DAY_MS - CHINA_OFFSET_MS;
  return { start: new Date(startMs), end: new Date(startMs + DAY_MS) };
}
