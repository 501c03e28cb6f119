import { applyDecorators, HttpCode, SetMetadata, type Type } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { EndpointScope } from '../auth/scopes.js';
import type { ErrorDefinition } from '../errors/app-error.js';

export interface EndpointOptions {
  /** `<module>.<action>`: the operationId, the action in the audit trail, the label of metrics. Never changes. */
  readonly id: string;
  readonly summary: { readonly en: string; readonly zh: string };
  readonly description?: { readonly en: string; readonly zh: string };
  /** Several: any one of them is enough. */
  readonly scope: EndpointScope | readonly EndpointScope[];
  /** Default 200. */
  readonly status?: 200 | 201 | 202 | 204;
  /** The class of the answer; none for 204. */
  readonly response?: Type;
  /** The answer in the documentation; without it one is made of the examples of the fields. */
  readonly example?: unknown;
  /** What this endpoint may refuse beyond what every endpoint may. */
  readonly errors?: readonly ErrorDefinition[];
  /** A POST without effect (search, validation, dry run): needs no Idempotency-Key, runs in a reading unit of work. */
  readonly search?: true;
  /** The handler waits for another company's server, which no transaction may: it opens its own units of work. */
  readonly ownUnits?: true;
  /**
   * The answer shows a secret once, so it is not stored: a repeated Idempotency-Key answers 409
   * `http.idempotency_secret_not_kept` instead of the first answer.
   */
  readonly secretResponse?: true;
  /** The body is one file of at most so many bytes, under any content type; the handler gets a Buffer. */
  readonly fileBytesMax?: number;
  /**
   * Connects a new corp: the unit of work already belongs to a corp id made for it, which `UnitOfWork.corpId()` gives.
   * Tenant tables could not be written otherwise.
   */
  readonly newCorp?: true;
}

export const ENDPOINT = 'scrm:endpoint';
const endpoints = new Map<string, EndpointOptions>();

/** Stands on every controller method: what it is called, who may call it, what it answers. */
export function Endpoint(options: EndpointOptions): MethodDecorator {
  if (endpoints.has(options.id)) throw new Error(`endpoint ${options.id} is declared twice`);
  endpoints.set(options.id, options);
  const status = options.status ?? 200;
  return applyDecorators(
    SetMetadata(ENDPOINT, options),
    HttpCode(status),
    ...(options.fileBytesMax === undefined ? [] : fileBody(options.fileBytesMax)),
    ApiOperation({
      operationId: options.id,
      summary: `${options.summary.en} · ${options.summary.zh}`,
      ...(options.description && { description: `${options.description.en}\n\n${options.description.zh}` }),
      tags: [options.id.slice(0, options.id.indexOf('.'))],
    }),
    ApiResponse({
      status,
      description: options.summary.en,
      ...(options.response && { type: options.response }),
    }),
  );
}

function fileBody(fileBytesMax: number): MethodDecorator[] {
  return [
    RouteConfig({ fileBytesMax }),
    ApiConsumes('application/octet-stream'),
    ApiBody({ schema: { type: 'string', format: 'binary', example: 'bytes' } }),
  ];
}

export function findEndpoint(id: string): EndpointOptions | undefined {
  return endpoints.get(id);
}
