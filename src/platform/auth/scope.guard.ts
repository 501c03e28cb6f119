import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { parsePublicId } from '../context/typed-id.js';
import { type EndpointOptions, scopesOf } from '../http/endpoint-options.js';
import { authErrors } from './auth.errors.js';
import type { AuthenticatedKey } from './current-key.js';
import type { EndpointScope } from './scopes.js';

export const CORP_ID_PREFIX = 'corp';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request reached; absent when it reached no endpoint of the API. */
    endpoint?: EndpointOptions;
  }
}

/**
 * Lets a request through when its key may do what the endpoint asks. A `corpId` in the path must be the corp of the key:
 * any other is answered like one that does not exist.
 */
@Injectable()
export class ScopeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { endpoint } = request.routeOptions.config;
    if (!endpoint) return true; // health, metrics and callbacks, which answer for themselves
    request.endpoint = endpoint;
    const key = request.apiKey;
    if (!key) throw authErrors.key_required();
    const needs = scopesOf(endpoint);
    if (!needs.some((need) => allows(key, need))) throw authErrors.scope_missing({ needs: [...needs] });
    if (key.storeCodes && !endpoint.withinStores) throw authErrors.key_of_stores();
    const { corpId } = (request.params ?? {}) as { corpId?: string }; // reason: Fastify does not know the route's params
    if (key.kind === 'corp' && corpId !== undefined && parsePublicId(CORP_ID_PREFIX, corpId) !== key.corpId) {
      throw authErrors.corp_not_found();
    }
    return true;
  }
}

function allows(key: AuthenticatedKey, need: EndpointScope): boolean {
  if (need === 'any') return true;
  if (need === 'operator') return key.kind === 'operator';
  return key.kind === 'corp' && key.scopes.some((scope) => scope === need);
}
