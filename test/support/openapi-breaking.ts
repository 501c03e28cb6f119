/**
 * What in a newer OpenAPI document would break a client written for the older one. No maintained library reads
 * OpenAPI 3.1 on Node 20, so these are the rules, for the shapes that our documents use.
 */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  allOf?: Schema[];
  maxLength?: number;
  maximum?: number;
  maxItems?: number;
  minLength?: number;
  minimum?: number;
}
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
}
interface Body {
  content?: Record<string, { schema?: Schema }>;
  required?: boolean;
}
interface Operation {
  operationId?: string;
  parameters?: Parameter[];
  requestBody?: Body;
  responses?: Record<string, Body>;
}
export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

export function findBreakingChanges(older: OpenApi, newer: OpenApi): string[] {
  const found: string[] = [];
  for (const [path, operations] of Object.entries(older.paths)) {
    for (const method of METHODS) {
      const before = operations[method];
      if (!before) continue;
      const after = newer.paths[path]?.[method];
      const where = `${method.toUpperCase()} ${path}`;
      if (!after) found.push(`${where}: removed`);
      else found.push(...compareOperation(where, before, after, older, newer));
    }
  }
  return found;
}

function compareOperation(
  where: string,
  before: Operation,
  after: Operation,
  older: OpenApi,
  newer: OpenApi,
): string[] {
  const found: string[] = [];
  if (before.operationId !== after.operationId)
    found.push(`${where}: operationId changed, which renames the client's method`);
  for (const parameter of after.parameters ?? []) {
    const old = before.parameters?.find((p) => p.name === parameter.name && p.in === parameter.in);
    const at = `${where} ${parameter.in} ${parameter.name}`;
    if (parameter.required && !old?.required) found.push(`${at}: now required`);
    if (old?.schema && parameter.schema)
      found.push(...compare(at, old.schema, parameter.schema, 'request', older, newer));
  }
  for (const old of before.parameters ?? []) {
    if (!after.parameters?.some((p) => p.name === old.name && p.in === old.in))
      found.push(`${where} ${old.in} ${old.name}: removed`);
  }
  found.push(...compareBody(`${where} body`, before.requestBody, after.requestBody, 'request', older, newer));
  if (after.requestBody?.required && !before.requestBody?.required) found.push(`${where} body: now required`);
  for (const [status, old] of Object.entries(before.responses ?? {})) {
    const now = after.responses?.[status];
    if (!now && status.startsWith('2')) found.push(`${where} ${status}: removed`);
    found.push(...compareBody(`${where} ${status}`, old, now, 'response', older, newer));
  }
  return found;
}

type Side = 'request' | 'response';

function compareBody(
  at: string,
  before: Body | undefined,
  after: Body | undefined,
  side: Side,
  older: OpenApi,
  newer: OpenApi,
): string[] {
  const found: string[] = [];
  for (const [type, { schema }] of Object.entries(before?.content ?? {})) {
    const now = after?.content?.[type];
    if (after && !now) found.push(`${at}: ${type} removed`);
    if (schema && now?.schema) found.push(...compare(at, schema, now.schema, side, older, newer));
  }
  return found;
}

function compare(
  at: string,
  before: Schema,
  after: Schema,
  side: Side,
  older: OpenApi,
  newer: OpenApi,
  depth = 0,
): string[] {
  if (depth > 12) return []; // a schema that contains itself was compared on the levels above
  const old = resolve(before, older);
  const now = resolve(after, newer);
  const deeper = (label: string, a: Schema, b: Schema) =>
    compare(`${at}${label}`, a, b, side, older, newer, depth + 1);
  const found = [...compareTypes(at, old, now, side), ...compareLimits(at, old, now, side)];
  for (const [name, property] of Object.entries(old.properties ?? {})) {
    const match = now.properties?.[name];
    if (!match) found.push(`${at}.${name}: removed`);
    else found.push(...deeper(`.${name}`, property, match));
    if (side === 'response' && old.required?.includes(name) && match && !now.required?.includes(name)) {
      found.push(`${at}.${name}: may now be missing`);
    }
  }
  for (const name of now.required ?? []) {
    if (side === 'request' && !old.required?.includes(name)) found.push(`${at}.${name}: now required`);
  }
  if (old.items && now.items) found.push(...deeper('[]', old.items, now.items));
  return found;
}

function compareTypes(at: string, old: Schema, now: Schema, side: Side): string[] {
  const [from, to] = [typesOf(old), typesOf(now)];
  const [must, may] = side === 'request' ? [from, to] : [to, from];
  const found = must
    .filter((type) => may.length > 0 && !may.includes(type))
    .map((type) => `${at}: type ${type} ${side === 'request' ? 'no longer taken' : 'is new'}`);
  if (side === 'request' && now.enum) {
    const gone = (old.enum ?? []).filter((value) => !now.enum?.includes(value));
    found.push(...gone.map((value) => `${at}: value ${String(value)} no longer taken`));
    if (!old.enum) found.push(`${at}: only listed values are taken now`);
  }
  return found;
}

function compareLimits(at: string, old: Schema, now: Schema, side: Side): string[] {
  if (side === 'response') return [];
  const tighter = (['maxLength', 'maximum', 'maxItems'] as const).filter(
    (key) => (now[key] ?? Infinity) < (old[key] ?? Infinity),
  );
  const higher = (['minLength', 'minimum'] as const).filter(
    (key) => (now[key] ?? -Infinity) > (old[key] ?? -Infinity),
  );
  return [...tighter, ...higher].map((key) => `${at}: ${key} is tighter`);
}

function typesOf(schema: Schema): string[] {
  if (schema.type === undefined) return [];
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.flatMap((type) => (type === 'number' ? ['number', 'integer'] : [type]));
}

function resolve(schema: Schema, document: OpenApi): Schema {
  const only = schema.allOf?.length === 1 ? schema.allOf[0] : undefined;
  const ref = schema.$ref ?? only?.$ref;
  if (!ref) return schema;
  return document.components?.schemas?.[ref.replace('#/components/schemas/', '')] ?? {};
}
