import type { BenefitKind } from './benefit.js';

/** given: had at once, as everything but a physical prize is. */
export const EXCHANGE_STATES = ['given', 'ordered', 'shipped', 'delivered', 'cancelled'] as const;
export type ExchangeState = (typeof EXCHANGE_STATES)[number];

/** From where each state is reached. What was delivered is settled by hand, not undone. */
export const REACHED_FROM: Readonly<Record<ExchangeState, readonly ExchangeState[]>> = {
  given: [],
  ordered: [],
  shipped: ['ordered'],
  delivered: ['shipped'],
  cancelled: ['given', 'ordered', 'shipped'],
};

export function firstState(kind: BenefitKind): ExchangeState {
  return kind === 'physical' ? 'ordered' : 'given';
}

export interface Exchange {
  readonly id: string;
  readonly benefitId: string;
  readonly memberId: string;
  readonly customerId: string;
  /** Which piece of the benefit it is for the member; free again when it is cancelled. */
  readonly seq: number;
  /** Points, as they were then; 0: a gift. */
  readonly cost: number;
  readonly transferId: string | null;
  readonly grantId: string | null;
  readonly couponId: string | null;
  readonly source: 'points' | 'check_in';
  readonly state: ExchangeState;
  readonly stateAt: Date;
  readonly trackingNumber: string | null;
  readonly cancelledReason: string | null;
  readonly createdAt: Date;
}

/** The smallest piece number that is free. */
export function freeSeq(used: readonly number[]): number {
  const taken = new Set(used);
  let seq = 1;
  while (taken.has(seq)) seq++;
  return seq;
}
