export const ADJUSTMENT_STATES = ['requested', 'approved', 'refused', 'withdrawn'] as const;
export type AdjustmentState = (typeof ADJUSTMENT_STATES)[number];

/** What one person may correct alone on one day, in points, until the program has a limit of its own. */
export const LIMIT_DEFAULT = 1_000;

/** A correction of somebody's points by staff. */
export interface Adjustment {
  readonly id: string;
  readonly programId: string;
  readonly key: string;
  readonly customerId: string;
  readonly wallet: string;
  /** Points; negative takes away. */
  readonly amount: number;
  readonly reason: string;
  readonly state: AdjustmentState;
  /** Owner of the key that asked. */
  readonly requestedBy: string;
  readonly requestedAt: Date;
  /** Owner of the key that decided; null where nobody had to. */
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly decisionReason: string | null;
  readonly transferId: string | null;
}

export type AdjustmentRequest = Pick<
  Adjustment,
  'programId' | 'key' | 'customerId' | 'wallet' | 'amount' | 'reason'
>;

export interface AdjustmentLimit {
  /** On one day of the program, over all customers; taking away counts as giving does. */
  readonly points: number;
  /** Null: nobody set one, the default holds. */
  readonly setBy: string | null;
  readonly setAt: Date | null;
}

/**
 * Whoever sets a limit does not get around it: his own corrections need a second person, however small. Nor does whoever
 * parts a large one into many.
 * @param alone what the owner has corrected alone today
 */
export function needsApproval(amount: number, owner: string, limit: AdjustmentLimit, alone: number): boolean {
  return alone + Math.abs(amount) > limit.points || owner === limit.setBy;
}

/** The same business key names the same correction. */
export function isSame(a: AdjustmentRequest, b: AdjustmentRequest): boolean {
  return (
    a.customerId === b.customerId && a.wallet === b.wallet && a.amount === b.amount && a.reason === b.reason
  );
}
