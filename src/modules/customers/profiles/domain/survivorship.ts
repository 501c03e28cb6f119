import type { FieldValue } from './field-definition.js';

/** Who says a value. `wecom` is read from the mirror; `rule` is what this system concludes. */
export const FIELD_SOURCES = ['wecom', 'staff', 'crm', 'shop', 'import', 'customer', 'rule'] as const;
export type FieldSource = (typeof FIELD_SOURCES)[number];
/** WeCom's own facts are not copied. */
export const WRITING_SOURCES = ['staff', 'customer', 'crm', 'shop', 'import', 'rule'] as const;
export type WritingSource = (typeof WRITING_SOURCES)[number];

/** Which source is believed, best first. A source that is not named comes last. */
export interface SurvivorshipRules {
  /** 0: what every corp begins with. */
  readonly version: number;
  readonly ranking: readonly FieldSource[];
}

export const RULES_TO_BEGIN_WITH: SurvivorshipRules = {
  version: 0,
  ranking: ['staff', 'customer', 'crm', 'shop', 'import', 'wecom', 'rule'],
};

/** What one source says about one field of one customer. */
export interface SourceValue {
  readonly customerId: string;
  readonly field: string;
  readonly source: FieldSource;
  /** null: the source has taken back what it said. */
  readonly value: FieldValue | null;
  /** How sure the source is, of 100. */
  readonly confidence: number;
  /** When the source saw it so, in milliseconds. */
  readonly observedAtMs: number;
}

/**
 * The value that is believed: of the best ranked source, then the surest, then the newest. The names at the end leave no
 * tie, so that the order of the values never matters.
 */
export function survivorOf<V extends SourceValue>(
  values: readonly V[],
  rules: SurvivorshipRules,
): V | undefined {
  let best: V | undefined;
  for (const value of values) {
    if (value.value !== null && (!best || precedes(value, best, rules))) best = value;
  }
  return best;
}

/** What decided between two values of a field. */
export const DECIDERS = ['source', 'confidence', 'observed_at', 'name'] as const;
export type Decider = (typeof DECIDERS)[number];

/** Negative when `a` is believed rather than `b`, with what decided. */
export function compareValues(
  a: SourceValue,
  b: SourceValue,
  rules: SurvivorshipRules,
): { order: number; by: Decider } {
  const rank = rankOf(a.source, rules) - rankOf(b.source, rules);
  if (rank !== 0) return { order: rank, by: 'source' };
  if (a.confidence !== b.confidence) return { order: b.confidence - a.confidence, by: 'confidence' };
  if (a.observedAtMs !== b.observedAtMs) return { order: b.observedAtMs - a.observedAtMs, by: 'observed_at' };
  return { order: nameOf(a) < nameOf(b) ? -1 : 1, by: 'name' };
}

function precedes(a: SourceValue, b: SourceValue, rules: SurvivorshipRules): boolean {
  return compareValues(a, b, rules).order < 0;
}

function rankOf(source: FieldSource, { ranking }: SurvivorshipRules): number {
  const rank = ranking.indexOf(source);
  return rank < 0 ? ranking.length : rank;
}

function nameOf({ source, customerId }: SourceValue): string {
  return `${source} ${customerId}`;
}
