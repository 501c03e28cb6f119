import type { FieldProblem } from '../../../../platform/http/field-problems.js';
import type { FieldChoice, FieldDefinition, FieldType, FieldValue } from './field-definition.js';

/** In characters: with 4 bytes each an index entry of PostgreSQL still holds it. */
export const TEXT_MAX = 500;
export const NUMBER_MAX = 1e15;
export const CHOSEN_MAX = 50;
export const LEVELS_MAX = 5;
export const CHOICE_KEY_MAX = 64;
/** Between the levels of a path, so no key of a choice has one. */
export const PATH_SEPARATOR = '/';

/** What is wrong with a value, in the words of the platform's field problems. */
export interface ValueProblem {
  readonly code: FieldProblem;
  readonly limit?: string | number;
}

export type ParsedValue =
  { readonly ok: true; readonly value: FieldValue } | { readonly ok: false; readonly problem: ValueProblem };

/** Checks a JSON value against the field and brings it into the one form that is stored. Never throws. */
export function parseFieldValue(definition: FieldDefinition, raw: unknown): ParsedValue {
  return PARSERS[definition.type](raw, definition);
}

const fine = (value: FieldValue): ParsedValue => ({ ok: true, value });
const wrong = (code: FieldProblem, limit?: string | number): ParsedValue => ({
  ok: false,
  problem: { code, ...(limit !== undefined && { limit }) },
});

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

const PARSERS: Record<FieldType, (raw: unknown, definition: FieldDefinition) => ParsedValue> = {
  text: parseText,
  number: (raw) => (isNumber(raw) ? withinLimits(raw) : wrong('number')),
  amount: (raw) => (Number.isSafeInteger(raw) ? withinLimits(Number(raw)) : wrong('integer')),
  date: parseDay,
  boolean: (raw) => (typeof raw === 'boolean' ? fine(raw) : wrong('boolean')),
  choice: parseChoice,
  choices: parseChoices,
  multi_level: parsePath,
};

function parseText(raw: unknown): ParsedValue {
  if (typeof raw !== 'string' || UNSTORABLE.test(raw)) return wrong('text');
  const value = raw.trim();
  if (value === '') return wrong('too_short', 1);
  return isLonger(value, TEXT_MAX) ? wrong('too_long', TEXT_MAX) : fine(value);
}

/** In characters, of which none has less than one unit. */
function isLonger(text: string, max: number): boolean {
  return text.length > max && [...text].length > max;
}

function isNumber(raw: unknown): raw is number {
  return typeof raw === 'number' && Number.isFinite(raw);
}

function withinLimits(value: number): ParsedValue {
  if (value > NUMBER_MAX) return wrong('too_large', NUMBER_MAX);
  if (value < -NUMBER_MAX) return wrong('too_small', -NUMBER_MAX);
  return fine(value === 0 ? 0 : value); // -0 is written as 0 and would differ from itself when read again
}

const DAY = /^(1[89]|2[01])\d{2}-\d{2}-\d{2}$/;

/** `Date` would roll 30 February over into March. */
function parseDay(raw: unknown): ParsedValue {
  if (typeof raw !== 'string' || !DAY.test(raw)) return wrong('date');
  const midnight = new Date(`${raw}T00:00:00Z`);
  const exists = !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(raw);
  return exists ? fine(raw) : wrong('date');
}

function parseChoice(raw: unknown, { choices }: FieldDefinition): ParsedValue {
  const open = choices.filter(({ archived }) => !archived);
  return open.some(({ key }) => key === raw) ? fine(String(raw)) : notAllowed(open);
}

/** In the order of the definition, so that two ways to say the same are one value. */
function parseChoices(raw: unknown, { choices }: FieldDefinition): ParsedValue {
  if (!Array.isArray(raw)) return wrong('list');
  if (raw.length === 0) return wrong('too_few', 1);
  if (raw.length > CHOSEN_MAX) return wrong('too_many', CHOSEN_MAX);
  const chosen = new Set<unknown>(raw);
  const open = choices.filter(({ archived }) => !archived);
  const value = open.map(({ key }) => key).filter((key) => chosen.has(key));
  return value.length === chosen.size ? fine(value) : notAllowed(open);
}

function parsePath(raw: unknown, { choices, wholePath }: FieldDefinition): ParsedValue {
  if (!Array.isArray(raw)) return wrong('list');
  if (raw.length === 0) return wrong('too_few', 1);
  if (raw.length > LEVELS_MAX) return wrong('too_many', LEVELS_MAX);
  const steps: unknown[] = raw;
  const path: string[] = [];
  for (const step of steps) {
    if (!isChoiceKey(step)) return wrong('text');
    const below = choicesBelow(choices, path.at(-1));
    if (choices.length > 0 && !below.some(({ key }) => key === step)) return notAllowed(below);
    path.push(step);
  }
  const missing = wholePath ? choicesBelow(choices, path.at(-1)) : [];
  return missing.length > 0 ? wrong('path', shown(missing)) : fine(path);
}

export function isChoiceKey(raw: unknown): raw is string {
  return (
    typeof raw === 'string' &&
    raw.trim() === raw &&
    raw !== '' &&
    !isLonger(raw, CHOICE_KEY_MAX) &&
    !raw.includes(PATH_SEPARATOR) &&
    !UNSTORABLE.test(raw)
  );
}

function choicesBelow(choices: readonly FieldChoice[], parent: string | undefined): FieldChoice[] {
  return choices.filter((choice) => choice.parent === parent && !choice.archived);
}

const SHOWN_MAX = 20;

function notAllowed(open: readonly FieldChoice[]): ParsedValue {
  return wrong('not_allowed', shown(open));
}

function shown(open: readonly FieldChoice[]): string {
  const keys = open.slice(0, SHOWN_MAX).map(({ key }) => key);
  return [...keys, ...(open.length > SHOWN_MAX ? ['…'] : [])].join(', ');
}
