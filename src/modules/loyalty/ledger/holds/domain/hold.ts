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
  readonly expiresAt: Date | null;
}

/** Of an account: an earning taken back while its points were held. */
export interface HolderDebt {
  readonly accountId: string;
  readonly debt: number;
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

/** What is owed is paid with what is set free, unless it has passed its expiry. The lots are in the order of spending. */
export function decidePayments(
  freed: readonly HeldLot[],
  debts: readonly HolderDebt[],
  now: Date,
): (HeldLot & { released: number })[] {
  return debts.flatMap(({ accountId, debt }) => {
    const usable = freed.filter(
      (lot) => lot.accountId === accountId && (lot.expiresAt === null || lot.expiresAt > now),
    );
    return decideTakings(usable, debt)
      .map((taking) => ({ ...taking, released: 0 }))
      .filter(({ amount }) => amount > 0);
  });
}
