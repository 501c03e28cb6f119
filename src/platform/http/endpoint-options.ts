import type { Type } from '@nestjs/common';
import type { EndpointScope } from '../auth/scopes.js';
import type { ErrorDefinition } from '../errors/app-error.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route is in the API; absent for health, metrics and callbacks, which answer for themselves. */
    endpoint?: EndpointOptions;
  }
}

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
  /** The answer carries an ETag; `checked`: and the request must say by `If-Match` what its caller has seen. */
  readonly etag?: 'shown' | 'checked';
  /** Keys that are bound to stores may call it: the handler keeps them to their stores (`mayActFor`). */
  readonly withinStores?: true;
  /** A POST without effect (search, validation, dry run): needs no Idempotency-Key, runs in a reading unit of work. */
  readonly search?: true;
  /** The handler waits for another company's server, which no transaction may: it opens its own units of work. */
  readonly ownUnits?: true;
  /**
   * The answer shows a secret once, so it is not stored: a repeated Idempotency-Key answers 409
   * `http.idempotency_secret_not_kept` instead of the first answer.
   */
  readonly secretResponse?: true;
  /** The answer is a file of one of these media types, as a `StreamableFile`. */
  readonly fileResponse?: readonly string[];
  /** The body is one file of at most so many bytes, under any content type; the handler gets a Buffer. */
  readonly fileBytesMax?: number;
  /**
   * Connects a new corp: the unit of work already belongs to a corp id made for it, which `UnitOfWork.corpId()` gives.
   * Tenant tables could not be written otherwise.
   */
  readonly newCorp?: true;
}

export function scopesOf({ scope }: EndpointOptions): readonly EndpointScope[] {
  return typeof scope === 'string' ? [scope] : scope;
}

/** Who may only read can call it, so it writes nothing. */
export function isForReaders(endpoint: EndpointOptions): boolean {
  return scopesOf(endpoint).some((scope) => scope.endsWith(':read'));
}

/** Whether a request has no effect, so that it needs neither a transaction nor the audit trail. */
export function isReading(endpoint: EndpointOptions, method: string): boolean {
  return method === 'GET' || method === 'HEAD' || endpoint.search === true;
}
