import { rulesErrors } from '../rules.errors.js';
import {
  type Condition,
  CONDITIONS_MAX,
  DEPTH_MAX,
  KEY_MAX,
  type Leaf,
  LEAF_OPERATORS,
  LEAF_SUBJECTS,
  LIST_MAX,
  type Scalar,
  TEXT_MAX,
} from './rule.js';

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;
const LEAF_KEYS = new Set(['of', 'key', 'is', 'value']);

/** Reads a tree of conditions as it came. @throws loyalty.rule_invalid with a pointer to what is wrong */
export function readCondition(raw: unknown, at = '/conditions'): Condition {
  let count = 0;
  const read = (value: unknown, field: string, depth: number): Condition => {
    if (++count > CONDITIONS_MAX || depth > DEPTH_MAX || !isObject(value)) throw invalid(field);
    const [key, ...others] = Object.keys(value);
    if (others.length > 0 || key === undefined) return readLeaf(value, field);
    const inner = value[key];
    if (key === 'not') return { not: read(inner, `${field}/not`, depth + 1) };
    if (key !== 'all' && key !== 'any') return readLeaf(value, field);
    if (!Array.isArray(inner) || inner.length === 0) throw invalid(`${field}/${key}`);
    const parts = inner.map((one, index) => read(one, `${field}/${key}/${index}`, depth + 1));
    return key === 'all' ? { all: parts } : { any: parts };
  };
  return read(raw, at, 1);
}

function readLeaf(raw: Record<string, unknown>, field: string): Leaf {
  if (Object.keys(raw).some((name) => !LEAF_KEYS.has(name))) throw invalid(field);
  const of = LEAF_SUBJECTS.find((one) => one === raw['of']);
  const is = LEAF_OPERATORS.find((one) => one === raw['is']);
  if (!of) throw invalid(`${field}/of`);
  if (!is) throw invalid(`${field}/is`);
  const needsKey = of === 'event' || of === 'profile';
  const { key } = raw;
  if (needsKey !== (key !== undefined)) throw invalid(`${field}/key`);
  if (needsKey && !isText(key, KEY_MAX)) throw invalid(`${field}/key`);
  const value = readValue(is, raw['value'], `${field}/value`);
  return { of, is, ...(typeof key === 'string' && { key }), ...(value !== undefined && { value }) };
}

function readValue(is: Leaf['is'], value: unknown, field: string): Leaf['value'] {
  if (is === 'exists' || is === 'missing') {
    if (value !== undefined) throw invalid(field);
    return undefined;
  }
  if (is === 'gte' || is === 'lt') {
    if (isScalar(value) && typeof value !== 'boolean') return value;
    throw invalid(field);
  }
  if (!Array.isArray(value) || value.length === 0 || value.length > LIST_MAX) throw invalid(field);
  return value.map((one) => {
    if (isScalar(one)) return one;
    throw invalid(field);
  });
}

function isScalar(value: unknown): value is Scalar {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'boolean' || isText(value, TEXT_MAX);
}

/** Not empty, of at most so many UTF-16 units, and storable. */
export function isText(value: unknown, max: number): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= max && !UNSTORABLE.test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(field: string) {
  return rulesErrors.rule_invalid({ field: field.slice(0, 200) });
}
