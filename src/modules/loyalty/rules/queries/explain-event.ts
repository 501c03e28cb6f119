import { Injectable } from '@nestjs/common';
import { BehaviourEvents } from '../../../customers/index.js';
import type { Award } from '../domain/award.js';
import { isInForce, type Verdict } from '../domain/evaluate.js';
import type { RuleVersion } from '../domain/rule.js';
import { RuleState } from '../domain/rule-state.js';
import { evaluateAll, inOrder } from '../domain/stacking.js';
import { AwardStore } from '../persistence/award-store.js';
import { RuleStore } from '../persistence/rule-store.js';
import { rulesErrors } from '../rules.errors.js';
import { Occurrences } from './occurrences.js';
import { Questions } from './questions.js';

/** What one rule made of an event. */
export interface Explanation {
  readonly version: RuleVersion;
  readonly verdict: Verdict | 'would_earn_today';
  /** What it earned and what became of it; none when the rule gave nothing. */
  readonly award: Award | undefined;
}

/** Why an event earned what it earned. Inside an open unit of work, that may be one that reads. */
@Injectable()
export class ExplainEvent {
  constructor(
    private readonly rules: RuleStore,
    private readonly awards: AwardStore,
    private readonly behaviour: BehaviourEvents,
    private readonly occurrences: Occurrences,
    private readonly questions: Questions,
  ) {}

  /**
   * Rules that gave something as it is recorded; of the others that react to such events, why they say no today.
   * @throws loyalty.rule_event_not_found
   */
  async explain(eventId: string): Promise<Explanation[]> {
    const awards = await this.awards.ofEvents([eventId]);
    const event = await this.behaviour.find(eventId);
    if (!event && awards.length === 0) throw rulesErrors.rule_event_not_found();
    const versions = await this.rules.versionsByIds(awards.map(({ ruleVersionId }) => ruleVersionId));
    const given = versions.map((version) => {
      const award = awards.find(({ ruleVersionId }) => ruleVersionId === version.id);
      return { version, award, verdict: award?.verdict ?? 'other_event' };
    });
    if (!event) return given;
    const occurrence = this.occurrences.ofBehaviour(event);
    const others = (await this.rules.reacting(event.type)).filter(
      ({ ruleId }) => !awards.some((award) => award.ruleId === ruleId),
    );
    const asked = [...versions, ...others.filter((version) => isInForce(version, occurrence))].sort(inOrder);
    const evaluations = evaluateAll(
      await this.questions.of(asked.map((version) => ({ version, occurrence }))),
      new RuleState(),
    );
    const refused = others.map((version) => {
      const evaluation = evaluations[asked.indexOf(version)];
      const verdict = evaluation?.verdict ?? 'not_in_force';
      return {
        version,
        verdict: verdict === 'earned' ? ('would_earn_today' as const) : verdict,
        award: undefined,
      };
    });
    return [...given, ...refused].sort((a, b) => inOrder(a.version, b.version));
  }
}
