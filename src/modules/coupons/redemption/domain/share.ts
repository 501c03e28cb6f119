import type { Refusal } from './refusal.js';

/** What coupons of one batch use up together: its budget, that of a day, how many one person may have. */
export interface Share {
  /** The same for all that draw on it. */
  readonly of: string;
  /** What it has for all of them. */
  readonly rest: number;
  /** What it has for this one beside that: what its lock reserves, which whoever uses it gives back first. */
  readonly own: number;
  /** What a coupon costs it: its discount, or one for each coupon. */
  readonly unit: 'discount' | 'coupon';
  /** Of a coupon for which too little is left. */
  readonly refusal: Refusal;
}

/** 分 that the budgets of the batch still have for a coupon. */
export interface Room {
  readonly total: number;
  readonly day: number;
  /** What its own lock reserves of them, which is part of both. */
  readonly own: { readonly total: number; readonly day: number };
  /** On which day it would count. */
  readonly date: string;
}

/**
 * @param room undefined: the batch has no budget
 * @param free how many coupons of the batch its first user may still have; undefined: somebody holds it already
 */
export function sharesOf(batchId: string, room: Room | undefined, free: number | undefined): Share[] {
  const shares: Share[] = [];
  if (free !== undefined)
    shares.push({ of: `person ${batchId}`, rest: free, own: 0, unit: 'coupon', refusal: 'limit_reached' });
  if (!room) return shares;
  const { total, day, own, date } = room;
  const budget = { of: `budget ${batchId}`, rest: total - own.total, own: own.total };
  const today = { of: `day ${date} ${batchId}`, rest: day - own.day, own: own.day };
  shares.push({ ...budget, unit: 'discount', refusal: 'budget_exhausted' });
  shares.push({ ...today, unit: 'discount', refusal: 'daily_budget_exhausted' });
  return shares;
}

/** What is taken of shares, by what they are of. */
export type Taken = Map<string, number>;

/** The first share that has too little left for a coupon. */
export function shortShare(shares: readonly Share[], discount: number, taken: Taken): Share | undefined {
  return shares.find(({ of, rest, own, unit }) => costOf(unit, discount) > rest + own - (taken.get(of) ?? 0));
}

/** @param times -1 gives back what was taken */
export function book(taken: Taken, shares: readonly Share[], discount: number, times: 1 | -1 = 1): void {
  for (const { of, own, unit } of shares)
    taken.set(of, (taken.get(of) ?? 0) + times * (costOf(unit, discount) - own));
}

/** What coupons can take of a share at most, all together. */
export interface Limit {
  readonly of: string;
  readonly most: number;
}

/** @param all of whoever may be used, each of whom may bring what his lock reserves */
export function limitsOf(shares: readonly Share[], all: readonly Share[]): Limit[] {
  const ofDiscount = shares.filter(({ unit }) => unit === 'discount');
  return ofDiscount.map(({ of, rest }) => {
    const brought = all.filter((share) => share.of === of).reduce((sum, { own }) => sum + own, 0);
    return { of, most: rest + brought };
  });
}

/** 分 that a coupon cannot exceed, whoever is used before it, too. */
export function roomIn(limits: readonly Limit[], taken: Taken): number {
  let room = Infinity;
  for (const { of, most } of limits) room = Math.min(room, most - (taken.get(of) ?? 0));
  return Math.max(0, room);
}

function costOf(unit: Share['unit'], discount: number): number {
  return unit === 'coupon' ? 1 : discount;
}
