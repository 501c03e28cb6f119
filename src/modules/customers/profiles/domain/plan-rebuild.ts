import type { FieldDefinition } from './field-definition.js';
import { itemsOf } from './filter-columns.js';
import { isEqual, placeOf, type ShownChange, type StoredValue, turnedTo } from './plan-writes.js';
import { type SurvivorshipRules, survivorOf } from './survivorship.js';

/** Each of several choices, or each beginning of a path, that a customer shows. */
export interface ShownItems {
  readonly customerId: string;
  readonly field: string;
  readonly items: readonly string[];
}

export interface RebuildPlan {
  readonly turned: readonly StoredValue[];
  readonly items: readonly ShownItems[];
  readonly shown: readonly ShownChange[];
}

/**
 * What differs between what is marked as believed and what the sources and the rules say. Nothing, unless the rules have
 * changed: marks and items are only there for filters.
 */
export function planRebuild(
  stored: readonly StoredValue[],
  storedItems: readonly ShownItems[],
  fields: ReadonlyMap<string, FieldDefinition>,
  rules: SurvivorshipRules,
): RebuildPlan {
  const places = new Map<string, StoredValue[]>();
  for (const value of stored) places.set(placeOf(value), [...(places.get(placeOf(value)) ?? []), value]);
  const itemsAt = new Map(storedItems.map((one) => [placeOf(one), one]));
  const turned: StoredValue[] = [];
  const items: ShownItems[] = [];
  const shown: ShownChange[] = [];
  for (const [place, values] of places) {
    const [first] = values;
    if (!first) continue;
    const { customerId, field } = first;
    const survivor = survivorOf(values, rules);
    turned.push(...values.flatMap((value) => turnedTo(value, value === survivor)));
    const before = values.find(({ wins }) => wins)?.value ?? null;
    const after = survivor?.value ?? null;
    if (!isEqual(before, after)) shown.push({ customerId, field, before, after });
    const type = fields.get(field)?.type;
    const wanted = type ? itemsOf(type, after) : [];
    const had = itemsAt.get(place)?.items ?? [];
    if (!isEqual([...had].sort(), [...wanted].sort())) items.push({ customerId, field, items: wanted });
    itemsAt.delete(place);
  }
  for (const { customerId, field } of itemsAt.values()) items.push({ customerId, field, items: [] });
  return { turned, items, shown };
}
