import type { FastifyInstance } from 'fastify';
import type { UnitOfWork } from '../database/unit-of-work.js';
import { isForReaders, isReading } from './endpoint-options.js';
import { corpOf } from './request-corp.js';

/**
 * One unit of work around each route that reads. Around the route and not in an interceptor, since it has nothing to do
 * after the handler, and Nest's chain of interceptors takes an eighth of a read (bench `point-read`).
 */
export function installReadingUnits(fastify: FastifyInstance, unit: UnitOfWork): void {
  fastify.addHook('onRoute', (route) => {
    const { handler, method, config } = route;
    const endpoint = config?.endpoint;
    if (!endpoint) return;
    if (!isReading(endpoint, String(method))) {
      if (isForReaders(endpoint))
        throw new Error(`endpoint ${endpoint.id} writes, but a key that may only read opens it`);
      return;
    }
    if (endpoint.ownUnits) return;
    route.handler = function (request, reply) {
      return unit.read(corpOf(request), () => Promise.resolve(handler.call(this, request, reply)));
    };
  });
}
