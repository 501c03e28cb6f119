import { Injectable } from '@nestjs/common';
import { loyaltyErrors } from '../../loyalty.errors.js';
import {
  type Posting,
  POSTINGS_PER_CALL_MAX,
  type PostingResult,
  type Reversal,
} from '../../ledger/domain/posting.js';
import { Ledger } from '../../ledger/use-cases/ledger.js';
import { type Award, bookingKey } from '../domain/award.js';
import type { RuleVersion } from '../domain/rule.js';
import { type Booking, planSettlement, worthOf } from '../domain/settlement.js';
import { type OrderKey, orderName, OrderStore } from '../persistence/order-store.js';

/** An award that is being settled. */
interface Draft {
  award: Award;
  readonly version: RuleVersion;
  readonly worth: number;
  bookings: Booking[];
  bookedTimes: number;
  refusal: string | null;
}

interface Step<O> {
  readonly draft: Draft;
  readonly order: O;
}

/**
 * Makes the ledger hold what awards are worth, whatever of it stands there already: a refund, a claw-back, a correction and
 * the end of a holding period are all the same. Inside an open unit of work, under the locks of the awards.
 */
@Injectable()
export class SettleAwards {
  constructor(
    private readonly ledger: Ledger,
    private readonly orders: OrderStore,
  ) {}

  /** @returns the awards as they stand now, to be stored */
  async settle(
    awards: readonly Award[],
    versions: ReadonlyMap<string, RuleVersion>,
    now: Date,
  ): Promise<Award[]> {
    const drafts = await this.drafts(awards, versions);
    await this.takeBack(drafts, now);
    await this.post(drafts, now);
    return drafts.map((draft) => settled(draft, now));
  }

  private async drafts(
    awards: readonly Award[],
    versions: ReadonlyMap<string, RuleVersion>,
  ): Promise<Draft[]> {
    const sums = await this.orders.sumsOf(awards.flatMap((award) => orderOf(award) ?? []));
    return awards.map((award) => {
      const version = versions.get(award.ruleVersionId);
      if (!version) throw new Error('an award names a version that is not there');
      const order = orderOf(award);
      const worth = worthOf(award.granted, order && sums.get(orderName(order)), award.clawedBackAt !== null);
      const { bookings, bookedTimes, refusal } = award;
      return { award, version, worth, bookings: [...bookings], bookedTimes, refusal };
    });
  }

  private async takeBack(drafts: readonly Draft[], now: Date): Promise<void> {
    const steps = drafts.flatMap((draft) =>
      planOf(draft, now).reverse.map(({ transferId, amount }) => ({
        draft,
        order: reversalOf(draft, transferId, amount),
      })),
    );
    const exceeding = await this.reverse(steps);
    // somebody took a part back by hand: what is left of it is all there is to take
    await this.reverse(
      exceeding.map(({ draft, order: { transferId } }) => ({ draft, order: reversalOf(draft, transferId) })),
    );
  }

  /** @returns those of which there was not so much left */
  private async reverse(steps: readonly Step<Reversal>[]): Promise<Step<Reversal>[]> {
    const results = await inParts(steps, (part) => this.ledger.reverse(part));
    const exceeding: Step<Reversal>[] = [];
    for (const [n, step] of steps.entries()) {
      const { transferId, amount } = step.order;
      const result = results[n];
      if (
        result?.outcome === 'refused' &&
        amount !== undefined &&
        result.code === loyaltyErrors.reversal_exceeds.code
      )
        exceeding.push(step);
      else if (result?.outcome === 'refused' && amount !== undefined)
        throw new Error(`points were not taken back: ${result.code}`);
      step.draft.bookings = step.draft.bookings.map((booking) =>
        booking.transferId === transferId
          ? { ...booking, reversed: Math.min(booking.amount, booking.reversed + (amount ?? 0)) }
          : booking,
      );
    }
    return exceeding;
  }

  private async post(drafts: readonly Draft[], now: Date): Promise<void> {
    const steps = drafts.flatMap((draft) => {
      const { post } = planOf(draft, now);
      return post > 0 && draft.refusal === null ? [{ draft, order: postingOf(draft, post) }] : [];
    });
    const results = await inParts(steps, (part) => this.ledger.post(part));
    for (const [n, { draft, order }] of steps.entries()) {
      const result = results[n];
      if (result?.outcome !== 'posted') draft.refusal = result?.code ?? 'loyalty.posting_lost';
      else {
        const { transferId } = result;
        const { customerId, amount } = order;
        draft.bookings = [...draft.bookings, { transferId, customerId, amount, reversed: 0 }];
      }
    }
  }
}

function orderOf({ orderSource, orderId }: Award): OrderKey | undefined {
  return orderSource === null || orderId === null ? undefined : { source: orderSource, orderId };
}

function planOf({ award, worth, bookings }: Draft, now: Date) {
  const isDue = award.dueAt === null || award.dueAt <= now;
  return planSettlement(bookings, { customerId: award.customerId, worth, isDue });
}

function reversalOf(draft: Draft, transferId: string, amount?: number): Reversal {
  const { award } = draft;
  draft.bookedTimes += 1;
  return {
    key: bookingKey(award, draft.bookedTimes),
    programId: award.programId,
    transferId,
    ...(amount !== undefined && { amount }),
    reason: award.clawedBackAt === null ? 'rule' : 'claw_back',
    sourceEventId: award.eventId,
  };
}

function postingOf(draft: Draft, amount: number): Posting {
  const { award, version } = draft;
  draft.bookedTimes += 1;
  return {
    key: bookingKey(award, draft.bookedTimes),
    programId: award.programId,
    customerId: award.customerId,
    wallet: version.content.wallet,
    kind: 'earn',
    amount,
    sourceEventId: award.eventId,
    ruleVersionId: award.ruleVersionId,
    effectiveAt: award.dueAt ?? award.eventAt,
  };
}

/** Points that are taken back make room under the caps where the rule says so; of what was refused counts what stands. */
function settled({ award, version, worth, bookings, bookedTimes, refusal }: Draft, now: Date): Award {
  const stands = bookings.reduce((sum, { amount, reversed }) => sum + amount - reversed, 0);
  const counts = (points: number): number => {
    if (refusal !== null) return Math.min(points, stands);
    return version.content.givesCapBack ? Math.min(points, worth) : points;
  };
  const counters = Object.entries(award.counters).map(
    ([counter, points]) => [counter, counts(points)] as const,
  );
  const isOver = award.clawedBackAt !== null || award.granted === 0;
  const dueAt = award.dueAt === null || award.dueAt <= now || isOver ? null : award.dueAt;
  return { ...award, bookings, bookedTimes, refusal, dueAt, counters: Object.fromEntries(counters) };
}

async function inParts<O>(
  steps: readonly Step<O>[],
  book: (orders: O[]) => Promise<PostingResult[]>,
): Promise<PostingResult[]> {
  const results: PostingResult[] = [];
  for (let start = 0; start < steps.length; start += POSTINGS_PER_CALL_MAX) {
    const part = steps.slice(start, start + POSTINGS_PER_CALL_MAX).map(({ order }) => order);
    results.push(...(await book(part)));
  }
  return results;
}
