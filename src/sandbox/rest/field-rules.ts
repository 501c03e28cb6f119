import { WecomError } from './wecom-error.js';

/** One field of one endpoint as its official page states it. Lengths are in the unit of the page. */
export interface FieldRule {
  /** `userid`, `text.content`, `tag[].name`. */
  name: string;
  type: 'text' | 'integer' | 'texts' | 'objects' | 'object' | 'boolean' | 'anything';
  /** errcode when it is missing, `""` or `[]`; `true` = 40063. */
  required?: true | number;
  maxBytes?: number;
  maxChars?: number;
  maxItems?: number;
  minItems?: number;
  min?: number;
  max?: number;
  pattern?: RegExp;
  /** errcode of a bound that is broken; default 40058. */
  code?: number;
}

type Bounds = Omit<FieldRule, 'name' | 'type'>;
export const text = (name: string, bounds: Bounds = {}): FieldRule => ({ name, type: 'text', ...bounds });
export const integer = (name: string, bounds: Bounds = {}): FieldRule => ({
  name,
  type: 'integer',
  ...bounds,
});
export const texts = (name: string, bounds: Bounds = {}): FieldRule => ({ name, type: 'texts', ...bounds });
export const objects = (name: string, bounds: Bounds = {}): FieldRule => ({
  name,
  type: 'objects',
  ...bounds,
});
export const object = (name: string, bounds: Bounds = {}): FieldRule => ({ name, type: 'object', ...bounds });

export const flag = (name: string): FieldRule => ({ name, type: 'boolean' });

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every value at a path; a missing parent of an optional field gives none, except at the top. */
export function valuesAt(body: Json, path: string): unknown[] {
  let found: unknown[] = [body];
  for (const step of path.split('.')) {
    const many = step.endsWith('[]');
    const key = many ? step.slice(0, -2) : step;
    found = found.flatMap((value) => {
      if (!isObject(value)) return [];
      const next = value[key];
      return many ? (Array.isArray(next) ? next : []) : [next];
    });
  }
  return found;
}

export function checkFields(rules: readonly FieldRule[], body: Json): void {
  for (const rule of rules) for (const value of valuesAt(body, rule.name)) checkField(rule, value);
}

function checkField(rule: FieldRule, value: unknown): void {
  if (value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)) {
    if (rule.required !== undefined) throw new WecomError(rule.required === true ? 40063 : rule.required);
    return;
  }
  if (!hasType(rule.type, value)) {
    throw new WecomError(40058, `Warning: wrong json format. field ${rule.name} unexpected type`);
  }
  if (!insideBounds(rule, value)) throw new WecomError(rule.code ?? 40058);
}

function hasType(type: FieldRule['type'], value: unknown): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'integer':
      return Number.isInteger(value);
    case 'texts':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'objects':
      return Array.isArray(value) && value.every(isObject);
    case 'object':
      return isObject(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'anything':
      return true;
  }
}

function insideBounds(rule: FieldRule, value: unknown): boolean {
  if (typeof value === 'string') {
    if (rule.maxBytes !== undefined && Buffer.byteLength(value) > rule.maxBytes) return false;
    // A character is a code point: one emoji is one, not two UTF-16 units.
    if (rule.maxChars !== undefined && [...value].length > rule.maxChars) return false;
    if (rule.pattern && !rule.pattern.test(value)) return false;
  }
  if (typeof value === 'number') return value >= (rule.min ?? -Infinity) && value <= (rule.max ?? Infinity);
  if (Array.isArray(value)) {
    if (value.length > (rule.maxItems ?? Infinity) || value.length < (rule.minItems ?? 0)) return false;
    return value.every((item) => typeof item !== 'string' || insideBounds(rule, item));
  }
  return true;
}
