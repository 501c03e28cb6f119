import { type EventField, type FieldKind, ORDER_ITEMS_MAX, TEXT_MAX } from './event-type.js';

/** What is wrong, and where: a pointer into the item. */
export interface DataProblem {
  readonly field: string;
  readonly code: 'required' | 'unknown' | 'invalid';
}

type Read = { readonly value: unknown } | 'invalid';

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;
const RFC_3339 = /^(\d{4}-\d{2}-(\d{2}))T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
/** 10 billion yuan in 分, so that sums of all orders stay below 2^53. */
const AMOUNT_MAX = 1_000_000_000_000;
const QUANTITY_MAX = 1_000_000;
const ITEM_KEYS: Readonly<Record<string, FieldKind>> = {
  sku: 'text',
  name: 'text',
  quantity: 'integer',
  amount: 'amount',
};

/** Checks an event's data against the fields of its type. @returns a copy in one spelling, or the first problem. */
export function readData(
  raw: unknown,
  fields: readonly EventField[],
): { readonly data: Record<string, unknown> } | { readonly problem: DataProblem } {
  if (raw !== undefined && !isObject(raw)) return { problem: { field: '/data', code: 'invalid' } };
  const given: Record<string, unknown> = raw ?? {};
  const data: Record<string, unknown> = {};
  for (const { key, kind, required } of fields) {
    const value = Object.hasOwn(given, key) ? given[key] : undefined;
    if (value === undefined || value === null) {
      if (required) return { problem: { field: `/data/${key}`, code: 'required' } };
      continue;
    }
    const read = READERS[kind](value);
    if (read === 'invalid') return { problem: { field: `/data/${key}`, code: 'invalid' } };
    data[key] = read.value;
  }
  // only that it is there: its name may be anything, and is not ours to repeat
  const isUnknown = Object.keys(given).some((key) => !fields.some((field) => field.key === key));
  return isUnknown ? { problem: { field: '/data', code: 'unknown' } } : { data };
}

const READERS: Readonly<Record<FieldKind, (value: unknown) => Read>> = {
  text: (value) => (isText(value, TEXT_MAX) ? { value } : 'invalid'),
  integer: (value) => (Number.isSafeInteger(value) ? { value } : 'invalid'),
  amount: (value) => (isWithin(value, AMOUNT_MAX) ? { value } : 'invalid'),
  boolean: (value) => (typeof value === 'boolean' ? { value } : 'invalid'),
  time: (value) => {
    const at = readTime(value);
    return at ? { value: at.toISOString() } : 'invalid';
  },
  currency: (value) => (value === 'CNY' ? { value } : 'invalid'),
  items: readItems,
};

function readItems(value: unknown): Read {
  if (!Array.isArray(value) || value.length > ORDER_ITEMS_MAX) return 'invalid';
  const isItem = (item: unknown): boolean =>
    isObject(item) &&
    isText(item['name'], TEXT_MAX) &&
    (item['quantity'] === undefined || isWithin(item['quantity'], QUANTITY_MAX)) &&
    Object.entries(item).every(([key, one]) => {
      const kind = Object.hasOwn(ITEM_KEYS, key) ? ITEM_KEYS[key] : undefined;
      return kind !== undefined && READERS[kind](one) !== 'invalid';
    });
  return value.every(isItem) ? { value } : 'invalid';
}

/** RFC 3339 with an offset. `new Date` would roll 30 February over into March. */
export function readTime(value: unknown): Date | undefined {
  const [text, day = '', dayOfMonth = ''] = typeof value === 'string' ? (RFC_3339.exec(value) ?? []) : [];
  if (text === undefined || (dayOfMonth > '28' && !isDay(day))) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function isDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().slice(0, 10) === day;
}

export function isText(value: unknown, max: number): value is string {
  // a character is at most two units, so a longer text needs no counting
  if (typeof value !== 'string' || value.length === 0 || value.length > 2 * max) return false;
  return (value.length <= max || [...value].length <= max) && !UNSTORABLE.test(value);
}

function isWithin(value: unknown, max: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= max;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
