import { amountOf } from './amount.js';
import { limitsOf, type Limit, type Member } from './caps.js';
import { holds, ownValue } from './conditions.js';
import type { MemberFacts, Occurrence } from './occurrence.js';
import type { RuleVersion } from './rule.js';
import type { RuleState } from './rule-state.js';

export const VERDICTS = [
  'earned',
  'other_event',
  'not_in_force',
  'not_started',
  'ended',
  'beneficiary_unknown',
  'beneficiary_is_the_customer',
  'conditions_not_met',
  'excluded_by_other_rule',
  'amount_is_zero',
  'cooling_down',
  'cap_reached',
] as const;
/** Why a rule gave what it gave. */
export type Verdict = (typeof VERDICTS)[number];

export interface FilledLimit extends Limit {
  /** Before this award. */
  readonly used: number;
}

export interface Evaluation {
  readonly verdict: Verdict;
  /** Before caps. */
  readonly wanted: number;
  /** What the event earns by this rule. */
  readonly points: number;
  /** The limits it counts under. */
  readonly limits: readonly FilledLimit[];
  /** The limit that cut it, if any did. */
  readonly cutBy: FilledLimit | null;
}

/** Everything that an evaluation depends on beside the state; recorded with the award, so that it can be done again. */
export interface Question {
  readonly occurrence: Occurrence;
  readonly version: RuleVersion;
  /** undefined: nobody is named, or a customer who does not exist. */
  readonly member: Member | undefined;
  readonly facts: MemberFacts;
  readonly timeZone: string;
}

const MINUTE_MS = 60_000;

/**
 * What one event earns by one version of a rule: a pure function, so that an event that is done again, or tried out, gets
 * what it got. Whether the version was in force is not asked here: one that is not yet can be tried out.
 */
export function evaluate(question: Question, state: RuleState): Evaluation {
  const { version, occurrence, member, facts, timeZone } = question;
  const refusal = refusalOf(question);
  if (refusal || !member) return nothing(refusal ?? 'beneficiary_unknown');
  const { content, ruleId } = version;
  const percent = facts.level === null ? 100 : ownValue(content.levelPercent, facts.level);
  const wanted = amountOf(content.amount, occurrence.data, typeof percent === 'number' ? percent : 100);
  if (wanted === 0) return nothing('amount_is_zero');
  const place = { ruleId, personId: personOf(member) };
  const coolDownMs = content.coolDownMinutes * MINUTE_MS;
  if (coolDownMs > 0 && state.isAwardedNear(place, occurrence.at.getTime(), coolDownMs))
    return nothing('cooling_down', wanted);
  return capped(wanted, limitsOf(version, occurrence, member, timeZone), state);
}

/** Why the rule does not speak of the event; undefined: it does. */
export function refusalOf({ version, occurrence, member, facts }: Question): Verdict | undefined {
  const { content } = version;
  if (content.trigger !== occurrence.trigger) return 'other_event';
  const at = occurrence.at.getTime();
  if (content.startsAt !== null && at < Date.parse(content.startsAt)) return 'not_started';
  if (content.endsAt !== null && at >= Date.parse(content.endsAt)) return 'ended';
  if (!member) return 'beneficiary_unknown';
  if (content.beneficiary !== 'customer' && member.person.includes(occurrence.customerId))
    return 'beneficiary_is_the_customer';
  return holds(content.conditions, { data: occurrence.data, facts }) ? undefined : 'conditions_not_met';
}

export function personOf({ person, customerId }: Member): string {
  return person[0] ?? customerId;
}

export function nothing(verdict: Verdict, wanted = 0): Evaluation {
  return { verdict, wanted, points: 0, limits: [], cutBy: null };
}

/** An amount that fits only in part is cut to what is left. */
function capped(wanted: number, limits: readonly Limit[], state: RuleState): Evaluation {
  const filled = limits.map((limit) => ({ ...limit, used: state.usedOf(limit.together) }));
  let points = wanted;
  let cutBy: FilledLimit | null = null;
  for (const limit of filled) {
    const left = Math.max(0, limit.cap.points - limit.used);
    if (left >= points) continue;
    points = left;
    cutBy = limit;
  }
  return { verdict: points > 0 ? 'earned' : 'cap_reached', wanted, points, limits: filled, cutBy };
}

/** By when the event happened: a late one earns what it would have earned in time. */
export function isInForce(version: RuleVersion, { trigger, at, programId }: Occurrence): boolean {
  const { content, inForceFrom, inForceTo } = version;
  if (content.trigger !== trigger || !inForceFrom || at < inForceFrom) return false;
  if (programId !== undefined && programId !== version.programId) return false;
  return inForceTo === null || at < inForceTo;
}
