import type { HonourKind } from '../../honours/domain/honour.js';

/** 优惠券, 实物奖品, 优先权, 头衔. */
export const BENEFIT_KINDS = ['coupon', 'physical', 'priority', 'title'] as const;
export type BenefitKind = (typeof BENEFIT_KINDS)[number];

/** Whoever takes one of these holds an honour of this kind from then on. */
export const HONOUR_OF: Readonly<Partial<Record<BenefitKind, HonourKind>>> = {
  priority: 'privilege',
  title: 'title',
};

export interface Benefit {
  readonly id: string;
  readonly programId: string;
  readonly kind: BenefitKind;
  readonly nameZh: string;
  readonly nameEn: string;
  /** In points of the wallet `points`. null: it is given, not exchanged. */
  readonly cost: number | null;
  /** In pieces, over its whole life. null: without end. */
  readonly stock: number | null;
  /** Pieces that are gone. Counted only where there is a stock. */
  readonly taken: number;
  /** Pieces of one person, over all his customers. null: as many as he likes. */
  readonly limitPerMember: number | null;
  /** For members of this level and those above it. */
  readonly levelKey: string | null;
  readonly honourId: string | null;
  /** Of which it brings a coupon. */
  readonly couponBatchId: string | null;
  readonly startsAt: Date | null;
  /** The first instant at which it can no longer be taken. */
  readonly endsAt: Date | null;
  readonly createdAt: Date;
}

export type ExchangeRefusal =
  | 'benefit_not_active'
  | 'benefit_not_for_points'
  | 'benefit_level_too_low'
  | 'benefit_limit_reached'
  | 'honour_held'
  | 'honour_ended'
  | 'benefit_out_of_stock';

export interface Wish {
  readonly now: Date;
  /** Pieces that the person has already. */
  readonly held: number;
  /** Why the honour that it would bring cannot be had: he has it in its present period, or nobody gets it any more. */
  readonly honourRefusal: 'honour_held' | 'honour_ended' | undefined;
  readonly reachesLevel: boolean;
  readonly isForPoints: boolean;
}

/**
 * Whether it can be taken; the first reason counts. Stock is decided by the row itself when it is taken: that it is gone
 * is known here already, so that a sold-out benefit costs its row nothing.
 */
export function refusalOf(benefit: Benefit, wish: Wish): ExchangeRefusal | undefined {
  const { startsAt, endsAt, limitPerMember, stock, taken } = benefit;
  if ((startsAt && wish.now < startsAt) || (endsAt && wish.now >= endsAt)) return 'benefit_not_active';
  if (wish.isForPoints && benefit.cost === null) return 'benefit_not_for_points';
  if (!wish.reachesLevel) return 'benefit_level_too_low';
  if (limitPerMember !== null && wish.held >= limitPerMember) return 'benefit_limit_reached';
  if (wish.honourRefusal) return wish.honourRefusal;
  return stock !== null && taken >= stock ? 'benefit_out_of_stock' : undefined;
}
