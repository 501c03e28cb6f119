import { periodOf } from '../../programs/domain/program-time.js';
import { ownValue } from './conditions.js';
import type { Occurrence } from './occurrence.js';
import type { Cap, RuleVersion } from './rule.js';

/** Of the property that names a group, in characters; groups that differ only behind it count as one. */
const GROUP_LENGTH_MAX = 200;

/** A counter of points: the id of the rule or program, a slash, and what it counts. */
export type Counter = string;

/** One cap of one award. */
export interface Limit {
  readonly cap: Cap;
  /** Counts this award. */
  readonly counter: Counter;
  /** Count together: those of all customers that are one person, and the one above among them. */
  readonly together: readonly Counter[];
}

/** Who earns, with all customers that are one person with him, sorted; the first is the person. */
export interface Member {
  readonly customerId: string;
  readonly person: readonly string[];
}

/** Which counters an award falls under, by the time of its event in the program's time zone. */
export function limitsOf(
  { programId, ruleId, content }: RuleVersion,
  occurrence: Occurrence,
  member: Member,
  timeZone: string,
): Limit[] {
  return content.caps.map((cap) => {
    const { key } = periodOf(occurrence.at, timeZone, cap.period);
    const owner = cap.of === 'rule' ? ruleId : programId;
    // what is named by others stands last, so that no name can look like another counter
    const name = (subject: string): Counter =>
      `${owner}/${content.wallet}/${cap.period}/${key}/${cap.per}/${subject}`;
    const together = subjectsOf(cap, occurrence, member).map(name);
    return { cap, counter: together[0] ?? name(''), together };
  });
}

function subjectsOf(cap: Cap, { data }: Occurrence, member: Member): readonly string[] {
  if (cap.per === 'all') return [''];
  if (cap.per === 'member') return member.person;
  const { property = '' } = cap;
  const value = ownValue(data, property);
  const isNamed = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  // events that name no group are a group
  // by characters: half a surrogate pair could not be stored
  return [`${property}=${isNamed ? [...String(value)].slice(0, GROUP_LENGTH_MAX).join('') : ''}`];
}

const DAY_MS = 86_400_000;
const MONTHS_OF_YEAR = 12;
/** A zone's day ends up to 12 hours after that of UTC, and a key is a day of some zone. */
const ZONES_MS = DAY_MS;

/** When nothing new falls under a counter any more, at the latest, in whatever time zone; null: never. */
export function overAt(counter: Counter): Date | null {
  const [, , kind, key = ''] = counter.split('/');
  const [year = 0, second = 0, day = 1] = key.split(/-W|-/).map(Number);
  const ends: Record<string, number> = {
    day: Date.UTC(year, second - 1, day + 1),
    week: Date.UTC(year, 0, (second + 1) * 7), // a week later than the last day that week may have
    month: Date.UTC(year, second),
    year: Date.UTC(year, MONTHS_OF_YEAR),
  };
  const end = kind === undefined ? undefined : ends[kind];
  return end === undefined || Number.isNaN(end) ? null : new Date(end + ZONES_MS);
}
