import type { BenefitKind, CouponTerms } from '../../templates/domain/terms.js';

export const BATCH_STATES = ['draft', 'approved', 'running', 'paused', 'ended', 'void'] as const;
export type BatchState = (typeof BATCH_STATES)[number];

/** The stock lies in so many rows, so that claims do not wait for each other at one. */
export const STOCK_BUCKETS = 16;

/** What a corp may change of a batch that was approved: downwards at once, upwards when another owner approves. */
export interface BatchAmounts {
  /** How many coupons there may be in all. */
  readonly stock: number;
  /** 分 of discounts in all; null: no limit, and then nothing is counted in `batch_budgets`. */
  readonly budget: number | null;
  /** 分 of discounts a day of the batch's zone; null: no limit. */
  readonly dailyBudget: number | null;
}

/** Amounts of which one at least is higher, until another owner approves them or somebody sets others. */
export interface AskedAmounts extends BatchAmounts {
  readonly askedBy: string;
}

/** Coupons of one kind, as somebody wants them: how many, for whom, when, and for how much in all. */
export interface BatchWanted extends BatchAmounts {
  /** The version of the template that it runs, for good. */
  readonly versionId: string;
  readonly name: string;
  /** Over all customers of a person. */
  readonly perPerson: number;
  readonly claimFrom: Date | null;
  /** The first instant at which nothing is issued any more. */
  readonly claimUntil: Date | null;
  /** IANA; days, weekdays and hours of its coupons are of this zone. */
  readonly timeZone: string;
}

export interface Batch extends BatchWanted {
  readonly id: string;
  readonly templateId: string;
  readonly state: BatchState;
  /** Owner of the key that made it. */
  readonly createdBy: string;
  /** Owners of other keys that wrote at it while it was a draft: none of them approves it. */
  readonly editedBy: readonly string[];
  readonly approvedBy: string | null;
  readonly askedAmounts: AskedAmounts | null;
  /** Grows with each change. */
  readonly version: number;
  readonly stateAt: Date;
  readonly createdAt: Date;
}

/** A batch with what its coupons promise. */
export interface BatchWithTerms extends Batch {
  readonly kind: BenefitKind;
  readonly terms: CouponTerms;
}

/** Every transition there is; the trigger `coupons.guard_batch` refuses all others. */
export const BATCH_TRANSITIONS: Readonly<Record<BatchState, readonly BatchState[]>> = {
  draft: ['approved', 'void'],
  approved: ['running', 'void'],
  running: ['paused', 'ended', 'void'],
  paused: ['running', 'ended', 'void'],
  ended: [],
  void: [],
};

/** Whether coupons of it are issued at this moment. */
export function isIssuing(batch: Pick<Batch, 'state' | 'claimFrom' | 'claimUntil'>, now: Date): boolean {
  const { state, claimFrom, claimUntil } = batch;
  return state === 'running' && (!claimFrom || now >= claimFrom) && (!claimUntil || now < claimUntil);
}

/** Whether somebody else has to approve it: more may be given away. */
export function isMore(wanted: BatchAmounts, than: BatchAmounts): boolean {
  return (['stock', 'budget', 'dailyBudget'] as const).some(
    (field) => (wanted[field] ?? 0) > (than[field] ?? 0),
  );
}

/** Where what somebody wants contradicts itself or the terms: the name of the field, or undefined. */
export function faultOfBatch(wanted: BatchWanted, { validity }: CouponTerms): string | undefined {
  const { claimFrom, claimUntil, budget, dailyBudget } = wanted;
  if (claimFrom && claimUntil && claimFrom >= claimUntil) return 'claimUntil';
  if (validity.kind === 'absolute' && claimFrom && claimFrom >= validity.until) return 'claimFrom';
  return budget !== null && dailyBudget !== null && dailyBudget > budget ? 'dailyBudget' : undefined;
}
