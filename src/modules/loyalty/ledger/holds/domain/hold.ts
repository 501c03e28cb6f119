export const HOLD_STATES = ['open', 'posted', 'voided', 'expired'] as const;
export type HoldState = (typeof HOLD_STATES)[number];

export const HOLD_DAYS_MAX = 90;
const DAY_MS = 86_400_000;

/** Points that are reserved for one purpose: they are spent (posted), set free (voided), or set free by time (expired). */
export interface Hold {
  readonly id: string;
  readonly programId: string;
  readonly key: string;
  readonly customerId: string;
  readonly wallet: string;
  /** Points reserved. */
  readonly amount: number;
  readonly reason: string | null;
  readonly expiresAt: Date;
  readonly state: HoldState;
  /** Points spent by it; the rest was set free. */
  readonly postedAmount: number;
  readonly transferId: string | null;
  readonly createdAt: Date;
  readonly resolvedAt: Date | null;
}

export interface HoldRequest {
  /** The business's own name for it, at most 100 characters: reserves once for ever in its program. */
  readonly key: string;
  readonly programId: string;
  readonly customerId: string;
  /** The wallet's key. */
  readonly wallet: string;
  readonly amount: number;
  readonly expiresAt: Date;
  readonly reason?: string | undefined;
}

/** The same business key names the same hold. */
export function isSameHold(a: Hold, b: HoldRequest): boolean {
  return (
    a.customerId === b.customerId &&
    a.wallet === b.wallet &&
    a.amount === b.amount &&
    a.expiresAt.getTime() === b.expiresAt.getTime() &&
    a.reason === (b.reason ?? null)
  );
}

export function canExpireAt(expiresAt: Date, now: Date): boolean {
  const ahead = expiresAt.getTime() - now.getTime();
  return ahead > 0 && ahead <= HOLD_DAYS_MAX * DAY_MS;
}

/** So much of one lot is reserved. */
export interface HeldLot {
  readonly accountId: string;
  readonly lotSeq: number;
  readonly amount: number;
}

/** How much of each reserved lot is spent when so much of the hold is posted; the lots are in the order of spending. */
export function decideTakings(lots: readonly HeldLot[], amount: number): (HeldLot & { released: number })[] {
  let left = amount;
  return lots.map((lot) => {
    const taken = Math.min(lot.amount, left);
    left -= taken;
    return { ...lot, amount: taken, released: lot.amount };
  });
}
