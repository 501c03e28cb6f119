import { Injectable } from '@nestjs/common';
import type { Award } from '../domain/award.js';
import type { Counter } from '../domain/caps.js';
import { limitsOf } from '../domain/caps.js';
import { type Evaluation, personOf, type Question } from '../domain/evaluate.js';
import { inputsOf } from '../domain/inputs.js';
import { RuleState } from '../domain/rule-state.js';
import { countersOf, evaluateAll, inOrder } from '../domain/stacking.js';
import { ORDER_PAID } from '../domain/triggers.js';
import { AwardStore } from '../persistence/award-store.js';
import { CounterStore } from '../persistence/counter-store.js';
import { orderIdIn } from '../persistence/order-store.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** An award as it comes out of an evaluation, and how much each of its counters may hold. */
export interface Evaluated {
  readonly award: Award;
  readonly maxima: ReadonlyMap<Counter, number>;
}

/** Evaluates events under the locks of what they may change. Inside an open unit of work. */
@Injectable()
export class EvaluateEvents {
  constructor(
    private readonly counters: CounterStore,
    private readonly awards: AwardStore,
  ) {}

  /**
   * In the order in which the events happened.
   * @param known what the same events earned before, and no longer count for
   */
  async evaluate(questions: readonly Question[], known: readonly Award[]): Promise<Evaluated[]> {
    const before = new Map(known.map((award) => [nameOf(award), award]));
    const state = await this.stateOf(questions, known);
    const byEvent = new Map<string, Question[]>();
    for (const question of questions) {
      const asked = byEvent.get(question.occurrence.id);
      if (asked) asked.push(question);
      else byEvent.set(question.occurrence.id, [question]);
    }
    const events = [...byEvent.values()].sort(byTime);
    return events.flatMap((asked) => this.evaluateOne(asked, state, before));
  }

  private evaluateOne(
    asked: readonly Question[],
    state: RuleState,
    before: ReadonlyMap<string, Award>,
  ): Evaluated[] {
    const ordered = [...asked].sort((a, b) => inOrder(a.version, b.version));
    for (const question of ordered) withdraw(question, state, before.get(nameIn(question)));
    return evaluateAll(ordered, state).flatMap((evaluation, n) => {
      const question = ordered[n];
      if (!question) return [];
      const known = before.get(nameIn(question));
      return evaluation.wanted > 0 || known ? [awardOf(question, evaluation, known)] : [];
    });
  }

  private async stateOf(questions: readonly Question[], known: readonly Award[]): Promise<RuleState> {
    const state = new RuleState();
    const counters = questions.flatMap(({ version, occurrence, member, timeZone }) =>
      member ? limitsOf(version, occurrence, member, timeZone).flatMap(({ together }) => together) : [],
    );
    const old = known.flatMap((award) => Object.keys(award.counters));
    for (const [counter, used] of await this.counters.lock([...counters, ...old])) state.add(counter, used);
    await this.readTimes(questions, state);
    return state;
  }

  private async readTimes(questions: readonly Question[], state: RuleState): Promise<void> {
    const cooling = questions.filter(({ version }) => version.content.coolDownMinutes > 0);
    if (cooling.length === 0) return;
    const persons = new Map<string, string>();
    for (const { member } of cooling)
      for (const customer of member?.person ?? [])
        persons.set(customer, member ? personOf(member) : customer);
    const atMs = cooling.map(({ occurrence }) => occurrence.at.getTime());
    const longestMs = Math.max(...cooling.map(({ version }) => version.content.coolDownMinutes)) * MINUTE_MS;
    const times = await this.awards.times({
      ruleIds: [...new Set(cooling.map(({ version }) => version.ruleId))],
      customerIds: [...persons.keys()],
      from: new Date(Math.min(...atMs) - longestMs),
      to: new Date(Math.max(...atMs) + longestMs),
    });
    for (const { ruleId, customerId, eventAt } of times)
      state.award({ ruleId, personId: persons.get(customerId) ?? customerId }, eventAt.getTime());
  }
}

/** An event that is evaluated again stands not in its own way. */
function withdraw(question: Question, state: RuleState, known: Award | undefined): void {
  if (!known) return;
  for (const [counter, points] of Object.entries(known.counters)) state.add(counter, -points);
  const personId = question.member ? personOf(question.member) : known.customerId;
  state.unaward({ ruleId: known.ruleId, personId }, known.eventAt.getTime());
}

function awardOf(question: Question, evaluation: Evaluation, known: Award | undefined): Evaluated {
  const { occurrence, version, member } = question;
  const { content } = version;
  const at = occurrence.at.getTime();
  const orderId = occurrence.trigger === ORDER_PAID ? orderIdIn(occurrence.data) : null;
  const isDue = known !== undefined && known.bookedTimes > 0;
  const award: Award = {
    eventId: occurrence.id,
    ruleId: version.ruleId,
    ruleVersionId: version.id,
    programId: version.programId,
    revision: occurrence.revision,
    eventAt: occurrence.at,
    eventCustomerId: occurrence.customerId,
    customerId: member?.customerId ?? known?.customerId ?? occurrence.customerId,
    verdict: evaluation.verdict,
    wanted: evaluation.wanted,
    granted: evaluation.points,
    inputs: inputsOf(question, evaluation),
    counters: Object.fromEntries([...countersOf(evaluation)].map((counter) => [counter, evaluation.points])),
    orderSource: orderId === null ? null : occurrence.source,
    orderId,
    dueAt: content.holdDays > 0 && !isDue ? new Date(at + content.holdDays * DAY_MS) : null,
    clawBackUntil: content.clawBackDays > 0 ? new Date(at + content.clawBackDays * DAY_MS) : null,
    clawedBackAt: known?.clawedBackAt ?? null,
    bookings: known?.bookings ?? [],
    bookedTimes: known?.bookedTimes ?? 0,
    refusal: null,
  };
  return { award, maxima: new Map(evaluation.limits.map(({ counter, cap }) => [counter, cap.points])) };
}

function byTime([a]: readonly Question[], [b]: readonly Question[]): number {
  if (!a || !b) return 0;
  return (
    a.occurrence.at.getTime() - b.occurrence.at.getTime() || (a.occurrence.id < b.occurrence.id ? -1 : 1)
  );
}

export function nameOf({ eventId, ruleId }: Pick<Award, 'eventId' | 'ruleId'>): string {
  return `${eventId}/${ruleId}`;
}

function nameIn({ occurrence, version }: Question): string {
  return nameOf({ eventId: occurrence.id, ruleId: version.ruleId });
}
