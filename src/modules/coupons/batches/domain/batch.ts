import type { BenefitKind, CouponTerms } from '../../templates/domain/terms.js';

export const BATCH_STATES = ['draft', 'approved', 'running', 'paused', 'ended', 'void'] as const;
export type BatchState = (typeof BATCH_STATES)[number];

/** The stock lies in so many rows, so that claims do not wait for each other at one. */
export const STOCK_BUCKETS = 16;

/** Coupons of one kind: how many, for whom, when, and for how much in all. */
export interface Batch {
  readonly id: string;
  /** The version of the template that it runs, for good. */
  readonly versionId: string;
  readonly templateId: string;
  readonly name: string;
  readonly state: BatchState;
  /** How many coupons there may be in all. */
  readonly stock: number;
  /** Over all customers of a person. */
  readonly perPerson: number;
  /** 分 of discounts in all; null: no limit, and then nothing is counted in `batch_budgets`. */
  readonly budget: number | null;
  /** 分 of discounts a day of the batch's zone; null: no limit. */
  readonly dailyBudget: number | null;
  readonly claimFrom: Date | null;
  /** The first instant at which nothing is issued any more. */
  readonly claimUntil: Date | null;
  /** IANA; days, weekdays and hours of its coupons are of this zone. */
  readonly timeZone: string;
  readonly createdBy: string;
  readonly approvedBy: string | null;
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
