import { applyDecorators, type Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Type as TransformType } from 'class-transformer';
import * as rules from 'class-validator';
import { type FieldShape, registerField } from './field-registry.js';
import type { FieldProblem } from './field-problems.js';

/*
 * One decorator for a field of a request or a view: the rule (class-validator) and the OpenAPI schema together, so that
 * they cannot differ and every text and list has a maximum. What a request handler sees after the pipe:
 *   TimeField      a Date
 *   PublicIdField  the UUID inside the public id (views carry the public text, made with toPublicId)
 *   query lists    an array, also when the key was given once
 */

export interface FieldOptions {
  /** May be absent. Without it `undefined` is refused. */
  readonly optional?: boolean;
  /** May be null. */
  readonly nullable?: boolean;
  readonly example?: unknown;
  readonly description?: string;
}

export interface TextOptions extends FieldOptions {
  /** In characters (code points). */
  readonly max: number;
  /** Default 1: an empty text is refused; give 0 to allow it. */
  readonly min?: number;
  readonly pattern?: RegExp;
}

export interface ListOptions extends FieldOptions {
  readonly maxItems: number;
  readonly minItems?: number;
  /** Of each text in the list; default 200. */
  readonly maxLength?: number;
}

export type ListItem =
  'text' | 'integer' | { publicId: string } | { values: readonly string[] } | (() => Type);

const ITEM_LENGTH_MAX = 200;
/** TypeID: prefix, underscore, 26 letters of Crockford's base32. */
export const idPattern = (prefix: string): string => `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`;

export function TextField(options: TextOptions): PropertyDecorator {
  const min = options.min ?? 1;
  const { max, pattern } = options;
  return field(
    { kind: 'text' },
    options,
    { type: 'string', minLength: min, maxLength: max, pattern: pattern?.source },
    [
      rules.IsString(problem('text')),
      characters((count) => count >= min, problem('too_short', min)),
      characters((count) => count <= max, problem('too_long', max)),
      wellFormed(),
      ...(pattern ? [rules.Matches(pattern, problem('pattern'))] : []),
    ],
  );
}

export function IntegerField(options: FieldOptions & { min: number; max: number }): PropertyDecorator {
  const { min, max } = options;
  return field({ kind: 'integer' }, options, { type: 'integer', minimum: min, maximum: max }, [
    rules.IsInt(problem('integer')),
    rules.Min(min, problem('too_small', min)),
    rules.Max(max, problem('too_large', max)),
  ]);
}

export function BooleanField(options: FieldOptions = {}): PropertyDecorator {
  return field({ kind: 'boolean' }, options, { type: 'boolean' }, [rules.IsBoolean(problem('boolean'))]);
}

/** Times that are stored lie between: years BC and beyond 9999 come back from PostgreSQL in forms that nobody reads. */
const STORED_FROM = new Date('1900-01-01T00:00:00Z');
const STORED_TO = new Date('2200-01-01T00:00:00Z');

/**
 * RFC 3339 with an offset, for example `2026-11-22T16:00:00+08:00`.
 * @param options stored: it is kept and shown again, so it lies between 1900 and 2200
 */
export function TimeField(options: FieldOptions & { readonly stored?: true } = {}): PropertyDecorator {
  const shown = { example: '2026-11-22T08:00:00.000Z', ...options };
  return field({ kind: 'time' }, shown, { type: 'string', format: 'date-time' }, [
    rules.IsDate(problem('time')),
    ...(options.stored
      ? [
          rules.MinDate(STORED_FROM, problem('too_small', STORED_FROM.toISOString())),
          rules.MaxDate(STORED_TO, problem('too_large', STORED_TO.toISOString())),
        ]
      : []),
  ]);
}

export function EnumField(values: readonly string[], options: FieldOptions = {}): PropertyDecorator {
  return field({ kind: 'enum' }, options, { type: 'string', enum: [...values] }, [
    rules.IsIn(values, problem('not_allowed', values.join(', '))),
  ]);
}

/** @param prefix the kind of thing, for example `cus`. */
export function PublicIdField(prefix: string, options: FieldOptions = {}): PropertyDecorator {
  const shown = { example: `${prefix}_01jd3q4mfaeq6v5c0qd8y3y5za`, ...options };
  return field({ kind: 'publicId', prefix }, shown, { type: 'string', pattern: idPattern(prefix) }, [
    rules.IsUUID('all', problem('id', prefix)), // the pipe has already put the UUID in its place
  ]);
}

export function ListField(item: ListItem, options: ListOptions): PropertyDecorator {
  const { maxItems, minItems = 0, maxLength = ITEM_LENGTH_MAX } = options;
  const inside = listItem(item, maxLength);
  const schema = { ...inside.schema, isArray: true, minItems, maxItems } as ApiPropertyOptions; // reason: swagger's type splits list and item options
  return field({ kind: 'list', maxItems, ...inside.shape }, options, schema, [
    rules.IsArray(problem('list')),
    rules.ArrayMinSize(minItems, problem('too_few', minItems)),
    rules.ArrayMaxSize(maxItems, problem('too_many', maxItems)),
    ...inside.rules,
  ]);
}

