import { type Evaluation, evaluate, nothing, personOf, type Question, refusalOf } from './evaluate.js';
import type { RuleVersion } from './rule.js';
import type { RuleState } from './rule-state.js';

/** The order in which rules are asked: by priority, the older first. */
export function inOrder(a: RuleVersion, b: RuleVersion): number {
  return b.content.priority - a.content.priority || (a.ruleId < b.ruleId ? -1 : 1);
}

/**
 * What one event earns by all rules together. Of an exclusive group only the first that speaks of the event gives,
 * even nothing: that a cap is reached lets no other rule in, or results would hang on who came before.
 * @param questions in order, all of the same event
 * @param state gets what is given
 */
export function evaluateAll(questions: readonly Question[], state: RuleState): Evaluation[] {
  const taken = new Set<string>();
  return questions.map((question) => {
    const { programId, content } = question.version;
    const refusal = refusalOf(question);
    if (refusal) return nothing(refusal);
    if (content.exclusiveGroup !== null) {
      const group = `${programId}/${content.exclusiveGroup}`;
      if (taken.has(group)) return nothing('excluded_by_other_rule');
      taken.add(group);
    }
    const evaluation = evaluate(question, state);
    give(question, evaluation, state);
    return evaluation;
  });
}

/** Two caps of the same form count once. */
export function countersOf({ limits }: Evaluation): ReadonlySet<string> {
  return new Set(limits.map(({ counter }) => counter));
}

function give({ member, version, occurrence }: Question, evaluation: Evaluation, state: RuleState): void {
  if (!member || evaluation.points === 0) return;
  for (const counter of countersOf(evaluation)) state.add(counter, evaluation.points);
  state.award({ ruleId: version.ruleId, personId: personOf(member) }, occurrence.at.getTime());
}
