import type { Counter } from './caps.js';
import type { Verdict } from './evaluate.js';
import type { MemberFacts, Occurrence } from './occurrence.js';
import type { Booking } from './settlement.js';

/** What an evaluation looked at, so far as its rule asks for it: enough to do it again with the same result. */
export interface AwardInputs {
  readonly trigger: string;
  readonly source: string;
  readonly data: Occurrence['data'];
  readonly facts: MemberFacts;
  readonly person: readonly string[];
  /** Under each counter before this award. */
  readonly used: Readonly<Record<Counter, number>>;
  readonly isCoolingDown: boolean;
}

/** What one event earned by one rule, and what of it stands in the ledger. */
export interface Award {
  readonly eventId: string;
  readonly ruleId: string;
  readonly ruleVersionId: string;
  readonly programId: string;
  /** Of the event's body that was evaluated. */
  readonly revision: number;
  readonly eventAt: Date;
  readonly eventCustomerId: string;
  /** Who earns. */
  readonly customerId: string;
  readonly verdict: Verdict;
  readonly wanted: number;
  readonly granted: number;
  readonly inputs: AwardInputs;
  /** What it counts for under its counters. */
  readonly counters: Readonly<Record<Counter, number>>;
  readonly orderSource: string | null;
  readonly orderId: string | null;
  /** When the points come; null once that was. */
  readonly dueAt: Date | null;
  readonly clawBackUntil: Date | null;
  readonly clawedBackAt: Date | null;
  readonly bookings: readonly Booking[];
  /** How many keys of the ledger were used for it. */
  readonly bookedTimes: number;
  /** Why the ledger took it not. */
  readonly refusal: string | null;
}

/** Names each booking of an award for ever, so that none is booked twice. */
export function bookingKey({ ruleId, eventId }: Pick<Award, 'ruleId' | 'eventId'>, time: number): string {
  return time === 1 ? `rule:${ruleId}:${eventId}` : `rule:${ruleId}:${eventId}:${time}`;
}
