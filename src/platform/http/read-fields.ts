import type { Type } from '@nestjs/common';
import { parsePublicId } from '../context/typed-id.js';
import { type FieldShape, fieldsOf } from './field-registry.js';
import type { InvalidField } from './problem.js';

const INTEGER = /^-?\d{1,15}$/;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

interface Reading {
  readonly place: InvalidField['in'];
  readonly problems: InvalidField[];
}

/**
 * A plain copy of the known keys in the types that the rules expect: times as Date, public ids as UUID and, from a query,
 * numbers, booleans and lists out of text. What does not convert stays as it came and its rule refuses it.
 * The source is not changed: after a deadlock the same request is read again.
 */
export function readFields(
  type: Type,
  source: unknown,
  place: InvalidField['in'],
): { content?: object; problems: InvalidField[] } {
  const reading: Reading = { place, problems: [] };
  if (!isPlainObject(source)) {
    return { problems: [{ in: place, pointer: '', code: source === undefined ? 'required' : 'object' }] };
  }
  return { content: readObject(type, source, '', reading), problems: reading.problems };
}

function readObject(type: Type, source: Record<string, unknown>, at: string, reading: Reading): object {
  const fields = fieldsOf(type);
  const content: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(source)) {
    const shape = fields.get(key);
    const pointer = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (shape) content[key] = readValue(shape, shape.kind, value, pointer, reading);
    else reading.problems.push({ in: reading.place, pointer: pointer.slice(0, 200), code: 'unknown' });
  }
  return content;
}

function readValue(
  shape: FieldShape,
  kind: FieldShape['kind'],
  value: unknown,
  at: string,
  reading: Reading,
): unknown {
  const text = typeof value === 'string' ? value : undefined;
  const fromQuery = reading.place === 'query';
  switch (kind) {
    case 'time':
      return text !== undefined && RFC_3339.test(text) ? readTime(text) : value;
    case 'publicId':
      // an id that does not parse is refused by its rule, also when it is the bare UUID that the rule would take
      return text === undefined ? value : (parsePublicId(shape.prefix ?? '', text) ?? 'not an id');
    case 'integer':
      return fromQuery && text !== undefined && INTEGER.test(text) ? Number(text) : value;
    case 'boolean':
      return fromQuery && (text === 'true' || text === 'false') ? text === 'true' : value;
    case 'object':
      return shape.of && isPlainObject(value) ? readObject(shape.of(), value, at, reading) : value;
    case 'list': {
      const list = fromQuery && !Array.isArray(value) ? [value] : value;
      const { itemKind, maxItems } = shape;
      if (!Array.isArray(list)) return list;
      const shown = maxItems === undefined ? list : list.slice(0, maxItems + 1);
      if (!itemKind) return shown;
      return shown.map((item, index) => readValue(shape, itemKind, item, `${at}/${index}`, reading));
    }
    case 'text':
    case 'enum':
    case 'map':
      return value;
  }
}

/** `new Date` would roll 30 February over into March. */
function readTime(text: string): Date | string {
  const [day = ''] = text.split('T');
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return text;
  return new Date(text);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
