import type { FieldDefinition, FieldType, FieldValue } from './field-definition.js';
import { PATH_SEPARATOR } from './field-value.js';

/** What filters compare: exactly one of the three, and the items beside them. */
export interface FilterColumns {
  /** Texts, choices, `true` and `false`, and a path with `/` between its levels. */
  readonly text: string | null;
  readonly number: number | null;
  /** Of a date: the midnight of UTC with which it begins. */
  readonly time: string | null;
}

const NONE: FilterColumns = { text: null, number: null, time: null };

export function filterColumns(type: FieldType, value: FieldValue | null): FilterColumns {
  if (value === null) return NONE;
  switch (type) {
    case 'number':
    case 'amount':
      return { ...NONE, number: Number(value) };
    case 'date':
      return { ...NONE, time: `${String(value)}T00:00:00Z` };
    case 'choices':
      return NONE; // many: see itemsOf
    case 'multi_level':
      return { ...NONE, text: pathOf(value) };
    case 'text':
    case 'choice':
    case 'boolean':
      return { ...NONE, text: String(value) };
  }
}

/** Rows beside the value: each of several choices; each beginning of a path, so that a province finds its cities. */
export function itemsOf(type: FieldType, value: FieldValue | null): string[] {
  if (value === null || !Array.isArray(value)) return [];
  const parts = value.map(String);
  if (type === 'choices') return parts;
  return parts.map((_, index) => parts.slice(0, index + 1).join(PATH_SEPARATOR));
}

/** What must be of one person only. */
export function uniqueText({ unique }: FieldDefinition, value: FieldValue | null): string | null {
  if (!unique || value === null) return null;
  return Array.isArray(value) ? pathOf(value) : String(value);
}

function pathOf(value: FieldValue): string {
  return Array.isArray(value) ? value.join(PATH_SEPARATOR) : String(value);
}
