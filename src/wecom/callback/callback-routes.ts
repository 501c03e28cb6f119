import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../platform/clock/clock.js';
import { asAppError } from '../../platform/http/foreign-errors.js';
import { httpErrors } from '../../platform/http/http.errors.js';
import { sendProblem } from '../../platform/http/problem.filter.js';
import type { AppLogger } from '../../platform/logging/app-logger.js';
import { wecomErrors } from '../wecom.errors.js';
import type { CallbackReceiver, CallbackRequest } from './callback-receiver.js';

export const CALLBACK_BODY_BYTES_MAX = 1024 * 1024;
const PATH = '/callbacks/wecom/:placeId';

declare module 'fastify' {
  interface FastifyRequest {
    /** When the head of a callback arrived: a slow body must not age it. */
    arrivedAt?: Date;
  }
}

export interface CallbackRouteParts {
  readonly receiver: CallbackReceiver;
  readonly clock: Clock;
  readonly log: AppLogger;
}

/**
 * The two routes that WeCom calls, in a scope of their own: bodies are raw bytes under any content type or none, which no
 * other route may have. Register it before the server is ready.
 */
export async function registerCallbackRoutes(
  fastify: FastifyInstance,
  parts: CallbackRouteParts,
): Promise<void> {
  await fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.decorateRequest('arrivedAt', undefined);
    scope.addHook('onRequest', async (request) => {
      request.arrivedAt = parts.clock.now();
    });
    scope.setErrorHandler((thrown, request, reply) => {
      const error = asAppError(thrown);
      if (error.kind === 'internal' || error.kind === 'unavailable') {
        parts.log.write('error', 'a callback was not stored', {
          requestId: request.id,
          error: error.cause ?? error,
        });
      }
      const tooLarge = error.code === httpErrors.body_too_large.code;
      sendProblem(reply, request, tooLarge ? wecomErrors.callback_too_large() : error);
    });
    scope.get(PATH, async (request, reply) => {
      const answer = await parts.receiver.verifyUrl(callbackOf(request, parts.clock));
      return reply.header('content-type', 'text/plain').send(answer);
    });
    scope.post(PATH, { bodyLimit: CALLBACK_BODY_BYTES_MAX }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      await parts.receiver.receive(callbackOf(request, parts.clock), body);
      return reply.header('content-type', 'text/plain').send('success');
    });
  });
}

function callbackOf(request: FastifyRequest, clock: Clock): CallbackRequest {
  const { placeId } = request.params as { placeId: string }; // reason: PATH names it
  const query = request.query as Record<string, unknown>; // reason: Fastify gives unknown for a route without a schema
  return { placeId, query, arrivedAt: request.arrivedAt ?? clock.now() };
}
