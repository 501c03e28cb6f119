import { Injectable } from '@nestjs/common';
import type { Award } from '../domain/award.js';
import type { Counter } from '../domain/caps.js';
import { personOf, type Question } from '../domain/evaluate.js';
import type { Occurrence } from '../domain/occurrence.js';
import { AwardStore } from '../persistence/award-store.js';
import { type OrderKey, orderName } from '../persistence/order-store.js';
import { Questions } from '../queries/questions.js';
import { EvaluateEvents, type Evaluated, nameOf } from './evaluate-events.js';
import { Leavers } from './leavers.js';
import { RecordOrders } from './record-orders.js';
import { StoreAwards } from './store-awards.js';

/**
 * What events earn, and what of it is taken back by refunds: a batch at once, in whatever order and however often events
 * come. Inside an open unit of work.
 */
@Injectable()
export class AwardEvents {
  constructor(
    private readonly awards: AwardStore,
    private readonly questions: Questions,
    private readonly evaluation: EvaluateEvents,
    private readonly orders: RecordOrders,
    private readonly leavers: Leavers,
    private readonly storing: StoreAwards,
  ) {}

  /** @param occurrences as they stand now; one of a revision that was evaluated before is left alone */
  async award(occurrences: readonly Occurrence[]): Promise<void> {
    if (occurrences.length === 0) return;
    const asked = await this.questions.inForce(occurrences);
    const orders = await this.orders.ordersIn(occurrences);
    const corrected = occurrences.filter(({ revision }) => revision > 1).map(({ id }) => id);
    const names = [...namesOf(asked), ...orders.map(orderName), ...corrected];
    if (names.length === 0) return;
    await this.awards.lock(names);
    const known = await this.awards.lockOfEvents(occurrences.map(({ id }) => id));
    const stale = staleAmong(known, occurrences);
    const open = [...openAmong(asked, known, stale), ...(await this.questions.again(stale, occurrences))];
    const evaluated = await this.evaluation.evaluate(open, stale);
    await this.settle(evaluated, await this.orders.record(occurrences), known);
  }

  private async settle(
    evaluated: readonly Evaluated[],
    touched: readonly OrderKey[],
    known: readonly Award[],
  ): Promise<void> {
    const fresh = await this.leavers.mark(evaluated.map(({ award }) => award));
    const names = new Set(fresh.map(nameOf));
    const others = (await this.awards.lockOfOrders(touched)).filter((award) => !names.has(nameOf(award)));
    const maxima = new Map<Counter, number>();
    for (const { maxima: own } of evaluated)
      for (const [counter, max] of own) maxima.set(counter, Math.max(max, maxima.get(counter) ?? 0));
    await this.storing.store([...fresh, ...others], { before: [...known, ...others], maxima });
  }
}

/** What an event earned before it was corrected; it is evaluated under the version that gave it again. */
function staleAmong(known: readonly Award[], occurrences: readonly Occurrence[]): Award[] {
  const revisions = new Map(occurrences.map(({ id, revision }) => [id, revision]));
  return known.filter(({ eventId, revision }) => revision < (revisions.get(eventId) ?? 0));
}

/** An event that was evaluated is done, unless it was corrected: then rules that gave nothing before are asked, too. */
function openAmong(asked: readonly Question[], known: readonly Award[], stale: readonly Award[]): Question[] {
  const done = new Set(known.map(({ eventId }) => eventId));
  for (const { eventId } of stale) done.delete(eventId);
  const given = new Set(known.map(nameOf));
  return asked.filter(
    ({ occurrence: { id }, version: { ruleId } }) =>
      !done.has(id) && !given.has(nameOf({ eventId: id, ruleId })),
  );
}

/** Nobody else works on the same event, on what one person gets of a rule with a cool-down, or on one who may leave. */
function namesOf(questions: readonly Question[]): string[] {
  return questions.flatMap(({ occurrence, version, member }) => [
    occurrence.id,
    ...(version.content.clawBackDays > 0 ? [occurrence.customerId] : []),
    ...(version.content.coolDownMinutes > 0 && member ? [`${version.ruleId}/${personOf(member)}`] : []),
  ]);
}