export function ObjectField(of: () => Type, options: FieldOptions = {}): PropertyDecorator {
  // ValidateNested alone accepts a missing value and a list
  return field({ kind: 'object', of }, options, lazyType(of), [
    rules.IsObject(problem('object')),
    rules.ValidateNested(),
    TransformType(of),
  ]);
}

/** A flat object with keys that are not known beforehand, such as counts by name. */
export function MapField(values: 'integer' | 'text' | 'any', options: FieldOptions = {}): PropertyDecorator {
  const inside = values === 'any' ? true : { type: values === 'integer' ? 'integer' : 'string' };
  const schema = { type: 'object', additionalProperties: inside } as ApiPropertyOptions; // reason: swagger lacks additionalProperties: true here
  return field({ kind: 'map' }, options, schema, [rules.IsObject(problem('object'))]);
}

const SCALAR_LENGTH_MAX = 500;
const SCALARS_MAX = 50;

/** A text, a number, a boolean or a list of texts, where only the use case knows which; it checks what comes. */
export function AnyValueField(options: FieldOptions = {}): PropertyDecorator {
  const text = { type: 'string', maxLength: SCALAR_LENGTH_MAX };
  const list = { type: 'array', items: text, maxItems: SCALARS_MAX };
  const none = options.nullable ? [{ type: 'null' }] : [];
  // reason: swagger's type of a schema knows no null
  const schema = {
    oneOf: [text, { type: 'number' }, { type: 'boolean' }, list, ...none],
  } as ApiPropertyOptions;
  return field({ kind: 'map' }, options, schema, []);
}

/** Swagger takes a function for a lazy reference only when its name is `type`, which an object literal gives it. */
function lazyType(of: () => Type): { type: () => Type } {
  return { type: () => of() };
}

function listItem(
  item: ListItem,
  maxLength: number,
): { shape: Partial<FieldShape>; schema: object; rules: PropertyDecorator[] } {
  if (typeof item === 'function') {
    return {
      shape: { itemKind: 'object', of: item },
      schema: lazyType(item),
      rules: [
        rules.IsObject({ ...problem('object'), each: true }),
        rules.ValidateNested({ each: true }),
        TransformType(item),
      ],
    };
  }
  if (item === 'integer') {
    return {
      shape: { itemKind: 'integer' },
      schema: { type: 'integer' },
      rules: [rules.IsInt({ ...problem('integer'), each: true })],
    };
  }
  if (item === 'text') {
    return {
      shape: { itemKind: 'text' },
      schema: { type: 'string', maxLength },
      rules: [
        rules.IsString({ ...problem('text'), each: true }),
        characters((count) => count >= 1 && count <= maxLength, {
          ...problem('too_long', maxLength),
          each: true,
        }),
        wellFormed(true),
      ],
    };
  }
  if ('values' in item) {
    return {
      shape: { itemKind: 'enum' },
      schema: { type: 'string', enum: [...item.values] },
      rules: [rules.IsIn(item.values, { ...problem('not_allowed', item.values.join(', ')), each: true })],
    };
  }
  return {
    shape: { itemKind: 'publicId', prefix: item.publicId },
    schema: { type: 'string', pattern: idPattern(item.publicId) },
    rules: [rules.IsUUID('all', { ...problem('id', item.publicId), each: true })],
  };
}

function field(
  shape: FieldShape,
  options: FieldOptions,
  schema: ApiPropertyOptions,
  decorators: PropertyDecorator[],
): PropertyDecorator {
  const { optional = false, nullable = false, example, description } = options;
  const documented = { ...schema, required: !optional, example, description, ...(nullable && { nullable }) };
  const register: PropertyDecorator = (target, property) => registerField(target, String(property), shape);
  const presence = rules.ValidateIf(
    (_, value) => !(optional && value === undefined) && !(nullable && value === null),
  );
  return applyDecorators(
    ApiProperty(documented as ApiPropertyOptions), // reason: the union of swagger's options does not survive the spread
    register,
    presence,
    rules.IsDefined(problem('required')),
    ...decorators,
  );
}

function problem(code: FieldProblem, limit?: string | number): rules.ValidationOptions {
  return { message: code, context: { code, limit } }; // class-validator drops the context of a rule without message
}

/** As JSON Schema and PostgreSQL count. class-validator's own rules count a letter with a variation selector as one. */
function characters(fits: (count: number) => boolean, options: rules.ValidationOptions): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && fits([...value].length);
  return rules.ValidateBy(
    { name: `characters:${String(options.message)}`, validator: { validate } },
    options,
  );
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

function wellFormed(each = false): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && !UNSTORABLE.test(value);
  return rules.ValidateBy({ name: 'wellFormed', validator: { validate } }, { ...problem('text'), each });
}
