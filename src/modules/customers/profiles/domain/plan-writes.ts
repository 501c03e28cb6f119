import type { FieldValue } from './field-definition.js';
import { type SourceValue, type SurvivorshipRules, survivorOf, type WritingSource } from './survivorship.js';

/** A source's value as it is stored. */
export interface StoredValue extends SourceValue {
  readonly writtenAtMs: number;
  readonly writtenBy: string;
  /** Believed among what the sources say of this one customer. */
  readonly wins: boolean;
}

/** A checked value that a source says now. */
export interface SaidValue {
  readonly customerId: string;
  readonly field: string;
  readonly value: FieldValue | null;
  /** Absent: now, and in any case after what the source said before. */
  readonly observedAtMs?: number;
}

export interface Speaker {
  readonly source: WritingSource;
  readonly confidence: number;
}

export type WriteOutcome = 'written' | 'unchanged' | 'older';

export interface WritePlan {
  /** One for each said value, in its order. */
  readonly outcomes: readonly WriteOutcome[];
  /** To insert, or to put in the place of what the source said before. */
  readonly rows: readonly (SourceValue & { readonly wins: boolean })[];
  /** What other sources said, which begins or ceases to be believed. */
  readonly turned: readonly StoredValue[];
  /** What is replaced by something else. */
  readonly replaced: readonly StoredValue[];
  /** Fields that show another value now. */
  readonly shown: readonly ShownChange[];
}

export interface ShownChange {
  readonly customerId: string;
  readonly field: string;
  readonly before: FieldValue | null;
  readonly after: FieldValue | null;
}

/**
 * What has to be written so that these values stand beside what the sources said before. Of one source the newest counts,
 * whenever it arrives; so the result depends on what was said, not on the order in which it came.
 *
 * @param stored everything that any source says of these customers and fields.
 */
export function planWrites(
  stored: readonly StoredValue[],
  said: readonly SaidValue[],
  speaker: Speaker,
  at: { nowMs: number; rules: SurvivorshipRules },
): WritePlan {
  const voices = new Map<string, StoredValue[]>();
  for (const value of stored) addTo(voices, placeOf(value), value);
  const latest = new Map<string, SourceValue>();
  const outcomes = said.map((one) => {
    const place = placeOf(one);
    const own = latest.get(place) ?? voices.get(place)?.find(({ source }) => source === speaker.source);
    const next = following(own, one, speaker, at.nowMs);
    if (typeof next === 'string') return next;
    latest.set(place, next);
    return 'written';
  });
  return { outcomes, ...consequences(latest, voices, at.rules) };
}

function following(
  own: SourceValue | undefined,
  { customerId, field, value, observedAtMs }: SaidValue,
  { source, confidence }: Speaker,
  nowMs: number,
): SourceValue | 'unchanged' | 'older' {
  const isSame = own ? own.confidence === confidence && isEqual(own.value, value) : value === null;
  if (isSame && observedAtMs === undefined) return 'unchanged'; // a nightly import of the same costs nothing
  const seenAtMs = observedAtMs ?? Math.max(nowMs, (own?.observedAtMs ?? 0) + 1);
  const next: SourceValue = { customerId, field, source, value, confidence, observedAtMs: seenAtMs };
  if (!own) return next;
  if (isSame && seenAtMs === own.observedAtMs) return 'unchanged';
  return isNewer(next, own) ? next : 'older';
}

/** Two values of one instant: the surer one, then the one whose text is greater; anything, so long as it is always the same. */
function isNewer(a: SourceValue, b: SourceValue): boolean {
  if (a.observedAtMs !== b.observedAtMs) return a.observedAtMs > b.observedAtMs;
  if (a.confidence !== b.confidence) return a.confidence > b.confidence;
  return JSON.stringify(a.value) > JSON.stringify(b.value);
}

function consequences(
  latest: ReadonlyMap<string, SourceValue>,
  voices: ReadonlyMap<string, readonly StoredValue[]>,
  rules: SurvivorshipRules,
): Omit<WritePlan, 'outcomes'> {
  const rows: (SourceValue & { wins: boolean })[] = [];
  const turned: StoredValue[] = [];
  const replaced: StoredValue[] = [];
  const shown: ShownChange[] = [];
  for (const [place, next] of latest) {
    const before = voices.get(place);
    if (!before) {
      // nobody has said anything of it, as nearly always in an import
      const { customerId, field, value } = next;
      rows.push({ ...next, wins: value !== null });
      if (value !== null) shown.push({ customerId, field, before: null, after: value });
      continue;
    }
    const others = before.filter(({ source }) => source !== next.source);
    const survivor = survivorOf<SourceValue>([...others, next], rules);
    rows.push({ ...next, wins: survivor === next });
    turned.push(...others.flatMap((one) => turnedTo(one, survivor === one)));
    const own = before.find(({ source }) => source === next.source);
    if (own && !isEqual(own.value, next.value)) replaced.push(own);
    const change = {
      customerId: next.customerId,
      field: next.field,
      before: before.find(({ wins }) => wins)?.value ?? null,
      after: survivor?.value ?? null,
    };
    if (!isEqual(change.before, change.after)) shown.push(change);
  }
  return { rows, turned, replaced, shown };
}

export function turnedTo(value: StoredValue, wins: boolean): StoredValue[] {
  return value.wins === wins ? [] : [{ ...value, wins }];
}

export function isEqual(a: FieldValue | null, b: FieldValue | null): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && JSON.stringify(a) === JSON.stringify(b));
}

export function placeOf({ customerId, field }: { customerId: string; field: string }): string {
  return `${customerId} ${field}`;
}

function addTo<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
