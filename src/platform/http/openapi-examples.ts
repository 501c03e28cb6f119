import type { OpenAPIObject } from '@nestjs/swagger';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  example?: unknown;
  examples?: unknown[];
  enum?: unknown[];
  default?: unknown;
  format?: string;
  minimum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
}

const DEPTH_MAX = 16;

/** An example made of the examples of the fields, so that every operation shows a whole request and answer. */
export function exampleOf(document: OpenAPIObject, schema: Schema | undefined, depth = 0): unknown {
  if (!schema || depth > DEPTH_MAX) return undefined;
  if (schema.example !== undefined) return schema.example;
  if (schema.$ref) return exampleOf(document, resolve(document, schema.$ref), depth + 1);
  const [member] = schema.allOf ?? schema.anyOf ?? schema.oneOf ?? [];
  if (member) return exampleOf(document, member, depth + 1);
  if (schema.enum) return schema.enum[0];
  const [type] = Array.isArray(schema.type) ? schema.type : [schema.type];
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, inner]) => [
          name,
          exampleOf(document, inner, depth + 1),
        ]),
      );
    case 'array': {
      const item = exampleOf(document, schema.items, depth + 1);
      return item === undefined ? [] : [item];
    }
    case 'integer':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'string':
      return 'text';
    default:
      return undefined;
  }
}

function resolve(document: OpenAPIObject, reference: string): Schema | undefined {
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  return document.components?.schemas?.[name] as Schema | undefined; // reason: swagger's own type is a looser twin
}
