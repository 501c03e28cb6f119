import type { AwardInputs } from './award.js';
import { leavesOf, ownValue } from './conditions.js';
import type { Evaluation, Question } from './evaluate.js';
import type { MemberFacts, Occurrence } from './occurrence.js';
import type { RuleContent, RuleVersion } from './rule.js';
import { RuleState } from './rule-state.js';

/** What conditions and amounts ask of a member: whether anything has to be read at all. */
export interface Asked {
  readonly fields: ReadonlySet<string>;
  readonly tags: ReadonlySet<unknown>;
  readonly level: boolean;
}

export function askedOf({ conditions, levelPercent }: RuleContent): Asked {
  const leaves = leavesOf(conditions);
  return {
    fields: new Set(leaves.flatMap(({ of, key }) => (of === 'profile' && key !== undefined ? [key] : []))),
    tags: new Set(leaves.flatMap(({ of, value }) => (of === 'tag' && Array.isArray(value) ? value : []))),
    level: Object.keys(levelPercent).length > 0 || leaves.some(({ of }) => of === 'level'),
  };
}

/** Facts that the rule does not ask for change nothing, and are nobody's business. */
export function askedFacts(facts: MemberFacts, { fields, tags, level }: Asked): MemberFacts {
  return {
    fields: pick(facts.fields, fields),
    tags: facts.tags.filter((tag) => tags.has(tag)),
    level: level ? facts.level : null,
  };
}

/** What is kept of an evaluation. */
export function inputsOf(question: Question, evaluation: Evaluation): AwardInputs {
  const { occurrence, facts, version, member } = question;
  const { trigger, source, data } = occurrence;
  return {
    trigger,
    source,
    data: pick(data, namedProperties(version.content)),
    facts,
    person: member?.person ?? [],
    used: Object.fromEntries(evaluation.limits.map(({ counter, used }) => [counter, used])),
    isCoolingDown: evaluation.verdict === 'cooling_down',
  };
}

/** The question and the state as they were: evaluating them again gives what was given. */
export function replayOf(
  award: {
    eventId: string;
    revision: number;
    eventAt: Date;
    eventCustomerId: string;
    customerId: string;
    inputs: AwardInputs;
  },
  version: RuleVersion,
  timeZone: string,
): { question: Question; state: RuleState } {
  const { inputs, eventAt, customerId } = award;
  const state = new RuleState();
  for (const [counter, points] of Object.entries(inputs.used)) state.add(counter, points);
  const personId = inputs.person[0] ?? customerId;
  if (inputs.isCoolingDown) state.award({ ruleId: version.ruleId, personId }, eventAt.getTime());
  const { trigger, source, data } = inputs;
  const occurrence: Occurrence = {
    id: award.eventId,
    revision: award.revision,
    trigger,
    source,
    data,
    at: eventAt,
    customerId: award.eventCustomerId,
  };
  const member = { customerId, person: inputs.person };
  return { question: { occurrence, version, member, facts: inputs.facts, timeZone }, state };
}

function namedProperties({ conditions, amount, caps, beneficiary }: RuleContent): ReadonlySet<string> {
  return new Set([
    ...leavesOf(conditions).flatMap(({ of, key }) => (of === 'event' && key !== undefined ? [key] : [])),
    ...(amount.kind === 'fixed' ? [] : [amount.property]),
    ...caps.flatMap(({ property }) => (property === undefined ? [] : [property])),
    ...(beneficiary === 'customer' ? [] : [beneficiary.property]),
  ]);
}

function pick(from: Readonly<Record<string, unknown>>, keys: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(
    [...keys].flatMap((key) => {
      const value = ownValue(from, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}
