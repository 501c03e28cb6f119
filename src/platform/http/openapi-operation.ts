import type { OpenAPIObject } from '@nestjs/swagger';
import { authErrors } from '../auth/auth.errors.js';
import type { ErrorDefinition } from '../errors/app-error.js';
import { type EndpointOptions, scopesOf } from './endpoint-options.js';
import { httpErrors } from './http.errors.js';
import { exampleOf, type Schema } from './openapi-examples.js';
import { problemOf } from './problem.js';
import { statusOf } from './status-of.js';

interface Content {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { summary?: string; value: unknown }>;
}

export interface Operation {
  operationId: string;
  description?: string;
  parameters?: {
    name: string;
    in: string;
    required?: boolean;
    description?: string;
    schema?: Schema;
    example?: unknown;
  }[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<
    string,
    { description: string; headers?: Record<string, object>; content?: Record<string, Content> }
  >;
  security?: Record<string, string[]>[];
}

interface Place {
  readonly endpoint: EndpointOptions;
  readonly method: string;
  readonly path: string;
}

const EXAMPLE_REQUEST_ID = '01932b6f-5a3c-7d1e-9f00-2b8a4c6d8e10';
const ETAG_EXAMPLE = '"Zq3vXb1kT0mWy8pLr5sNdA"';
const PROBLEM_SCHEMA: Schema = { $ref: '#/components/schemas/ProblemView' };

/** Completes what Nest found out about an operation: who may call it, examples, headers, and every error it may answer. */
export function describeOperation(document: OpenAPIObject, operation: Operation, place: Place): void {
  const { endpoint } = place;
  const needs = `Needs | 所需权限: \`${scopesOf(endpoint).join('` / `')}\``;
  operation.description = [endpoint.description && operation.description, needs].filter(Boolean).join('\n\n');
  operation.security = [{ apiKey: [] }];
  for (const parameter of operation.parameters ?? []) sayExample(parameter);
  if (isIdempotent(place)) addIdempotencyKey(operation);
  if (endpoint.etag === 'checked') addIfMatch(operation);
  for (const content of Object.values(operation.requestBody?.content ?? {})) {
    content.example ??= exampleOf(document, content.schema);
  }
  addAnswer(document, operation, place);
  addErrors(operation, place);
}

/**
 * Swagger UI fills every field that has an example, and a list with all filters set is empty. So an optional parameter
 * says its example in words; a key that must be new each time has none.
 */
function sayExample(parameter: NonNullable<Operation['parameters']>[number]): void {
  const example = parameter.schema?.example;
  if (parameter.required || !parameter.schema || example === undefined) return;
  delete parameter.schema.example;
  parameter.description = [parameter.description, `e.g. ${String(example)}`].filter(Boolean).join('; ');
}

function addAnswer(document: OpenAPIObject, operation: Operation, place: Place): void {
  const answer = operation.responses[String(place.endpoint.status ?? 200)];
  if (!answer) return;
  answer.headers = {
    'X-Request-Id': {
      description: 'names the request in logs and the audit trail',
      schema: { type: 'string' },
    },
    RateLimit: {
      description: 'what is left of the window',
      schema: { type: 'string' },
      example: '"key";r=999;t=10',
    },
    ...(place.endpoint.etag && {
      ETag: {
        description: 'send it back as If-Match to change what you have seen, and nothing newer',
        schema: { type: 'string' },
        example: ETAG_EXAMPLE,
      },
    }),
    ...(isIdempotent(place) && {
      'Idempotency-Replayed': {
        description: 'present for a repeated answer',
        schema: { type: 'string', enum: ['true'] },
      },
    }),
  };
  for (const content of Object.values(answer.content ?? {})) {
    content.example = place.endpoint.example ?? exampleOf(document, content.schema);
  }
}

function addErrors(operation: Operation, place: Place): void {
  const byStatus = new Map<string, ErrorDefinition[]>();
  for (const definition of errorsOf(operation, place)) {
    const status = String(statusOf(definition.kind));
    byStatus.set(status, [...(byStatus.get(status) ?? []), definition]);
  }
  for (const [status, definitions] of byStatus) {
    const examples = Object.fromEntries(
      definitions.map((definition) => [definition.code, errorExample(definition)]),
    );
    operation.responses[status] = {
      description: definitions.map(({ code }) => `\`${code}\``).join(', '),
      content: { 'application/problem+json': { schema: PROBLEM_SCHEMA, examples } },
    };
  }
}

function errorExample(definition: ErrorDefinition): { summary: string; value: unknown } {
  const fields = [{ in: 'body', pointer: '/name', code: 'too_long', limit: 100 }] as const;
  const value = problemOf(definition(), {
    language: 'en',
    requestId: EXAMPLE_REQUEST_ID,
    ...(definition === httpErrors.validation_failed && { fields }),
  });
  return { summary: definition.zh, value };
}

function errorsOf(operation: Operation, place: Place): ErrorDefinition[] {
  const { endpoint, method } = place;
  const takesInput =
    operation.requestBody || operation.parameters?.some((parameter) => parameter.in === 'query');
  const errors = [
    authErrors.key_required,
    authErrors.key_invalid,
    authErrors.scope_missing,
    ...(endpoint.withinStores || endpoint.scope === 'public' ? [] : [authErrors.key_of_stores]),
    httpErrors.validation_failed,
    httpErrors.malformed_request,
    httpErrors.rate_limited,
    httpErrors.internal,
    httpErrors.unavailable,
    ...(method === 'get'
      ? []
      : [httpErrors.malformed_json, httpErrors.body_too_large, httpErrors.media_type_unsupported]),
    ...(method !== 'get' && takesInput ? [httpErrors.json_too_complex] : []),
    ...(isIdempotent(place) ? idempotencyErrors(endpoint) : []),
    ...(endpoint.etag === 'checked'
      ? [httpErrors.precondition_required, httpErrors.precondition_failed]
      : []),
    ...(place.path.includes('{corpId}') ? [authErrors.corp_not_found] : []),
    ...(endpoint.errors ?? []),
  ];
  return [...new Set(errors)];
}

function idempotencyErrors(endpoint: EndpointOptions): ErrorDefinition[] {
  return [
    httpErrors.idempotency_key_required,
    httpErrors.idempotency_in_progress,
    httpErrors.idempotency_key_reused,
    ...(endpoint.secretResponse ? [httpErrors.idempotency_secret_not_kept] : []),
  ];
}

function addIdempotencyKey(operation: Operation): void {
  operation.parameters = [
    ...(operation.parameters ?? []),
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: true,
      description: 'The same key and body answer the same, once, for 7 days · 7 天内相同键和内容只生效一次',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
    },
  ];
}

function addIfMatch(operation: Operation): void {
  operation.parameters = [
    ...(operation.parameters ?? []),
    {
      name: 'If-Match',
      in: 'header',
      required: true,
      description: 'The ETag of what you have seen; * for whatever is there · 您读到的 ETag；* 表示不检查',
      schema: { type: 'string', minLength: 1, maxLength: 255, example: ETAG_EXAMPLE },
    },
  ];
}

function isIdempotent({ endpoint, method }: Place): boolean {
  return method === 'post' && !endpoint.search;
}
