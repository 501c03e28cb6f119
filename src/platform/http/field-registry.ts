import type { Type } from '@nestjs/common';

export type FieldKind =
  'text' | 'integer' | 'boolean' | 'time' | 'enum' | 'publicId' | 'list' | 'object' | 'map';

/** What the request pipe must know of a field beyond class-validator: how to read it, and what is inside. */
export interface FieldShape {
  readonly kind: FieldKind;
  readonly itemKind?: FieldKind;
  /** The class of the object, or of the items of the list. */
  readonly of?: () => Type;
  /** Of a list: one item more is read, so that its rule refuses it, and the rest is not looked at. */
  readonly maxItems?: number;
  /** The prefix of a public id, also of the ids in a list. */
  readonly prefix?: string;
}

const registry = new WeakMap<object, Map<string, FieldShape>>();

export function registerField(target: object, property: string, shape: FieldShape): void {
  const fields = registry.get(target) ?? new Map<string, FieldShape>();
  fields.set(property, shape);
  registry.set(target, fields);
}

/** All fields of a class and of the classes it extends. */
export function fieldsOf(type: Type): ReadonlyMap<string, FieldShape> {
  const fields = new Map<string, FieldShape>();
  for (
    let proto: object | null = type.prototype;
    proto;
    // reason: lib.es5 types it as any
    proto = Object.getPrototypeOf(proto) as object | null
  ) {
    for (const [name, shape] of registry.get(proto) ?? []) if (!fields.has(name)) fields.set(name, shape);
  }
  return fields;
}
