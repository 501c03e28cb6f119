import type { FieldChoice, FieldType } from './field-definition.js';
import { isChoiceKey, LEVELS_MAX } from './field-value.js';

/** Of all fields of a corp, and again of its stages with their reasons; archived ones, too: each profile is read with them. */
export const CHOICES_KEPT_MAX = 10_000;

/** Whether a field of this type may have these choices. */
export function areChoicesFitting(type: FieldType, choices: readonly FieldChoice[]): boolean {
  if (type === 'multi_level') return choices.every(hasOwnKey) && hasPlaces(choices);
  const isFlat = choices.every(({ parent }) => parent === undefined);
  if (type === 'choice' || type === 'choices') {
    return choices.length > 0 && isFlat && choices.every(hasOwnKey) && hasPlaces(choices);
  }
  return choices.length === 0;
}

function hasOwnKey({ key }: FieldChoice): boolean {
  return isChoiceKey(key);
}

/** Each once below its parent, each parent a choice above it, and no branch too deep or a circle. */
function hasPlaces(choices: readonly FieldChoice[]): boolean {
  const places = new Set(choices.map(({ key, parent }) => JSON.stringify([parent ?? null, key])));
  if (places.size !== choices.length) return false;
  return choices.every((choice) => depthOf(choice, choices, 1) <= LEVELS_MAX);
}

function depthOf({ parent }: FieldChoice, choices: readonly FieldChoice[], depth: number): number {
  if (parent === undefined || depth > LEVELS_MAX) return depth;
  const above = choices.find(({ key }) => key === parent);
  return above ? depthOf(above, choices, depth + 1) : LEVELS_MAX + 1;
}

/** What is left out was perhaps chosen before: it stays readable, and can no longer be chosen. */
export function withArchived(before: readonly FieldChoice[], now: readonly FieldChoice[]): FieldChoice[] {
  const kept = new Set(now.map(placeOf));
  return [
    ...now.map((choice) => ({ ...choice, archived: false })),
    ...before.filter((choice) => !kept.has(placeOf(choice))).map((choice) => ({ ...choice, archived: true })),
  ];
}

function placeOf({ key, parent }: FieldChoice): string {
  return JSON.stringify([parent ?? null, key]);
}
