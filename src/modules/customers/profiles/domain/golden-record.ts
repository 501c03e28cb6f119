import type { FieldDefinition, FieldValue } from './field-definition.js';
import {
  compareValues,
  type Decider,
  type SourceValue,
  type SurvivorshipRules,
  survivorOf,
} from './survivorship.js';

/** A source's value with who wrote it when. */
export interface ToldValue extends SourceValue {
  readonly writtenAtMs: number;
  readonly writtenBy: string;
}

/** What a person shows in one field, and why. */
export interface GoldenField<V extends SourceValue = ToldValue> {
  readonly definition: FieldDefinition;
  /** Without a survivor it is the field's default. */
  readonly value: FieldValue | null;
  /** null: no source says anything. */
  readonly survivor: V | null;
  readonly ruleVersion: number;
}

/**
 * The golden record of a person: a pure function of what all sources say of all its customers and of the rules. Nothing of
 * it is stored, so rebuilding it gives the identical record.
 */
export function goldenRecord<V extends SourceValue>(
  definitions: readonly FieldDefinition[],
  values: readonly V[],
  rules: SurvivorshipRules,
): GoldenField<V>[] {
  const byField = new Map<string, V[]>();
  for (const value of values) {
    const list = byField.get(value.field);
    if (list) list.push(value);
    else byField.set(value.field, [value]);
  }
  return definitions
    .filter(({ archived }) => !archived)
    .map((definition) => {
      const survivor = survivorOf(byField.get(definition.key) ?? [], rules) ?? null;
      const value = survivor ? survivor.value : definition.defaultValue;
      return { definition, value, survivor, ruleVersion: rules.version };
    });
}

/** A value of a field beside the one that is believed, with what decided; `withdrawn`: the source took it back. */
export interface Candidate<V extends SourceValue = ToldValue> {
  readonly said: V;
  readonly lostBy: Decider | 'withdrawn' | null;
}

/** What every source says, the believed one first and the others in the order in which they would follow. */
export function candidatesOf<V extends SourceValue>(
  values: readonly V[],
  rules: SurvivorshipRules,
): Candidate<V>[] {
  const survivor = survivorOf(values, rules);
  const standing = values.filter(({ value }) => value !== null);
  const withdrawn = values.filter(({ value }) => value === null);
  const ordered = [...standing, ...withdrawn].sort(
    (a, b) => Number(a.value === null) - Number(b.value === null) || compareValues(a, b, rules).order,
  );
  return ordered.map((said) => ({
    said,
    lostBy:
      said === survivor
        ? null
        : said.value === null || !survivor
          ? 'withdrawn'
          : compareValues(said, survivor, rules).by,
  }));
}
