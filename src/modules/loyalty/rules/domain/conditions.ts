import type { MemberFacts } from './occurrence.js';
import type { Condition, Leaf } from './rule.js';

/** What conditions look at. */
export interface Subject {
  readonly data: Readonly<Record<string, unknown>>;
  readonly facts: MemberFacts;
}

export function holds(condition: Condition | null, subject: Subject): boolean {
  if (condition === null) return true;
  if ('all' in condition) return condition.all.every((one) => holds(one, subject));
  if ('any' in condition) return condition.any.some((one) => holds(one, subject));
  if ('not' in condition) return !holds(condition.not, subject);
  return leafHolds(condition, valuesOf(condition, subject));
}

/** All leaves, in the order in which they stand. */
export function leavesOf(condition: Condition | null): Leaf[] {
  if (condition === null) return [];
  if ('all' in condition) return condition.all.flatMap(leavesOf);
  if ('any' in condition) return condition.any.flatMap(leavesOf);
  return 'not' in condition ? leavesOf(condition.not) : [condition];
}

/** Own properties only: `constructor` is nobody's field. */
export function ownValue(record: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A list for every subject: of tags and of several choices there are many, of a missing value there is none. */
function valuesOf({ of, key = '' }: Leaf, { data, facts }: Subject): readonly unknown[] {
  if (of === 'tag') return facts.tags;
  const value = of === 'level' ? facts.level : ownValue(of === 'event' ? data : facts.fields, key);
  if (value === null || value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function leafHolds({ is, value }: Leaf, values: readonly unknown[]): boolean {
  const wanted = Array.isArray(value) ? value : [];
  switch (is) {
    case 'exists':
      return values.length > 0;
    case 'missing':
      return values.length === 0;
    case 'in':
      return values.some((one) => wanted.includes(one));
    case 'notIn':
      return !values.some((one) => wanted.includes(one));
    case 'gte':
      return values.some((one) => isAtLeast(one, value) === true);
    case 'lt':
      return values.some((one) => isAtLeast(one, value) === false);
  }
}

/** undefined: a text and a number have no order. */
function isAtLeast(value: unknown, bound: unknown): boolean | undefined {
  if (typeof value === 'number' && typeof bound === 'number') return value >= bound;
  if (typeof value === 'string' && typeof bound === 'string') return value >= bound;
  return undefined;
}
