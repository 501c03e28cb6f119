import { Injectable } from '@nestjs/common';
import { Clock } from '../../../../platform/clock/clock.js';
import type { Award } from '../domain/award.js';
import type { Counter } from '../domain/caps.js';
import { isInForce, personOf, type Question } from '../domain/evaluate.js';
import type { Occurrence } from '../domain/occurrence.js';
import type { RuleVersion } from '../domain/rule.js';
import { AwardStore } from '../persistence/award-store.js';
import { type OrderKey, orderName } from '../persistence/order-store.js';
import { RuleStore } from '../persistence/rule-store.js';
import { type Pair, Questions } from '../queries/questions.js';
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
    private readonly rules: RuleStore,
    private readonly awards: AwardStore,
    private readonly questions: Questions,
    private readonly evaluation: EvaluateEvents,
    private readonly orders: RecordOrders,
    private readonly leavers: Leavers,
    private readonly storing: StoreAwards,
    private readonly clock: Clock,
  ) {}

  /** @param occurrences as they stand now; one of a revision that was evaluated before is left alone */
  async award(occurrences: readonly Occurrence[]): Promise<void> {
    const [first] = occurrences;
    if (!first) return;
    const inForce = await this.versionsInForce(occurrences);
    const orders = await this.orders.ordersIn(occurrences);
    const corrected = occurrences.filter(({ revision }) => revision > 1);
    if (inForce.length === 0 && orders.length === 0 && corrected.length === 0) return;
    const pairs = occurrences.flatMap((occurrence) => pairsOf(occurrence, inForce));
    const asked = await this.questions.of(pairs);
    await this.awards.lock([...namesOf(asked), ...orders.map(orderName), ...corrected.map(({ id }) => id)]);
    const known = await this.awards.lockOfEvents(occurrences.map(({ id }) => id));
    const { questions, stale } = await this.toEvaluate(occurrences, asked, known);
    const evaluated = await this.evaluation.evaluate(questions, stale);
    const touched = await this.orders.record(occurrences);
    await this.settle(evaluated, touched, known);
  }

  private async versionsInForce(occurrences: readonly Occurrence[]): Promise<RuleVersion[]> {
    const times = occurrences.map(({ at }) => at.getTime());
    const triggers = [...new Set(occurrences.map(({ trigger }) => trigger))];
    return this.rules.inForce(triggers, new Date(Math.min(...times)), new Date(Math.max(...times)));
  }

  /** What an event earned stays under the version that gave it; a corrected one is evaluated under that again. */
  private async toEvaluate(
    occurrences: readonly Occurrence[],
    asked: readonly Question[],
    known: readonly Award[],
  ): Promise<{ questions: Question[]; stale: Award[] }> {
    const revisions = new Map(occurrences.map(({ id, revision }) => [id, revision]));
    const stale = known.filter(({ eventId, revision }) => revision < (revisions.get(eventId) ?? 0));
    const done = new Set(known.map(({ eventId }) => eventId));
    const again = new Set(stale.map(({ eventId }) => eventId));
    const given = new Set(known.map(nameOf));
    const open = asked.filter(
      ({ occurrence, version }) =>
        !given.has(nameOf({ eventId: occurrence.id, ruleId: version.ruleId })) &&
        (!done.has(occurrence.id) || again.has(occurrence.id)),
    );
    if (stale.length === 0) return { questions: open, stale };
    const versions = await this.rules.versionsByIds(stale.map(({ ruleVersionId }) => ruleVersionId));
    const pairs = stale.flatMap(({ eventId, ruleVersionId }) => {
      const version = versions.find(({ id }) => id === ruleVersionId);
      const occurrence = occurrences.find(({ id }) => id === eventId);
      return version && occurrence ? [{ version, occurrence }] : [];
    });
    return { questions: [...open, ...(await this.questions.of(pairs))], stale };
  }

  private async settle(
    evaluated: readonly Evaluated[],
    touched: readonly OrderKey[],
    known: readonly Award[],
  ): Promise<void> {
    const now = this.clock.now();
    const fresh = await this.leavers.mark(evaluated.map(({ award }) => award));
    const names = new Set(fresh.map(nameOf));
    const others = (await this.awards.lockOfOrders(touched)).filter((award) => !names.has(nameOf(award)));
    const maxima = new Map<Counter, number>();
    for (const { maxima: own } of evaluated)
      for (const [counter, max] of own) maxima.set(counter, Math.max(max, maxima.get(counter) ?? 0));
    await this.storing.store([...fresh, ...others], { before: [...known, ...others], maxima, now });
  }
}

function pairsOf(occurrence: Occurrence, versions: readonly RuleVersion[]): Pair[] {
  return versions
    .filter((version) => isInForce(version, occurrence))
    .map((version) => ({ occurrence, version }));
}

/** Nobody else works on the same event, on what one person gets of a rule with a cool-down, or on one who may leave. */
function namesOf(questions: readonly Question[]): string[] {
  return questions.flatMap(({ occurrence, version, member }) => [
    occurrence.id,
    ...(version.content.clawBackDays > 0 ? [occurrence.customerId] : []),
    ...(version.content.coolDownMinutes > 0 && member ? [`${version.ruleId}/${personOf(member)}`] : []),
  ]);
}
